// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.http;

import dev.ferrule.agent.log.Log;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One thread that talks to all clients and never waits for one of them. The JDK's server gives each
 * request a thread before it is complete: a few dozen clients that send half of one are enough to
 * keep everybody else out, also the kubelet.
 */
final class HttpLoop {

  private static final int BACKLOG = 1024;
  private static final int ACCEPTS = 64;
  private static final Duration SWEEP = Duration.ofMillis(250);

  private final Selector selector;
  private final ExecutorService pages;
  private final HttpLimits limits;
  private final Log log;
  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final Thread thread;
  private volatile boolean closed;

  // Used by the thread alone.
  private final Map<InetSocketAddress, SelectionKey> listeners = new HashMap<>();
  private final Set<HttpConnection> connections = new HashSet<>();
  private final ByteBuffer scratch = ByteBuffer.allocateDirect(RequestHead.LIMIT);
  private long swept = System.nanoTime();

  /** Whether no further client is taken on for the moment. */
  private boolean paused;

  private HttpLoop(
      String name, Selector selector, ExecutorService pages, HttpLimits limits, Log log) {
    this.selector = selector;
    this.pages = pages;
    this.limits = limits;
    this.log = log;
    this.thread = new Thread(this::run, name);
    this.thread.setDaemon(true);
  }

  /**
   * Starts without an address.
   *
   * @param name of the thread
   * @param pages makes answers, which may take a while
   */
  static HttpLoop start(String name, ExecutorService pages, HttpLimits limits, Log log)
      throws IOException {
    HttpLoop loop = new HttpLoop(name, Selector.open(), pages, limits, log);
    loop.thread.start();
    return loop;
  }

  /** Listens from now on. */
  void open(Site site) throws IOException {
    ServerSocketChannel channel = ServerSocketChannel.open();
    try {
      channel.configureBlocking(false);
      channel.bind(site.address(), BACKLOG);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
    inLoop(() -> listen(channel, site)).join();
  }

  private void listen(ServerSocketChannel channel, Site site) {
    try {
      listeners.put(site.address(), channel.register(selector, SelectionKey.OP_ACCEPT, site));
    } catch (IOException e) {
      throw new IllegalStateException("could not wait for clients of " + site.name(), e);
    }
  }

  /** Listens no more; returns when the address is free. */
  void close(InetSocketAddress address) {
    inLoop(() -> stopListening(address)).join();
  }

  private void stopListening(InetSocketAddress address) {
    SelectionKey listener = listeners.remove(address);
    if (listener == null) {
      return;
    }
    close(listener);
    List.copyOf(connections).stream()
        .filter(connection -> connection.site().address().equals(address))
        .forEach(this::drop);
    try {
      selector.selectNow(); // only this gives closed channels back to the kernel
    } catch (IOException e) {
      log.warning("could not close " + address + ": " + e);
    }
  }

  private static void close(SelectionKey listener) {
    listener.cancel();
    try {
      listener.channel().close();
    } catch (IOException e) {
      return; // nothing is left that could be closed
    }
  }

  private CompletableFuture<Void> inLoop(Runnable task) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    tasks.add(
        () -> {
          try {
            task.run();
            done.complete(null);
          } catch (RuntimeException e) {
            done.completeExceptionally(e);
          }
        });
    selector.wakeup();
    if (closed) {
      done.complete(null); // nobody runs tasks any more, and nothing is open
    }
    return done;
  }

