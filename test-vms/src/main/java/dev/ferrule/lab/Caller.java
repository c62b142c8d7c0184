// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/** Makes connections from inside one namespace, each a new one with a time limit. */
public final class Caller implements AutoCloseable {
  /**
   * For an answer that must come: long enough for two packets that are sent again, after one second
   * and two more, on a machine that is busy with other things.
   */
  public static final Duration PATIENCE = Duration.ofSeconds(5);

  private static final int MAX_ANSWER = 65536;

  private final NamespaceThread thread;
  private final int timeoutMillis;

  private Caller(NamespaceThread thread, Duration timeout) {
    this.thread = thread;
    this.timeoutMillis = Math.toIntExact(timeout.toMillis());
  }

  public static Caller in(NetNamespace namespace) {
    return in(namespace, PATIENCE);
  }

  public static Caller in(NetNamespace namespace, Duration timeout) {
    return new Caller(NamespaceThread.enter(namespace), timeout);
  }

  /** What an HTTP server said: the code of its status line and the body. */
  public record Page(int status, String body) {}

  /** One HTTP request to an echo server. */
  public Answer get(String address, int port) throws IOException {
    return Answer.parse(page(address, port, "/").body());
  }

  /** One HTTP request from a chosen address of the namespace. */
  public Answer getFrom(String source, String address, int port) throws IOException {
    return Answer.parse(inside(() -> request(source, address, port, "/")).body());
  }

  /** One HTTP request to any server. */
  public Page page(String address, int port, String path) throws IOException {
    return inside(() -> request("", address, port, path));
  }

  /** One datagram to an echo server. */
  public Answer ask(String address, int port) throws IOException {
    return ask(address, port, 1);
  }

  /** One datagram of so many bytes; the network carries larger ones than 1472 in pieces. */
  public Answer ask(String address, int port, int bytes) throws IOException {
    return inside(
        () -> {
          try (DatagramSocket socket = new DatagramSocket()) {
            socket.setSoTimeout(timeoutMillis);
            // Connected, so that an ICMP error ends the wait at once.
            socket.connect(new InetSocketAddress(Addresses.parse(address), port));
            socket.send(new DatagramPacket(new byte[bytes], bytes));
            DatagramPacket answer = new DatagramPacket(new byte[2048], 2048);
            socket.receive(answer);
            return Answer.parse(
                new String(answer.getData(), 0, answer.getLength(), StandardCharsets.US_ASCII));
          }
        });
  }

  /** Many connections, and how many of them each server answered. */
  public Map<String, Integer> spread(String address, int port, int connections) throws IOException {
    Map<String, Integer> answered = new TreeMap<>();
    for (int i = 0; i < connections; i++) {
      answered.merge(get(address, port).server(), 1, Integer::sum);
    }
    return answered;
  }

  private Page request(String source, String address, int port, String path) throws IOException {
    try (Socket socket = new Socket()) {
      if (!source.isEmpty()) {
        socket.bind(new InetSocketAddress(Addresses.parse(source), 0));
      }
      socket.connect(new InetSocketAddress(Addresses.parse(address), port), timeoutMillis);
      socket.setSoTimeout(timeoutMillis);
      socket
          .getOutputStream()
          .write(
              ("GET " + path + " HTTP/1.0\r\nHost: " + address + "\r\n\r\n")
                  .getBytes(StandardCharsets.US_ASCII));
      return parse(
          new String(socket.getInputStream().readNBytes(MAX_ANSWER), StandardCharsets.UTF_8));
    }
  }

  private static Page parse(String text) throws IOException {
    int end = text.indexOf("\r\n\r\n");
    if (end < 0 || !text.matches("(?s)HTTP/1\\.[01] \\d{3}.*")) {
      throw new IOException("not an HTTP answer: " + text);
    }
    int status = Integer.parseInt(text.substring("HTTP/1.x ".length(), "HTTP/1.x 200".length()));
    return new Page(status, text.substring(end + 4));
  }

  private interface Talk<T> {
    T talk() throws IOException;
  }

  private <T> T inside(Talk<T> talk) throws IOException {
    try {
      return thread.call(talk::talk);
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LabException("interrupted in " + thread.namespace().name(), e);
    } catch (Exception e) {
      throw new LabException("could not call from " + thread.namespace().name(), e);
    }
  }

  @Override
  public void close() {
    thread.close();
  }
}
