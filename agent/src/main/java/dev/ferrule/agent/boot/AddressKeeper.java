// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.boot;

import dev.ferrule.agent.log.Log;
import dev.ferrule.agent.source.Seal;
import dev.ferrule.agent.sync.Commit;
import dev.ferrule.agent.sync.SyncObserver;
import dev.ferrule.rules.diff.DesiredState;
import dev.ferrule.rules.model.IpAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes down the addresses of this host whose rules are in force, on a thread of its own because a
 * disk may take long. Where no state directory is, nothing is written.
 */
public final class AddressKeeper implements SyncObserver {

  private static final long LOOK_MILLIS = 1000;

  private final KnownAddresses file;
  private final Path directory;
  private final Log log;
  private final Thread thread;

  // Owned by the sync thread.
  private boolean inForce;
  private boolean started;

  // Guarded by this object.
  private @Nullable List<IpAddress> news;
  private boolean ended;

  // Owned by the thread that writes.
  private @Nullable List<IpAddress> written;
  private String complaint = "";

  /**
   * @param log is told when the file cannot be written
   */
  public AddressKeeper(Path stateDirectory, Log log) {
    this.file = new KnownAddresses(stateDirectory);
    this.directory = stateDirectory;
    this.log = log;
    this.thread = new Thread(this::run, "known addresses");
    this.thread.setDaemon(true);
  }

  @Override
  public void committed(Commit commit) {
    inForce = true;
  }

  @Override
  public void failed() {
    inForce = false;
  }

  @Override
  public void wanted(DesiredState desired) {
    if (inForce) {
      are(desired.context().node().interfaceAddresses());
    }
  }

  private void are(List<IpAddress> addresses) {
    synchronized (this) {
      news = addresses;
      notifyAll();
    }
    if (!started) {
      started = true;
      thread.start();
    }
  }

  private void run() {
    try {
      LastingAddresses lasting = new LastingAddresses(before(), System.nanoTime());
      boolean last = false;
      while (!last) {
        last = await(lasting);
        keep(lasting.remembered(System.nanoTime()));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private List<IpAddress> before() {
    try {
      if (Files.isDirectory(directory)) {
        file.removeLeftover();
        written = file.read();
        return written;
      }
    } catch (Seal.BrokenException e) {
      log.warning(file.file() + " " + e.getMessage() + "; it is written anew");
    } catch (IOException e) {
      return List.of(); // the write that follows fails as well, and says so
    }
    return List.of();
  }

  /** Waits for other addresses, or until some went long enough ago; true at the end. */
  private synchronized boolean await(LastingAddresses lasting) throws InterruptedException {
    boolean look = false;
    while (news == null && !ended && !look) {
      look = lasting.someAreGone();
      wait(look ? LOOK_MILLIS : 0);
    }
    if (news != null) {
      lasting.are(news, System.nanoTime());
      news = null;
    }
    return ended;
  }

  private void keep(List<IpAddress> addresses) {
    if (addresses.equals(written) || !Files.isDirectory(directory)) {
      return;
    }
    try {
      file.write(addresses);
      written = addresses;
      if (!complaint.isEmpty()) {
        log.info(file.file() + ": the addresses of this host are saved again");
        complaint = "";
      }
    } catch (IOException e) {
      String text =
          file.file()
              + ": the addresses of this host cannot be saved ("
              + e
              + "); after a reboot its node ports answer a moment after its network is up. Make"
              + " the directory writable or set ferrule.stateDirectory";
      if (!text.equals(complaint)) {
        log.warning(text);
        complaint = text;
      }
    }
  }

  /** Returns when all is written. */
  @Override
  public void ended() {
    synchronized (this) {
      ended = true;
      notifyAll();
    }
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
