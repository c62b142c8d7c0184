// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.sync;

import dev.ferrule.kernel.HostAddresses;
import dev.ferrule.kernel.KernelException;
import dev.ferrule.rules.model.IpAddress;
import java.time.Duration;
import java.util.List;

/** Tells the sync thread when the host's interfaces get or lose addresses. */
final class AddressFollower implements AutoCloseable {

  private static final Duration POLL = Duration.ofMinutes(1);

  private final HostAddresses source;
  private final Pending pending;
  private final AgentLog log;
  private final Thread thread;
  private volatile boolean closed;

  /** Owned by the thread that asks. */
  private List<IpAddress> last = List.of();

  AddressFollower(HostAddresses source, Pending pending, AgentLog log) {
    this.source = source;
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
      last = NodeAddresses.of(source);
    } catch (KernelException e) {
      log.line(e.getMessage());
    }
    return last;
  }

  private void follow() {
    while (!closed) {
      try {
        if (source.awaitChange(POLL)) {
          pending.add(new Event.AddressesChanged());
        }
      } catch (KernelException e) {
        if (closed) {
          return;
        }
        log.line("no longer following the host's addresses: " + e.getMessage());
        return;
      }
    }
  }

  @Override
  public void close() {
    closed = true;
    source.close();
  }
}
