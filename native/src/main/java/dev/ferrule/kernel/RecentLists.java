// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.kernel;

import dev.ferrule.rules.model.IpAddress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The lists of iptables' module recent in the network namespace of the calling thread, as {@code
 * net/netfilter/xt_recent.c} shows them: a file each, which is there as long as a rule names the
 * list.
 */
public final class RecentLists {

  private static final Path FOLDER = Path.of("/proc/thread-self/net/xt_recent");
  private static final Path LIMIT = Path.of("/sys/module/xt_recent/parameters/ip_list_tot");

  private static final Pattern ENTRY =
      Pattern.compile("src=(\\S+) ttl: \\d+ last_seen: (\\d+) oldest_pkt: .*");

  private RecentLists() {}

  /**
   * The names of the lists that begin with a text, sorted; none if the module is not loaded.
   *
   * @throws KernelException if they are there and cannot be read
   */
  public static List<String> names(String prefix) throws KernelException {
    List<String> names = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(FOLDER, prefix + "*")) {
      files.forEach(file -> names.add(file.getFileName().toString()));
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (IOException | DirectoryIteratorException e) {
      throw failure("read " + FOLDER, e);
    }
    names.sort(null);
    return names;
  }

  /** How many addresses are on a list; 0 if there is none of that name. */
  public static int size(String list) throws KernelException {
    try (Stream<String> lines = Files.lines(FOLDER.resolve(list), StandardCharsets.US_ASCII)) {
      return (int) lines.count();
    } catch (NoSuchFileException e) {
      return 0;
    } catch (IOException | UncheckedIOException e) {
      throw failure("read list " + list + " of module recent", e);
    }
  }

  /**
   * How many addresses each list holds; with one more it forgets the one it has not seen for the
   * longest time. Empty if the module is not loaded or does not say.
   */
  public static OptionalInt limit() {
    try {
      return OptionalInt.of(Integer.parseInt(Files.readString(LIMIT).strip()));
    } catch (IOException | NumberFormatException e) {
      return OptionalInt.empty();
    }
  }

  /**
   * For how many milliseconds the addresses on some lists have not been seen.
   *
   * @param lists names; those that are not there count as empty
   * @return by name of the list; without empty ones
   */
  public static Map<String, Map<IpAddress, Long>> idleMillis(Collection<String> lists)
      throws KernelException {
    Map<String, Map<IpAddress, Long>> ticks = new LinkedHashMap<>();
    for (String list : lists) {
      Map<IpAddress, Long> entries = read(list);
      if (!entries.isEmpty()) {
        ticks.put(list, entries);
      }
    }
    KernelTicks clock = KernelTicks.read();
    Map<String, Map<IpAddress, Long>> idle = new LinkedHashMap<>();
    ticks.forEach(
        (list, entries) -> {
          Map<IpAddress, Long> times = new LinkedHashMap<>();
          entries.forEach((address, seen) -> times.put(address, clock.millisSince(seen)));
          idle.put(list, times);
        });
    return idle;
  }

  /** Addresses and the tick in which each was seen last. */
  private static Map<IpAddress, Long> read(String list) throws KernelException {
    Map<IpAddress, Long> entries = new LinkedHashMap<>();
    try (Stream<String> lines = Files.lines(FOLDER.resolve(list), StandardCharsets.US_ASCII)) {
      for (String line : (Iterable<String>) lines::iterator) {
        Matcher entry = ENTRY.matcher(line);
        if (entry.matches()) {
          entries.put(IpAddress.parse(entry.group(1)), Long.parseUnsignedLong(entry.group(2)));
        }
      }
    } catch (NoSuchFileException e) {
      return Map.of();
    } catch (IOException | UncheckedIOException e) {
      throw failure("read list " + list + " of module recent", e);
    }
    return entries;
  }

  /**
   * Puts addresses on a list as if a packet of each had come now, the first first.
   *
   * @throws KernelException also if there is no such list
   */
  public static void add(String list, Collection<IpAddress> addresses) throws KernelException {
    write(list, addresses.stream().map(address -> "+" + address).toList());
  }

  /** The file takes one command at a time, and only at its beginning. */
  private static void write(String list, Collection<String> commands) throws KernelException {
    try (SeekableByteChannel file =
        Files.newByteChannel(FOLDER.resolve(list), StandardOpenOption.WRITE)) {
      for (String command : commands) {
        file.position(0);
        file.write(ByteBuffer.wrap((command + "\n").getBytes(StandardCharsets.US_ASCII)));
      }
    } catch (IOException e) {
      throw failure("write to list " + list + " of module recent", e);
    }
  }

  private static KernelException failure(String operation, Exception cause) {
    return KernelException.of(operation, 0, String.valueOf(cause.getMessage()));
  }
}
