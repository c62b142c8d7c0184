// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.charset.StandardCharsets;

/** Answers each datagram with one. */
record UdpEcho(String name) implements EchoServers.Ready {
  private static final int MAX_DATAGRAM = 2048;

  @Override
  public void on(SelectionKey key) throws IOException {
    DatagramChannel channel = (DatagramChannel) key.channel();
    ByteBuffer question = ByteBuffer.allocate(MAX_DATAGRAM);
    InetSocketAddress from = (InetSocketAddress) channel.receive(question);
    if (from != null) {
      Answer answer = Answer.of(name, (InetSocketAddress) channel.getLocalAddress(), from);
      channel.send(ByteBuffer.wrap(answer.body().getBytes(StandardCharsets.US_ASCII)), from);
    }
  }
}
