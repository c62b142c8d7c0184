// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.kernel;

import dev.ferrule.kernel.KernelFeature.Lack;
import dev.ferrule.rules.model.IpFamily;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Finds out what of nf_tables a kernel has by trying all of it in one batch without an end, which
 * the kernel checks and then undoes ({@code nfnetlink_rcv_batch}; {@code nft --check} does the
 * same). Nothing is left behind, nobody is told of a change, and the generation stays. The table is
 * dormant, so that its chains see no packet in the meantime.
 */
public final class NftablesFeatures {

  private static final String TABLE = "ferrule-doctor";
  private static final String PLAIN = "plain";
  private static final int DORMANT = 1;

  /** What is tried, each by one message of the batch. */
  record Trial(IpFamily family, KernelFeature feature, Content content) {}

  /** A message of the batch. */
  sealed interface Content {
    /** A chain at a hook. */
    record Hooked(String type, int hook, int priority) implements Content {}

    /** A rule of these expressions in a chain without a hook. */
    record Expressions(List<Expression> list) implements Content {}
  }

  static final List<Trial> TRIALS = trials();

  private NftablesFeatures() {}

  /** All that is tried, for a list of what is needed. */
  public static List<KernelFeature> needed() {
    return TRIALS.stream().map(Trial::feature).distinct().toList();
  }

  /**
   * What the kernel of the calling thread's network namespace lacks; the kernel loads modules that
   * it finds.
   *
   * @throws KernelException without privilege, or without nf_tables at all
   */
  public static List<Lack> lacking() throws KernelException {
    NftablesKernel.open().close(); // says in words why there is none
    try (NetlinkSocket socket = NetlinkSocket.open(NfTables.NETLINK_NETFILTER, 0)) {
      return lacking(socket, TRIALS);
    }
  }

  static List<Lack> lacking(NetlinkSocket socket, List<Trial> trials) throws KernelException {
    Batch batch = new Batch(NetlinkWriter.withRoom(16 * 1024), socket.takeSequence(0));
    for (IpFamily family : IpFamily.values()) {
      table(batch, family);
    }
    Map<Integer, Trial> bySequence = new HashMap<>();
    for (Trial trial : trials) {
      write(batch, trial);
      bySequence.put(batch.sequence(), trial);
    }
    socket.takeSequence(batch.messages());
    String operation = "try what nf_tables can do";
    socket.send(batch.out().written(), operation);
    Map<Integer, Integer> errors = new HashMap<>();
    boolean more = true;
    while (more) {
      more =
          socket.receive(
              operation,
              message -> {
                if (message.type() == MessageReader.NLMSG_ERROR && message.error() != 0) {
                  errors.putIfAbsent(message.sequence(), message.error());
                }
              });
    }
    if (errors.containsValue(Errno.EPERM)) {
      throw KernelException.of(operation, Errno.EPERM, NftablesKernel.NEEDS_PRIVILEGE);
    }
    List<Lack> lacking = new ArrayList<>();
    bySequence.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .filter(entry -> errors.containsKey(entry.getKey()))
        .forEach(
            entry ->
                lacking.add(
                    new Lack(
                        entry.getValue().feature(),
                        Errno.name(errors.getOrDefault(entry.getKey(), 0)))));
    return lacking;
  }

  /** A refusal with the names of what the kernel lacks, if that can be why. */
  static KernelException explained(KernelException refusal, NetlinkSocket socket) {
    boolean mayLack =
        refusal.operation().startsWith("add ")
            && (refusal.errno() == Errno.ENOENT
                || refusal.errno() == Errno.EOPNOTSUPP
                || refusal.errno() == Errno.EAFNOSUPPORT);
    if (!mayLack) {
      return refusal;
    }
    try {
      return explained(refusal, lacking(socket, TRIALS));
    } catch (KernelException e) {
      return refusal; // which is what matters
    }
  }

  static KernelException explained(KernelException refusal, List<Lack> lacking) {
    return lacking.isEmpty()
        ? refusal
        : new KernelException(
            refusal.operation(),
            refusal.object(),
            refusal.errno(),
            refusal.kernelText(),
            "this kernel has no "
                + lacking.stream()
                    .map(lack -> lack.feature().toString())
                    .collect(Collectors.joining(", no "))
                + "; try `modprobe "
                + lacking.stream()
                    .map(lack -> lack.feature().module())
                    .distinct()
                    .collect(Collectors.joining("`, `modprobe "))
                + "`, or a kernel with the option");
  }

  private static void table(Batch batch, IpFamily family) {
    int message = batch.begin(NfTables.NFT_MSG_NEWTABLE, NfTables.NLM_F_CREATE, family);
    batch.out().text(NfTables.NFTA_TABLE_NAME, TABLE);
    batch.out().u32(NfTables.NFTA_TABLE_FLAGS, DORMANT);
    batch.end(message);
    message = batch.begin(NfTables.NFT_MSG_NEWCHAIN, NfTables.NLM_F_CREATE, family);
    batch.out().text(NfTables.NFTA_CHAIN_TABLE, TABLE);
    batch.out().text(NfTables.NFTA_CHAIN_NAME, PLAIN);
    batch.end(message);
  }

