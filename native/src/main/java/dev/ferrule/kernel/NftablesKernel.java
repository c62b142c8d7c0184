// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.kernel;

import dev.ferrule.rules.diff.Transaction;
import dev.ferrule.rules.model.IpFamily;
import dev.ferrule.rules.nftables.Bytes;
import dev.ferrule.rules.nftables.ElementKey;
import dev.ferrule.rules.nftables.RememberedClient;
import dev.ferrule.rules.nftables.Rule;
import dev.ferrule.rules.nftables.SetDeclaration;
import dev.ferrule.rules.nftables.TableState;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Our nftables table in the kernel, over nf_tables netlink ({@code net/netfilter/nf_tables_api.c},
 * {@code nfnetlink.c}). It belongs to the network namespace of the thread that opened it; any
 * thread may use it then, one at a time.
 *
 * <p>Each call does its work before it returns: the kernel carries out a batch inside of the system
 * call that sends it. Tables of other programs are neither changed nor read.
 *
 * <p>The system property {@code ferrule.netlink.debug=true} prints all messages to standard error.
 */
public final class NftablesKernel implements AutoCloseable {

  static final String NEEDS_PRIVILEGE =
      "it needs root or CAP_NET_ADMIN in this network namespace; try it with sudo";

  /**
   * Elements that can be asked for in one message. The kernel answers with a page for each, and all
   * of them must fit the socket's buffer.
   */
  public static final int KEYS_AT_ONCE = 16;

  private final NetlinkSocket socket;
  private final NftablesRequest request;
  private final NativeBuffer memory = new NativeBuffer();

  private boolean owner;

  private NftablesKernel(NetlinkSocket socket) {
    this.socket = socket;
    this.request = new NftablesRequest(socket);
  }

  /**
   * Opens nf_tables of the calling thread's network namespace.
   *
   * @throws KernelException if the process may not change it or the kernel has no nf_tables; the
   *     message says which
   */
  public static NftablesKernel open() throws KernelException {
    try {
      NftablesKernel kernel = new NftablesKernel(NetlinkSocket.open(NfTables.NETLINK_NETFILTER, 0));
      try {
        kernel.generation();
        return kernel;
      } catch (KernelException e) {
        kernel.close();
        throw e;
      }
    } catch (KernelException e) {
      throw new KernelException("open nf_tables", "", e.errno(), e.kernelText(), openReason(e));
    }
  }

  private static String openReason(KernelException e) {
    return switch (e.errno()) {
      case Errno.EPERM -> NEEDS_PRIVILEGE;
      case Errno.EINVAL, Errno.EPROTONOSUPPORT, Errno.EOPNOTSUPP ->
          "this kernel has no nf_tables; try `modprobe nf_tables`, or a kernel with the option"
              + " CONFIG_NF_TABLES";
      default -> "";
    };
  }

  /** The bytes that {@link #commit} sends for a transaction, with message numbers of their own. */
  public static byte[] encode(Transaction transaction) {
    NativeBuffer memory = new NativeBuffer();
    try {
      Batch batch = new Batch(new NetlinkWriter(memory.cleared(), memory), 1);
      new BatchEncoder(batch, false).write(transaction, List.of());
      batch.finish();
      ByteBuffer written = batch.out().written();
      byte[] bytes = new byte[written.remaining()];
      written.get(bytes);
      return bytes;
    } finally {
      memory.close();
    }
  }

  /**
   * Carries out all operations or none ({@code nft -f}).
   *
   * @throws KernelException naming the first operation that the kernel refused
   */
  public void commit(Transaction transaction) throws KernelException {
    commit(transaction, List.of());
  }

  /**
   * Carries out all operations and then puts back remembered clients, or does nothing at all. With
   * it a whole table can be replaced without a client losing its endpoint.
   *
   * @throws KernelException naming the first operation that the kernel refused
   */
  public synchronized void commit(Transaction transaction, List<AffinityRestore> restores)
      throws KernelException {
    try {
      Batch batch = newBatch();
      new BatchEncoder(batch, owner).write(transaction, restores);
      submit(batch, transaction);
    } catch (KernelException e) {
      throw NftablesFeatures.explained(e, socket);
    } finally {
      memory.shrink();
    }
  }

  /** Whose our table is. */
  public enum Ownership {
    /** There is no table. */
    ABSENT,

    /** Everybody's who has the privilege. */
    SHARED,

    /** That of a running program, which may be this one. */
    OWNED,

    /** Nobody's, since the program that owned it has ended. */
    LEFT
  }

