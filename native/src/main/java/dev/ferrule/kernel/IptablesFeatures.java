// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.kernel;

import dev.ferrule.kernel.KernelFeature.Lack;
import dev.ferrule.rules.model.IpFamily;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Finds out what of iptables a kernel has by writing a rule of each kind in a network namespace
 * that nobody else is in and that goes with the thread that made it.
 */
public final class IptablesFeatures {

  private record Trial(KernelFeature feature, String table, String rule) {}

  /** Of both families. */
  private static final List<Trial> TRIALS =
      List.of(
          xt("match conntrack", "MATCH_CONNTRACK", "xt_conntrack", "-m conntrack --ctstate NEW"),
          xt("match comment", "MATCH_COMMENT", "xt_comment", "-m comment --comment x"),
          xt("match addrtype", "MATCH_ADDRTYPE", "xt_addrtype", "-m addrtype --src-type LOCAL"),
          xt(
              "match statistic",
              "MATCH_STATISTIC",
              "xt_statistic",
              "-m statistic --mode random --probability 0.5"),
          xt("match recent", "MATCH_RECENT", "xt_recent", "-m recent --name x --set --rsource"),
          xt("match mark", "MATCH_MARK", "xt_mark", "-m mark --mark 0x1/0x1"),
          xt("target MARK", "TARGET_MARK", "xt_mark", "-j MARK --or-mark 0x1"),
          xt("target MASQUERADE", "TARGET_MASQUERADE", "xt_MASQUERADE", "-j MASQUERADE"));

  private static final Map<IpFamily, List<Trial>> TRIALS_OF_FAMILY =
      Map.of(
          IpFamily.IPV4,
          List.of(
              new Trial(
                  new KernelFeature("target DNAT", "CONFIG_NETFILTER_XT_NAT", "xt_nat"),
                  "nat",
                  "-A PREROUTING -p tcp -j DNAT --to-destination 192.0.2.1:1"),
              new Trial(
                  new KernelFeature("target REJECT", "CONFIG_IP_NF_TARGET_REJECT", "ipt_REJECT"),
                  "filter",
                  "-A FORWARD -j REJECT")),
          IpFamily.IPV6,
          List.of(
              new Trial(
                  new KernelFeature("target DNAT", "CONFIG_NETFILTER_XT_NAT", "xt_nat"),
                  "nat",
                  "-A PREROUTING -p tcp -j DNAT --to-destination [2001:db8::1]:1"),
              new Trial(
                  new KernelFeature("target REJECT", "CONFIG_IP6_NF_TARGET_REJECT", "ip6t_REJECT"),
                  "filter",
                  "-A FORWARD -j REJECT")));

  private IptablesFeatures() {}

  private static Trial xt(String what, String option, String module, String words) {
    return new Trial(
        new KernelFeature(what, "CONFIG_NETFILTER_XT_" + option, module),
        "nat",
        "-A POSTROUTING " + words);
  }

  /**
   * What the kernel lacks for rules of a variant and a family.
   *
   * @throws KernelException without root (CAP_SYS_ADMIN makes the namespace), or if the programs
   *     are not installed
   */
  public static List<Lack> lacking(IptablesVariant variant, IpFamily family)
      throws KernelException {
    AtomicReference<@Nullable KernelException> failure = new AtomicReference<>();
    List<Lack> lacking = new ArrayList<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                lacking.addAll(inNewNamespace(variant, family));
              } catch (KernelException e) {
                failure.set(e);
              }
            },
            "trying iptables");
    thread.start();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw KernelException.of("try what iptables can do", 0, "it was interrupted");
    }
    KernelException thrown = failure.get();
    if (thrown != null) {
      throw thrown;
    }
    return lacking;
  }

  private static List<Lack> inNewNamespace(IptablesVariant variant, IpFamily family)
      throws KernelException {
    if (Libc.get().unshare(Libc.CLONE_NEWNET) < 0) {
      int errno = Libc.errno();
      throw KernelException.of(
          "make a network namespace to try iptables in",
          errno,
          errno == Errno.EPERM ? "it needs root (CAP_SYS_ADMIN)" : "");
    }
    String program = IptablesPrograms.ofThisHost().find(variant, family, "restore").toString();
    List<Lack> lacking = new ArrayList<>();
    List<Trial> trials = new ArrayList<>(TRIALS);
    trials.addAll(TRIALS_OF_FAMILY.getOrDefault(family, List.of()));
    for (Trial trial : trials) {
      String script = "*" + trial.table() + "\n" + trial.rule() + "\nCOMMIT\n";
      ChildProcess.End end =
          new ChildProcess(List.of(program, "--noflush"), ChildProcess.QUICK)
              .run(in -> in.write(script), line -> {});
      if (end.code() != 0) {
        lacking.add(
            new Lack(trial.feature(), end.errors().lines().findFirst().orElse("it failed")));
      }
    }
    return lacking;
  }
}
