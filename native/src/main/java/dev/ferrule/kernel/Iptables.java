// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.kernel;

import dev.ferrule.rules.iptables.RestoreScript;
import dev.ferrule.rules.iptables.XtReader;
import dev.ferrule.rules.iptables.XtState;
import dev.ferrule.rules.iptables.XtTable;
import dev.ferrule.rules.model.IpFamily;
import java.io.IOException;
import java.io.Writer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Our chains in iptables, through the programs iptables-save and iptables-restore of one variant.
 * It must be used from threads in the network namespace in which it was opened. Chains of other
 * programs are neither changed nor read.
 */
public final class Iptables implements AutoCloseable {

  /** How long another program's lock is waited for, if nothing else is said. */
  public static final Duration LOCK_WAIT = Duration.ofSeconds(5);

  /**
   * How long a program may run beyond that. Most take less than a second, but iptables-nft 1.8.9
   * looks for each chain along lists: with 30,000 chains it takes some ten seconds, and nine times
   * as long with three times as many.
   */
  static final Duration RUN_TIME = Duration.ofMinutes(5);

  /** Arguments, environment and time of the programs; tests have others. */
  record Running(Duration lockWait, Duration runTime, Map<String, String> environment) {}

  private final IptablesVariant variant;
  private final IptablesPrograms programs;
  private final Running running;
  private final @Nullable NftablesKernel nftables;

  /**
   * The latest programs we started to change rules: the kernel numbers the first netlink socket of
   * a process like the process ({@code netlink_autobind}).
   */
  private final LatestNumbers children = new LatestNumbers();

  private final @Nullable TableSizes sizes;

  private Iptables(
      IptablesVariant variant,
      IptablesPrograms programs,
      Running running,
      @Nullable NftablesKernel nftables,
      @Nullable TableSizes sizes) {
    this.variant = variant;
    this.programs = programs;
    this.running = running;
    this.nftables = nftables;
    this.sizes = sizes;
  }

  /**
   * Finds the programs, and the kernel's part.
   *
   * @param lockWait how long {@link #restore} waits for another program that holds the xtables
   *     lock, in whole seconds; only iptables-legacy has one
   * @throws KernelException if a program for IPv4 is missing or the process has no privilege
   */
  public static Iptables open(IptablesVariant variant, Duration lockWait) throws KernelException {
    return open(
        variant,
        IptablesPrograms.ofThisHost(),
        new Running(lockWait, lockWait.plus(RUN_TIME), Map.of()));
  }

  static Iptables open(IptablesVariant variant, IptablesPrograms programs, Running running)
      throws KernelException {
    programs.find(variant, IpFamily.IPV4, "save");
    programs.find(variant, IpFamily.IPV4, "restore");
    return variant == IptablesVariant.NFT
        ? new Iptables(variant, programs, running, NftablesKernel.open(), null)
        : new Iptables(variant, programs, running, null, TableSizes.open());
  }

  /** Which iptables it is. */
  public IptablesVariant variant() {
    return variant;
  }

  /**
   * Whether this host can have rules of a family, which it may not: ip6tables is missing, or the
   * kernel has no IPv6.
   *
   * @return why not; empty if it can
   */
  public Optional<KernelException> whyNot(IpFamily family) {
    try {
      programs.find(variant, family, "restore");
      save(family, XtTable.FILTER, new XtReader(family));
      return Optional.empty();
    } catch (KernelException e) {
      return Optional.of(e);
    }
  }

  /** Our chains of a family, and what leads to them. */
  public XtState read(IpFamily family) throws KernelException {
    XtReader reader = new XtReader(family);
    for (XtTable table : XtTable.values()) {
      save(family, table, reader);
    }
    return reader.state();
  }

  private void save(IpFamily family, XtTable table, XtReader reader) throws KernelException {
    String program = programs.find(variant, family, "save").toString();
    String operation = "read table " + table.text() + " of " + nameOf(family);
    List<String> incompatible = new ArrayList<>();
    ChildProcess.End end =
        run(
            List.of(program, "-t", table.text()),
            in -> {},
            line -> {
              if (line.startsWith("# Table") && line.contains("incompatible")) {
                incompatible.add(line.substring(1).strip());
              }
              reader.accept(line);
            });
    if (end.code() != 0) {
      throw new IptablesRefusal(operation, program, end).withoutScript();
    }
    if (!incompatible.isEmpty()) {
      throw KernelException.of(
          operation,
          0,
          "somebody changed it with nft so that iptables cannot read it: " + incompatible.get(0));
    }
  }

  /**
   * Carries out a change; each of its tables is changed as a whole or not at all, and after a
   * failure the tables behind the failed one are not touched. A change that says nothing does
   * nothing.
   *
   * @throws KernelException naming the line that was refused; with EAGAIN if another program held
   *     the lock all the time
   */
  public void restore(RestoreScript script) throws KernelException {
    if (script.isEmpty()) {
      return;
    }
    String program = programs.find(variant, script.family(), "restore").toString();
    long seconds = Math.max(1, running.lockWait.toSeconds());
    ChildProcess.End end =
        run(
            List.of(program, "--noflush", "-w", Long.toString(seconds)),
            writer -> write(script, writer),
            line -> {});
    if (end.code() != 0) {
      String operation = "change the rules of " + nameOf(script.family());
      throw new IptablesRefusal(operation, program, end).of(script, seconds);
    }
  }

  private static void write(RestoreScript script, Writer writer) throws IOException {
    for (String line : (Iterable<String>) script.lines()::iterator) {
      writer.write(line);
      writer.write('\n');
    }
  }

  private ChildProcess.End run(
      List<String> command, ChildProcess.Input input, Consumer<String> output)
      throws KernelException {
    return new ChildProcess(command, running.runTime, running.environment)
        .run(input, output, children::add);
  }

  private String nameOf(IpFamily family) {
    return IptablesPrograms.name(family) + "-" + variant.text();
  }

  /**
   * A number that changes when rules of this network namespace change; asking for it costs
   * microseconds. With iptables-nft it sees each commit of any program to nf_tables. With
   * iptables-legacy it sees the sizes of the tables nat and filter of both families, so a change
   * that keeps them is seen only by {@link #read}. Packets do not change it; our own {@link
   * #restore} does.
   */
  public synchronized long fingerprint() throws KernelException {
    if (nftables != null) {
      return nftables.generation();
    }
    return sizes == null ? 0 : sizes.value();
  }

  /**
   * Follows what others do to our chains and to the rules that lead to them.
   *
   * @return empty with iptables-legacy, of whose changes the kernel does not tell
   */
  public Optional<RulesetEvents> follow() throws KernelException {
    return nftables == null
        ? Optional.empty()
        : Optional.of(RulesetEvents.open(nftables, RulesetScope.OUR_CHAINS, children::contains));
  }

  /** Closes the sockets; what is in the kernel stays. */
  @Override
  public synchronized void close() {
    if (nftables != null) {
      nftables.close();
    }
    if (sizes != null) {
      sizes.close();
    }
  }
}
