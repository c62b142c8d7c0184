// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.kernel;

import java.time.Duration;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * Hears of each commit to nf_tables of a network namespace, and knows which ones of other programs
 * touched our rules. The kernel tells of the objects of a commit one by one, and then of the commit
 * itself: the new generation, and whose it is. By then the generation counts already ({@code
 * nf_tables_commit} in {@code net/netfilter/nf_tables_api.c}). Packets that add elements and
 * elements that expire are no commits.
 *
 * <p>Whoever listens makes each commit slower, since the kernel describes every object to it: so we
 * do not listen during large commits of our own. One thread waits for events, another one asks and
 * leaves and joins.
 */
public final class RulesetEvents implements AutoCloseable {

  /** What is known of some commits. */
  public enum State {
    /** None of another program's touched our rules. */
    UNTOUCHED,

    /** Some did. */
    TOUCHED,

    /** The kernel has not told us of all of them, which takes moments. */
    NOT_HEARD_YET,

    /** We did not listen, or the kernel had more to say than it could keep for us. */
    UNKNOWN
  }

  /**
   * What is known of some commits, and which of them touched our rules.
   *
   * @param commits those that touched our rules, the latest ones if there are many
   */
  public record Verdict(State state, List<ForeignCommit> commits) {
    public Verdict {
      commits = List.copyOf(commits);
    }
  }

  private static final String OPERATION = "follow the changes of nf_tables rules";

  private final NetlinkSocket events;
  private final NftablesKernel kernel;
  private final RulesetScope scope;
  private final IntPredicate own;
  private final Waiter waiter;
  private final CommitLog log = new CommitLog();

  /** Owned by the thread that waits: objects of ours in the commit that is being told. */
  private int objects;

  /** Owned by the thread that leaves and joins. */
  private boolean joined;

  private RulesetEvents(
      NetlinkSocket events, NftablesKernel kernel, RulesetScope scope, IntPredicate own)
      throws KernelException {
    this.events = events;
    this.kernel = kernel;
    this.scope = scope;
    this.own = own;
    this.waiter = new Waiter(events.fd(), events::close);
  }

  /** Follows what others do to our tables; {@link #join} begins it. */
  public static RulesetEvents ofTables(NftablesKernel kernel) throws KernelException {
    int port = kernel.port();
    return open(kernel, RulesetScope.OUR_TABLES, number -> number == port);
  }

  /**
   * @param kernel of the network namespace of the calling thread
   * @param own tells our own sockets by their number
   */
  static RulesetEvents open(NftablesKernel kernel, RulesetScope scope, IntPredicate own)
      throws KernelException {
    return new RulesetEvents(NetlinkSocket.open(NfTables.NETLINK_NETFILTER, 0), kernel, scope, own);
  }

  /** Begins to listen, or to trust again what we hear after something was missed. */
  public void join() throws KernelException {
    if (!joined) {
      events.join(NfTables.NFNLGRP_NFTABLES);
      joined = true;
    }
    int losses = log.losses();
    log.begin(kernel.generation(), losses);
  }

  /** Stops listening until {@link #join}; what is committed meanwhile is unknown. */
  public void leave() throws KernelException {
    if (joined) {
      events.leave(NfTables.NFNLGRP_NFTABLES);
      joined = false;
      log.lost();
    }
  }

  /** What happened after one generation up to another one, as we have heard by now. */
  public Verdict between(int known, int current) {
    return log.between(known, current);
  }

  /**
   * Waits for events and takes in those that are there.
   *
   * @return whether another program touched our rules, or something was missed; false also when the
   *     time is over and when this is closed
   */
  public boolean await(Duration timeout) throws KernelException {
    return waiter.await(timeout, false, this::drain);
  }

  private boolean drain() throws KernelException {
    boolean[] news = new boolean[1];
    boolean missed = false;
    boolean more = true;
    while (more) {
      boolean ignored = missed;
      try {
        more = events.receive(OPERATION, message -> news[0] |= !ignored && isNews(message));
      } catch (KernelException e) {
        if (e.errno() != Errno.ENOBUFS) {
          throw e;
        }
        missed = true; // what is still queued is incomplete
      }
    }
    if (missed) {
      objects = 0;
      log.lost();
    }
    return news[0] || missed;
  }

  private boolean isNews(MessageReader message) {
    if (message.type() != NfTables.messageType(NfTables.NFT_MSG_NEWGEN)) {
      objects += scope.holds(message) ? 1 : 0;
      return false;
    }
    ForeignCommit commit = commit(message.attributes(4));
    objects = 0;
    return log.add(commit, commit.objects() > 0 && !own.test(message.port()));
  }

  private ForeignCommit commit(AttributeReader in) {
    int generation = 0;
    long process = 0;
    String name = "";
    while (in.next()) {
      switch (in.type()) {
        case NfTables.NFTA_GEN_ID -> generation = in.u32();
        case NfTables.NFTA_GEN_PROC_PID -> process = Integer.toUnsignedLong(in.u32());
        case NfTables.NFTA_GEN_PROC_NAME -> name = in.text();
        default -> {}
      }
    }
    return new ForeignCommit(generation, process, name, objects, System.nanoTime());
  }

  /** Closes the socket; another thread's {@link #await} ends. */
  @Override
  public void close() {
    waiter.close();
  }
}