  /** Closes all and ends the thread. */
  void close() {
    closed = true;
    selector.wakeup();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try (selector) {
      while (!closed) {
        selector.select(connections.isEmpty() && !paused ? 0 : SWEEP.toMillis());
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
          task.run();
        }
        for (SelectionKey key : List.copyOf(selector.selectedKeys())) {
          handle(key);
        }
        selector.selectedKeys().clear();
        sweep();
      }
    } catch (IOException | ClosedSelectorException e) {
      log.error("no requests are answered any more: " + e);
    } finally {
      closed = true;
      List.copyOf(connections).forEach(this::drop);
      listeners.values().forEach(HttpLoop::close);
      tasks.forEach(Runnable::run);
    }
  }

  private void handle(SelectionKey key) {
    if (!key.isValid()) {
      return;
    }
    if (key.channel() instanceof ServerSocketChannel listener
        && key.attachment() instanceof Site site) {
      accept(key, listener, site);
    } else if (key.attachment() instanceof HttpConnection connection) {
      proceed(connection, () -> connection.proceed(scratch, System.nanoTime()));
    }
  }

  private void accept(SelectionKey key, ServerSocketChannel listener, Site site) {
    try {
      for (int i = 0; i < ACCEPTS; i++) {
        SocketChannel channel = listener.accept();
        if (channel == null) {
          return;
        }
        if (connections.size() >= limits.connections()) {
          oldest(connection -> true).ifPresent(this::drop);
        }
        add(channel, site);
      }
    } catch (IOException e) {
      // No file descriptor is left, for one: make room, and look again a little later.
      oldest(connection -> true).ifPresent(this::drop);
      key.interestOps(0);
      paused = true;
    }
  }

  private void add(SocketChannel channel, Site site) throws IOException {
    try {
      channel.configureBlocking(false);
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      SelectionKey key = channel.register(selector, 0);
      HttpConnection connection = new HttpConnection(channel, key, site, limits, System.nanoTime());
      key.attach(connection);
      connections.add(connection);
    } catch (IOException | RuntimeException e) {
      channel.close(); // the client was quicker
    }
  }

  private interface Step {
    @Nullable Request run() throws IOException;
  }

  private void proceed(HttpConnection connection, Step step) {
    try {
      Request request = step.run();
      if (request != null) {
        pages.execute(() -> answer(connection, request));
      }
      if (connection.unread() > 0) {
        limitUnread(connection);
      }
    } catch (IOException | RejectedExecutionException e) {
      drop(connection); // what the client does not get it asks for again
    }
  }

  /** Runs on a thread of the pages. */
  private void answer(HttpConnection connection, Request request) {
    if (!connection.isOpen()) {
      return;
    }
    Answer answer;
    try {
      answer = connection.site().pages().apply(request);
    } catch (RuntimeException e) {
      log.warning(
          "could not answer " + request.path() + " of " + connection.site().name() + ": " + e);
      answer = Answer.text(500, "this page could not be made; the log says why\n");
    }
    Answer made = answer;
    tasks.add(
        () -> {
          if (connections.contains(connection)) {
            proceed(connection, () -> connection.answer(made, System.nanoTime()));
          }
        });
    selector.wakeup();
  }

  private void limitUnread(HttpConnection last) {
    long total = connections.stream().mapToLong(HttpConnection::unread).sum();
    while (total > limits.bytes()) {
      Optional<HttpConnection> oldest = oldest(one -> one.unread() > 0 && one != last);
      if (oldest.isEmpty()) {
        return;
      }
      total -= oldest.get().unread();
      drop(oldest.get());
    }
  }

  private Optional<HttpConnection> oldest(Predicate<HttpConnection> which) {
    long now = System.nanoTime();
    return connections.stream()
        .filter(which)
        .max(Comparator.comparingLong(connection -> now - connection.since()));
  }

  private void drop(HttpConnection connection) {
    connections.remove(connection);
    connection.close();
  }

  private void sweep() {
    long now = System.nanoTime();
    if (now - swept < SWEEP.toNanos()) {
      return;
    }
    swept = now;
    List<HttpConnection> late = new ArrayList<>();
    for (HttpConnection connection : connections) {
      if (connection.isLate(now)) {
        late.add(connection);
      }
    }
    late.forEach(this::drop);
    if (paused) {
      paused = false;
      listeners.values().forEach(key -> key.interestOps(SelectionKey.OP_ACCEPT));
    }
  }
}
