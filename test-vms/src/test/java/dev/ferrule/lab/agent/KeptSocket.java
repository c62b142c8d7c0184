// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab.agent;

import dev.ferrule.lab.Addresses;
import dev.ferrule.lab.NamespaceThread;
import dev.ferrule.lab.NetNamespace;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A UDP client that asks again and again from the same port, as resolvers and phones do. */
final class KeptSocket implements AutoCloseable {

  static final String NOTHING = "nothing";
  static final String REFUSED = "refused";

  private static final Pattern SERVER = Pattern.compile("(?m)^server=(\\S+)$");

  private final DatagramSocket socket;

  private KeptSocket(DatagramSocket socket) {
    this.socket = socket;
  }

  static KeptSocket open(NetNamespace namespace, String address, int port) throws Exception {
    return NamespaceThread.once(
        namespace,
        () -> {
          DatagramSocket socket = new DatagramSocket();
          // Connected, so that an ICMP error is told.
          socket.connect(new InetSocketAddress(Addresses.parse(address), port));
          return new KeptSocket(socket);
        });
  }

  int port() {
    return socket.getLocalPort();
  }

  /** The name of the server that answers in time, or one of the words above. */
  String ask(Duration patience) throws IOException {
    socket.setSoTimeout(Math.toIntExact(patience.toMillis()));
    try {
      socket.send(new DatagramPacket(new byte[] {'?'}, 1));
      DatagramPacket answer = new DatagramPacket(new byte[2048], 2048);
      socket.receive(answer);
      Matcher server =
          SERVER.matcher(
              new String(answer.getData(), 0, answer.getLength(), StandardCharsets.US_ASCII));
      return server.find() ? server.group(1) : "something else";
    } catch (SocketTimeoutException e) {
      return NOTHING;
    } catch (PortUnreachableException e) {
      return REFUSED;
    } catch (IOException e) {
      // The node's own datagram is refused before it leaves, which sendto() reports as EPERM.
      if ("Operation not permitted".equals(e.getMessage())) {
        return REFUSED;
      }
      throw e;
    }
  }

  @Override
  public void close() {
    socket.close();
  }
}