  /**
   * From now on tables that we make are ours alone: the kernel lets no other program change them,
   * and {@code nft flush ruleset} of others leaves them out. When this is closed, or the process is
   * killed, they stay and are anybody's to take over. This needs Linux 6.9.
   *
   * @throws KernelException if the kernel cannot do that
   */
  public synchronized void ownTables() throws KernelException {
    Batch batch = newBatch();
    BatchEncoder probe = new BatchEncoder(batch, true);
    String name = "ferrule-owner-probe";
    batch.step(name);
    probe.addTable(IpFamily.IPV4, name, true);
    probe.deleteTable(IpFamily.IPV4, name);
    try {
      submit(batch, name);
    } finally {
      memory.shrink();
    }
    owner = true;
  }

  /** Whose our table of a family is. */
  public synchronized Ownership ownership(IpFamily family) throws KernelException {
    int flags = request.tableFlags(family);
    if (flags < 0) {
      return Ownership.ABSENT;
    }
    if ((flags & NfTables.NFT_TABLE_F_OWNER) != 0) {
      return Ownership.OWNED;
    }
    return (flags & NfTables.NFT_TABLE_F_PERSIST) != 0 ? Ownership.LEFT : Ownership.SHARED;
  }

  private Batch newBatch() {
    return new Batch(new NetlinkWriter(memory.cleared(), memory), socket.takeSequence(0));
  }

  /** Sends a batch and reads its errors, which are all there when sending returns. */
  private void submit(Batch batch, Object whole) throws KernelException {
    if (batch.isEmpty()) {
      return;
    }
    batch.finish();
    socket.takeSequence(batch.messages());
    BatchAnswer answer = new BatchAnswer(batch, whole);
    String operation = "commit to nf_tables";
    socket.send(batch.out().written(), operation);
    boolean more = true;
    while (more) {
      try {
        more = socket.receive(operation, answer);
      } catch (KernelException e) {
        if (e.errno() != Errno.ENOBUFS) {
          throw e;
        }
        answer.lost(e); // so many errors that not all of them could be queued: read the rest
      }
    }
    answer.check();
  }

  /**
   * Our table as the kernel has it, without the elements of dynamic maps; empty if there is none.
   */
  public synchronized Optional<TableState> readTable(IpFamily family) throws KernelException {
    return new TableReader(request, family).table();
  }

  /**
   * The rules of our table by their handles, as {@link TraceEvent#rule} names them; none if there
   * is no table.
   */
  public synchronized Map<Long, Rule> readRules(IpFamily family) throws KernelException {
    return request.hasTable(family) ? new TableReader(request, family).rules() : Map.of();
  }

  /**
   * The clients in a dynamic map of our table, in no order.
   *
   * @throws KernelException also if there is no such map
   */
  public synchronized List<RememberedClient> readAffinity(IpFamily family, SetDeclaration map)
      throws KernelException {
    return new TableReader(request, family).remembered(map);
  }

  /**
   * Hands over every element of a set with its counter, without a copy of the set.
   *
   * @return false if changes interrupted it: some may be missing, or come twice
   * @throws KernelException also if there is no such set
   */
  public synchronized boolean readCounted(
      IpFamily family, SetDeclaration set, Consumer<CountedElement> take) throws KernelException {
    return new TableReader(request, family).counted(set, take);
  }

  /**
   * The same for some elements.
   *
   * @param keys at most {@link #KEYS_AT_ONCE}
   * @throws KernelException also if one of them is not there
   */
  public synchronized void readCounted(
      IpFamily family, SetDeclaration set, List<ElementKey> keys, Consumer<CountedElement> take)
      throws KernelException {
    new TableReader(request, family).counted(set, keys, take);
  }

  /** Deletes entries of a dynamic map; those that have expired meanwhile are no error. */
  public synchronized void forget(IpFamily family, SetDeclaration map, Collection<Bytes> keys)
      throws KernelException {
    try {
      eraser().forget(family, map, List.copyOf(keys));
    } finally {
      memory.shrink();
    }
  }

  /** The way of {@link #forget} on kernels before 6.3. */
  synchronized void forgetOneByOne(IpFamily family, SetDeclaration map, List<Bytes> keys)
      throws KernelException {
    eraser().forgetOneByOne(family, map, keys);
  }

  private AffinityEraser eraser() {
    return new AffinityEraser(this::newBatch, this::submit);
  }

  /** The memory that is held for messages between calls. */
  synchronized int memoryBytes() {
    return memory.capacity();
  }

  /**
   * A number that changes with each commit of any program to nf_tables of this network namespace:
   * asking for it now and then (some microseconds) shows whether somebody touched our rules. It
   * does not change when packets add elements.
   */
  public synchronized int generation() throws KernelException {
    return request.generation();
  }

  /** The number of our socket, by which {@link RulesetEvents} knows our own commits. */
  int port() throws KernelException {
    return socket.port();
  }

  /** Whether there is a chain of that name, in anybody's table. */
  synchronized boolean hasChain(IpFamily family, String table, String chain)
      throws KernelException {
    return request.hasChain(family, table, chain);
  }

  /** Closes the socket; what is in the kernel stays. */
  @Override
  public synchronized void close() {
    socket.close();
    memory.close();
  }
}
