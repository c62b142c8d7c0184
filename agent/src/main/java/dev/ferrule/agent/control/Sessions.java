// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.control;

import dev.ferrule.kernel.KernelException;
import dev.ferrule.kernel.UnixConnection;
import dev.ferrule.kernel.UnixPeer;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Connections that are being answered. There are only so many at a time, each with a thread of its
 * own: when all are taken, the one that has waited longest without asking makes room, so that those
 * who hold connections keep out nobody who asks.
 */
final class Sessions implements AutoCloseable {

  /** Connections at the same time. */
  private static final int MOST = 32;

  /** For sending the whole request. */
  private static final Duration ASKING = Duration.ofSeconds(5);

  /** For taking the whole answer. */
  private static final Duration TAKING = Duration.ofSeconds(30);

  /** For the commands before this one: a commit of iptables may take 16 s. */
  private static final Duration WAITING = Duration.ofSeconds(40);

  /** Of these, characters of an answer, only so many are kept for clients that take their time. */
  private static final int LARGE = 256 * 1024;

  private static final int MOST_LARGE = 4;

  private final ControlSocket.Answerer answerer;
  private final Semaphore turn = new Semaphore(1, true);
  private final Semaphore large = new Semaphore(MOST_LARGE);
  private final ThreadPoolExecutor threads;

  /** Those who have not asked yet, in the order of their arrival; guarded by itself. */
  private final Set<UnixConnection> silent = new LinkedHashSet<>();

  /** All; guarded by {@code silent}. */
  private final Set<UnixConnection> all = new LinkedHashSet<>();

  Sessions(ControlSocket.Answerer answerer) {
    this.answerer = answerer;
    this.threads =
        new ThreadPoolExecutor(
            MOST,
            MOST,
            5,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            work -> {
              Thread thread = new Thread(work, "control client");
              thread.setDaemon(true);
              return thread;
            });
    this.threads.allowCoreThreadTimeOut(true);
  }

  /** Answers a connection in a thread of its own, and closes it. */
  void begin(UnixConnection connection, UnixPeer peer) {
    synchronized (silent) {
      if (all.size() >= MOST) {
        Iterator<UnixConnection> oldest = silent.iterator();
        if (!oldest.hasNext()) {
          refuse(connection, "the agent is answering others; ask again");
          return;
        }
        UnixConnection leaves = oldest.next();
        oldest.remove();
        all.remove(leaves);
        leaves.shutDown();
      }
      all.add(connection);
      silent.add(connection);
    }
    threads.execute(() -> serve(connection, peer));
  }

  /** Says why nothing is carried out, and closes the connection. */
  static void refuse(UnixConnection connection, String reason) {
    try (connection) {
      connection.write(direct(AnswerLines.error(reason)), Duration.ZERO);
    } catch (KernelException e) {
      return; // it is refused all the same
    }
  }

  private void serve(UnixConnection connection, UnixPeer peer) {
    try (connection) {
      answer(connection, peer);
    } catch (KernelException e) {
      return; // the client is gone
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      synchronized (silent) {
        silent.remove(connection);
        all.remove(connection);
      }
    }
  }

  private void answer(UnixConnection connection, UnixPeer peer)
      throws KernelException, InterruptedException {
    Transfer transfer = new Transfer(connection);
    ControlRequest request;
    try {
      request = RequestReader.read(transfer.line(RequestReader.MOST_BYTES, ASKING));
    } catch (RequestException e) {
      transfer.send(AnswerLines.error(String.valueOf(e.getMessage())), TAKING);
      return;
    }
    synchronized (silent) {
      silent.remove(connection);
    }
    if (answerer.isQuick(request)) {
      transfer.send(new AnswerLines(answerer.answer(request, peer)), TAKING);
    } else if (turn.tryAcquire(WAITING.toSeconds(), TimeUnit.SECONDS)) {
      answerInTurn(transfer, request, peer);
    } else {
      transfer.send(AnswerLines.error("the agent is answering others; ask again"), TAKING);
    }
  }

  private void answerInTurn(Transfer transfer, ControlRequest request, UnixPeer peer)
      throws KernelException, InterruptedException {
    ControlAnswer answer;
    boolean counted;
    try {
      answer = answerer.answer(request, peer);
      counted = answer.out().length() > LARGE;
      if (counted) {
        large.acquire(); // before the next one makes another such answer
      }
    } finally {
      turn.release();
    }
    try {
      transfer.send(new AnswerLines(answer), TAKING);
    } finally {
      if (counted) {
        large.release();
      }
    }
  }

  private static ByteBuffer direct(byte[] bytes) {
    return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
  }

  @Override
  public void close() {
    threads.shutdownNow();
    synchronized (silent) {
      all.forEach(UnixConnection::shutDown);
    }
  }
}
