// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.control;

import dev.ferrule.agent.log.Log;
import dev.ferrule.kernel.KernelException;
import dev.ferrule.kernel.UnixConnection;
import dev.ferrule.kernel.UnixPeer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The agent's end. Where the socket cannot be had, that is told once, and it is tried again: an
 * agent that is being replaced gives it up when it ends.
 */
public final class ControlSocket implements AutoCloseable {

  private static final Duration RETRY = Duration.ofSeconds(5);
  private static final Duration LOOK = Duration.ofSeconds(1);
  private static final int STRANGERS_TOLD = 20;

  private final Path path;
  private final Log log;
  private final Sessions sessions;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Set<Integer> strangers = new HashSet<>();
  private final Thread thread = new Thread(this::run, "control");
  private volatile @Nullable SocketFile file;

  /** Carries out what is asked for. */
  @FunctionalInterface
  public interface Answerer {

    /**
     * Called by one of several threads.
     *
     * @throws InterruptedException if the agent ends meanwhile
     */
    ControlAnswer answer(ControlRequest request, UnixPeer peer) throws InterruptedException;

    /** Whether it takes so little that it need not wait until others are answered. */
    default boolean isQuick(ControlRequest request) {
      return false;
    }
  }

  private ControlSocket(Path path, Answerer answerer, Log log) {
    this.path = path;
    this.log = log;
    this.sessions = new Sessions(answerer);
  }

  /**
   * Starts to answer, now or as soon as that is possible.
   *
   * @param log takes what the operator should know; called by any thread
   */
  public static ControlSocket open(Path path, Answerer answerer, Log log) {
    ControlSocket socket = new ControlSocket(path, answerer, log);
    try {
      socket.file = SocketFile.place(path);
    } catch (IOException | KernelException e) {
      log.warning(
          "no control socket: "
              + path
              + " cannot be had because "
              + reason(e)
              + "; everything else works, and it is tried again (--control-socket names another"
              + " one, or off)");
    }
    socket.thread.setDaemon(true);
    socket.thread.start();
    return socket;
  }

  private static String reason(Exception e) {
    String text = String.valueOf(e.getMessage());
    return e instanceof java.nio.file.AccessDeniedException
        ? "this user may not write " + text
        : text;
  }

  private void run() {
    try {
      do {
        SocketFile placed = file;
        if (placed != null) {
          serve(placed);
        }
      } while (!closed.await(RETRY.toMillis(), TimeUnit.MILLISECONDS) && tryAgain());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean tryAgain() {
    if (file == null) {
      try {
        file = SocketFile.place(path);
        log.info("the control socket " + path + " answers now");
        if (closed.getCount() == 0) {
          close(); // it came too late to be closed with the rest
        }
      } catch (IOException | KernelException e) {
        file = null; // as was said when it was tried first
      }
    }
    return true;
  }

  private void serve(SocketFile placed) throws InterruptedException {
    PeerRule rule = new PeerRule(ownUser(), placed.group());
    boolean told = false;
    while (closed.getCount() > 0) {
      try {
        UnixConnection connection = placed.listener().accept(LOOK);
        if (connection != null) {
          admit(connection, rule);
        }
        told = false;
      } catch (KernelException e) {
        if (!told) {
          log.warning("the control socket cannot answer: " + e.getMessage());
          told = true;
        }
        closed.await(LOOK.toMillis(), TimeUnit.MILLISECONDS);
      }
    }
  }

  private void admit(UnixConnection connection, PeerRule rule) throws KernelException {
    UnixPeer peer;
    try {
      peer = connection.peer();
    } catch (KernelException e) {
      connection.close();
      throw e;
    }
    String refusal = rule.refusal(peer);
    if (refusal == null) {
      sessions.begin(connection, peer);
      return;
    }
    if (strangers.size() < STRANGERS_TOLD && strangers.add(peer.uid())) {
      log.warning("control socket: refused " + peer);
    }
    Sessions.refuse(connection, refusal);
  }

  private static int ownUser() {
    try {
      return (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    } catch (IOException e) {
      return 0; // without /proc: root may ask anyway
    }
  }

  @Override
  public void close() {
    closed.countDown();
    SocketFile placed = file;
    if (placed != null) {
      placed.remove();
    }
    sessions.close();
  }
}