  private static void write(Batch batch, Trial trial) {
    NetlinkWriter out = batch.out();
    if (trial.content() instanceof Content.Hooked hooked) {
      int message = batch.begin(NfTables.NFT_MSG_NEWCHAIN, NfTables.NLM_F_CREATE, trial.family());
      out.text(NfTables.NFTA_CHAIN_TABLE, TABLE);
      out.text(NfTables.NFTA_CHAIN_NAME, hooked.type());
      out.text(NfTables.NFTA_CHAIN_TYPE, hooked.type());
      int hook = out.open(NfTables.NFTA_CHAIN_HOOK);
      out.u32(NfTables.NFTA_HOOK_HOOKNUM, hooked.hook());
      out.u32(NfTables.NFTA_HOOK_PRIORITY, hooked.priority());
      out.close(hook);
      batch.end(message);
    } else if (trial.content() instanceof Content.Expressions expressions) {
      int flags = NfTables.NLM_F_CREATE | NfTables.NLM_F_APPEND;
      int message = batch.begin(NfTables.NFT_MSG_NEWRULE, flags, trial.family());
      out.text(NfTables.NFTA_RULE_TABLE, TABLE);
      out.text(NfTables.NFTA_RULE_CHAIN, PLAIN);
      int list = out.open(NfTables.NFTA_RULE_EXPRESSIONS);
      ExpressionWriter writer = new ExpressionWriter(out);
      expressions.list().forEach(writer::write);
      out.close(list);
      batch.end(message);
    }
  }

  private static List<Trial> trials() {
    List<Trial> trials = new ArrayList<>();
    for (IpFamily family : IpFamily.values()) {
      String number = family == IpFamily.IPV4 ? "4" : "6";
      String name = " for " + family.text();
      trials.add(
          new Trial(
              family,
              new KernelFeature(
                  "chains of type filter" + name, "CONFIG_NF_TABLES_IPV" + number, "nf_tables"),
              new Content.Hooked("filter", 2, 0)));
      trials.add(
          new Trial(
              family,
              new KernelFeature("chains of type nat" + name, "CONFIG_NFT_NAT", "nft_chain_nat"),
              new Content.Hooked("nat", 0, -100)));
      rule(trials, family, "fib" + name, "CONFIG_NFT_FIB_IPV" + number, "nft_fib_ipv" + number)
          .add(new Expression.Fib(8, Expression.Fib.ADDRESS_TYPE, Expression.Fib.SOURCE));
      rule(
              trials,
              family,
              "reject" + name,
              "CONFIG_NFT_REJECT_IPV" + number,
              "nft_reject_ipv" + number)
          .add(
              new Expression.Reject(
                  Expression.Reject.ICMP_UNREACHABLE, family == IpFamily.IPV4 ? 3 : 4));
    }
    IpFamily any = IpFamily.IPV4;
    rule(trials, any, "ct", "CONFIG_NFT_CT", "nft_ct")
        .add(new Expression.Conntrack(8, Expression.Conntrack.STATE, Expression.NONE));
    rule(trials, any, "numgen", "CONFIG_NFT_NUMGEN", "nft_numgen")
        .add(new Expression.NumberGenerator(8, 2, Expression.NumberGenerator.RANDOM, 0));
    List<Expression> hash = rule(trials, any, "hash", "CONFIG_NFT_HASH", "nft_hash");
    hash.add(new Expression.Payload(8, Expression.Payload.NETWORK_HEADER, 12, 4));
    hash.add(new Expression.Hash(8, 9, 4, 2, 0, Expression.Hash.JENKINS));
    rule(trials, any, "masq", "CONFIG_NFT_MASQ", "nft_masq")
        .add(new Expression.Masquerade(Expression.Masquerade.FULLY_RANDOM));
    List<Expression> nat = rule(trials, any, "nat", "CONFIG_NFT_NAT", "nft_nat");
    nat.add(new Expression.Payload(8, Expression.Payload.NETWORK_HEADER, 16, 4));
    nat.add(new Expression.Payload(9, Expression.Payload.TRANSPORT_HEADER, 2, 2));
    nat.add(new Expression.Nat(Expression.Nat.DESTINATION, 2, 8, 9));
    return trials.stream().map(NftablesFeatures::fixed).toList();
  }

  private static List<Expression> rule(
      List<Trial> trials, IpFamily family, String what, String option, String module) {
    List<Expression> expressions = new ArrayList<>();
    trials.add(
        new Trial(
            family,
            new KernelFeature("expression " + what, option, module),
            new Content.Expressions(expressions)));
    return expressions;
  }

  private static Trial fixed(Trial trial) {
    return trial.content() instanceof Content.Expressions expressions
        ? new Trial(
            trial.family(),
            trial.feature(),
            new Content.Expressions(List.copyOf(expressions.list())))
        : trial;
  }
}
