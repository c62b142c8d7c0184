// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Servers that say who they are, for any number of pods on one thread: each socket is made inside
 * its pod's namespace and served by the one selector, which does not care where sockets come from.
 */
public final class EchoServers implements AutoCloseable {
  private static final int BACKLOG = 512;

  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final Selector selector;
  private final Queue<Closing> closing = new ConcurrentLinkedQueue<>();
  private final Thread thread = new Thread(this::serve, "echo servers");

  /** One listening socket; closing it makes the kernel refuse further connections. */
  public final class Server implements AutoCloseable {
    private final SelectableChannel channel;

    private Server(SelectableChannel channel) {
      this.channel = channel;
    }

    /** Returns when the port is closed, so that whoever asks next is refused. */
    @Override
    public void close() {
      CountDownLatch done = new CountDownLatch(1);
      closing.add(new Closing(channel, done));
      selector.wakeup();
      try {
        if (selector.isOpen() && !done.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
          throw new LabException("a server did not close within " + PATIENCE);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private record Closing(SelectableChannel channel, CountDownLatch done) {}

  /** What a key's owner does when its channel is ready. */
  interface Ready {
    void on(SelectionKey key) throws IOException;
  }

  private EchoServers() throws IOException {
    this.selector = Selector.open();
    thread.setDaemon(true);
  }

  public static EchoServers start() {
    try {
      EchoServers servers = new EchoServers();
      servers.thread.start();
      return servers;
    } catch (IOException e) {
      throw new LabException("could not start the echo servers", e);
    }
  }

  /** Listens in a namespace and answers in a name. */
  public Server listen(
      NetNamespace namespace, String name, String address, int port, Protocol protocol) {
    InetSocketAddress at = new InetSocketAddress(Addresses.parse(address), port);
    try {
      return NamespaceThread.once(
          namespace, () -> protocol == Protocol.TCP ? tcp(name, at) : udp(name, at));
    } catch (Exception e) {
      throw new LabException("could not listen as " + name + " on " + at + "/" + protocol, e);
    }
  }

  /** The same on several addresses. */
  public List<Server> listen(
      NetNamespace namespace, String name, List<String> addresses, int port, Protocol protocol) {
    return addresses.stream().map(a -> listen(namespace, name, a, port, protocol)).toList();
  }

  private Server tcp(String name, InetSocketAddress at) throws IOException {
    ServerSocketChannel channel = ServerSocketChannel.open();
    channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
    channel.bind(at, BACKLOG);
    return register(channel, SelectionKey.OP_ACCEPT, new HttpEcho.Accept(name));
  }

  private Server udp(String name, InetSocketAddress at) throws IOException {
    DatagramChannel channel = DatagramChannel.open();
    channel.bind(at);
    return register(channel, SelectionKey.OP_READ, new UdpEcho(name));
  }

  private Server register(SelectableChannel channel, int interest, Ready ready) throws IOException {
    channel.configureBlocking(false);
    channel.register(selector, interest, ready);
    selector.wakeup();
    return new Server(channel);
  }

  private void serve() {
    try {
      while (selector.isOpen()) {
        selector.select(EchoServers::handle);
        closeSome();
      }
    } catch (ClosedSelectorException e) {
      // closed between two rounds: the way this thread ends
      return;
    } catch (IOException e) {
      throw new UncheckedIOException("the echo servers have stopped", e);
    }
  }

  /** A selector keeps a closed channel's port open until it selects again. */
  private void closeSome() throws IOException {
    List<Closing> some = new ArrayList<>();
    for (Closing next = closing.poll(); next != null; next = closing.poll()) {
      next.channel().close();
      some.add(next);
    }
    if (!some.isEmpty()) {
      selector.selectNow(EchoServers::handle);
      some.forEach(closed -> closed.done().countDown());
    }
  }

  private static void handle(SelectionKey key) {
    try {
      if (key.isValid()) {
        ((Ready) key.attachment()).on(key);
      }
    } catch (IOException | CancelledKeyException e) {
      // One caller went away, or its server was closed meanwhile; the caller's side counts that.
      closeQuietly(key);
    }
  }

  private static void closeQuietly(SelectionKey key) {
    try {
      key.channel().close();
    } catch (IOException e) {
      key.cancel();
    }
  }

  @Override
  public void close() {
    List<SelectionKey> open = new CopyOnWriteArrayList<>(selector.keys());
    open.forEach(EchoServers::closeQuietly);
    try {
      selector.close();
      thread.join(1000);
    } catch (IOException e) {
      throw new LabException("could not stop the echo servers", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
