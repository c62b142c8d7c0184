// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.doctor;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A process of the host.
 *
 * @param command its name as the kernel has it
 */
record HostProcess(long pid, String command) {

  private static final String MAIN_CLASS = "dev.ferrule.agent.Ferrule";

  /** An agent of ours that runs in this network namespace; null if none is to be seen. */
  static @Nullable HostProcess agent(Host host) throws IOException {
    Path own = namespace(host, "self");
    for (HostProcess process : all(host)) {
      String pid = Long.toString(process.pid());
      Path other = namespace(host, pid);
      boolean here = own == null || other == null || own.equals(other);
      if (here && process.pid() != ProcessHandle.current().pid() && isAgent(words(host, pid))) {
        return process;
      }
    }
    return null;
  }

  /** Whether a command line, in words, is that of {@code ferrule run}. */
  static boolean isAgent(List<String> words) {
    boolean ours =
        words.stream()
            .anyMatch(word -> word.equals(MAIN_CLASS) || word.matches(".*ferrule-agent-[^/]*jar"));
    return ours && words.contains("run");
  }

  /** Who has a socket open; null if that is not to be seen. */
  static @Nullable HostProcess ofSocket(Host host, String inode) throws IOException {
    String link = "socket:[" + inode + "]";
    for (HostProcess process : all(host)) {
      if (process.has(host.root().resolve("proc/" + process.pid() + "/fd"), link)) {
        return process;
      }
    }
    return null;
  }

  private boolean has(Path folder, String link) {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        if (isLink(file, link)) {
          return true;
        }
      }
      return false;
    } catch (IOException | DirectoryIteratorException e) {
      return false; // it has ended, or belongs to somebody else
    }
  }

  private static boolean isLink(Path file, String link) {
    try {
      return Files.readSymbolicLink(file).toString().equals(link);
    } catch (IOException e) {
      return false; // closed meanwhile
    }
  }

  private static List<HostProcess> all(Host host) throws IOException {
    List<HostProcess> processes = new ArrayList<>();
    for (String name : host.names("proc")) {
      if (name.matches("\\d+")) {
        processes.add(new HostProcess(Long.parseLong(name), command(host, name)));
      }
    }
    return processes;
  }

  private static String command(Host host, String pid) {
    try {
      String command = host.text("proc/" + pid + "/comm");
      return command == null ? "" : command;
    } catch (IOException e) {
      return ""; // it has ended meanwhile
    }
  }

  private static List<String> words(Host host, String pid) {
    try {
      byte[] line = Files.readAllBytes(host.root().resolve("proc/" + pid + "/cmdline"));
      return List.of(new String(line, StandardCharsets.UTF_8).split("\0", -1));
    } catch (IOException e) {
      return List.of(); // it has ended, or belongs to somebody else
    }
  }

  private static @Nullable Path namespace(Host host, String pid) {
    try {
      return Files.readSymbolicLink(host.root().resolve("proc/" + pid + "/ns/net"));
    } catch (IOException e) {
      return null; // it has ended, or belongs to somebody else
    }
  }

  @Override
  public String toString() {
    return command + " (process " + pid + ")";
  }
}
