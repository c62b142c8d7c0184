// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.sync;

import dev.ferrule.kernel.HostAddresses;
import dev.ferrule.kernel.KernelException;
import dev.ferrule.rules.model.IpAddress;
import java.time.Duration;
import java.util.List;

/**
 * Tells the sync thread when the host's interfaces get or lose addresses. It also has them read
 * anew every minute, and when it cannot follow them any more, it starts over.
 */
final class AddressFollower implements AutoCloseable {

  private static final Duration READ_ANEW = Duration.ofMinutes(1);
  private static final long MILLIS_TO_NEXT_TRY = 1000;

  private final EarlyRules early;
  private final Pending pending;
  private final AgentLog log;
  private final Thread thread;

  /** Replaced by the thread that follows; closed by whoever comes last. */
  private volatile HostAddresses source;

  private volatile boolean closed;

  /** Owned by the thread that asks. */
  private List<IpAddress> last = List.of();

  private String complaint = "";

  AddressFollower(HostAddresses source, EarlyRules early, Pending pending, AgentLog log) {
    this.source = source;
    this.early = early;
    this.pending = pending;
    this.log = log;
    this.thread = new Thread(this::follow, "addresses");
    this.thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  /** The addresses that NodePorts can be open on; those of the last time if they cannot be read. */
  List<IpAddress> addresses() {
    try {
      last = early.withAwaited(NodeAddresses.of(source));
      complaint = "";
    } catch (KernelException e) {
      String text = e.getMessage() + "; the addresses known before still count";
      if (!text.equals(complaint)) {
        complaint = text;
        log.log().warning(text);
      }
    }
    return last;
  }

  private void follow() {
    boolean told = false;
    while (!closed) {
      try {
        // Changed or not: the list is read in less than a millisecond, and compared.
        source.awaitChange(READ_ANEW);
        pending.add(new Event.AddressesChanged());
        told = false;
      } catch (KernelException e) {
        if (!closed && !told) {
          log.log().warning(e.getMessage() + "; starting over");
          told = true;
        }
        startOver();
      }
    }
  }

  private void startOver() {
    try {
      Thread.sleep(MILLIS_TO_NEXT_TRY);
      HostAddresses next = HostAddresses.open();
      HostAddresses before = source;
      source = next;
      before.close();
      if (closed) {
        next.close();
      }
      pending.add(new Event.AddressesChanged());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      closed = true;
    } catch (KernelException e) {
      // Tried again; the failure that led here was told.
      pending.add(new Event.AddressesChanged());
    }
  }

  @Override
  public void close() {
    closed = true;
    source.close();
    thread.interrupt();
  }
}
