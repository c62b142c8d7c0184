// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.explain;

import dev.ferrule.agent.sync.KernelTables;
import dev.ferrule.kernel.Conntrack;
import dev.ferrule.kernel.KernelException;
import dev.ferrule.kernel.PacketTrace;
import dev.ferrule.kernel.RawSocket;
import dev.ferrule.kernel.TestPacket;
import dev.ferrule.kernel.TraceEvent;
import dev.ferrule.kernel.TunDevice;
import dev.ferrule.rules.compile.NodeContext;
import dev.ferrule.rules.conntrack.ConntrackEntry;
import dev.ferrule.rules.model.IpFamily;
import dev.ferrule.rules.model.PodInterface;
import dev.ferrule.rules.nftables.Rule;
import dev.ferrule.rules.nftables.TableState;
import dev.ferrule.rules.trace.Connection;
import dev.ferrule.rules.trace.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Sends the first packet of a connection and follows it through the kernel's rules. */
final class PacketProbe {

  /** Ports that no service listens on (RFC 6335, section 6). */
  private static final int FIRST_PORT = 49_152;

  /**
   * How long an answer may take. Until then the entry of connection tracking stays, by which it
   * finds the client, whose kernel then ends what it never began.
   */
  private static final int ANSWER_MILLIS = 200;

  private static final Path SETTINGS = Path.of("/proc/sys/net/ipv4/conf");

  private final Random random = new Random();
  private final NodeContext context;
  private final KernelTables kernel;

  PacketProbe(NodeContext context, KernelTables kernel) {
    this.context = context;
    this.kernel = kernel;
  }

  /**
   * Sends a packet.
   *
   * @param table our table as it was read; null if there is none
   * @param outcomes what that table does with the connection
   */
  PacketReport send(Connection connection, @Nullable TableState table, List<Outcome> outcomes) {
    boolean ofNode = context.isNode(connection.from());
    Optional<String> obstacle = ofNode ? Optional.empty() : obstacle(connection);
    if (obstacle.isPresent()) {
      return new PacketReport.NotSent(obstacle.get());
    }
    try (Conntrack conntrack = Conntrack.open()) {
      TestPacket packet = packet(connection, conntrack);
      Map<Long, Rule> rules = kernel.rules(connection.to().family());
      List<TraceEvent> events;
      try {
        events = ofNode ? fromNode(packet) : fromOutside(packet);
      } finally {
        forget(packet, conntrack);
      }
      String sent = packet + (ofNode ? "" : ", let in by interface " + TunDevice.NAME);
      return new PacketPath(connection, table, rules).report(sent, events, outcomes);
    } catch (KernelException | QuestionException e) {
      return new PacketReport.NotSent(String.valueOf(e.getMessage()));
    }
  }

  /** Why a packet of somebody else cannot come in as it should. */
  private Optional<String> obstacle(Connection connection) {
    PodInterface pods = context.podInterface();
    String in = connection.inInterface();
    if (pods != null && in != null && pods.matches(in) != pods.matches(TunDevice.NAME)) {
      return Optional.of(
          "it would come in by "
              + TunDevice.NAME
              + " and not by "
              + in
              + ", and by interfaces ("
              + pods
              + ") this node tells Pods from others; send it from the Pod itself");
    }
    return Optional.empty();
  }

  private static List<TraceEvent> fromNode(TestPacket packet) throws KernelException {
    try (RawSocket socket = RawSocket.open(packet.to().family());
        PacketTrace trace = PacketTrace.open(packet)) {
      return trace.follow(socket::send);
    }
  }

  private static List<TraceEvent> fromOutside(TestPacket packet)
      throws KernelException, QuestionException {
    try (TunDevice device = TunDevice.open()) {
      if (packet.from().family() == IpFamily.IPV4) {
        allowAnySource();
      }
      try (PacketTrace trace = PacketTrace.open(packet)) {
        return trace.follow(device::send);
      }
    }
  }

  /**
   * The client's own interface is another one, so the kernel must not ask whether it is the one by
   * which it would answer (Documentation/networking/ip-sysctl.rst, rp_filter): the larger of the
   * setting for all interfaces and that of the interface counts.
   */
  private static void allowAnySource() throws QuestionException {
    try {
      Path own = SETTINGS.resolve(TunDevice.NAME).resolve("rp_filter");
      if (!Files.readString(own).strip().equals("0")) {
        Files.writeString(own, "0");
      }
      String all = Files.readString(SETTINGS.resolve("all/rp_filter")).strip();
      if (!all.equals("0")) {
        throw new QuestionException(
            "the kernel would drop it as it comes in by "
                + TunDevice.NAME
                + ", because net.ipv4.conf.all.rp_filter is "
                + all
                + "; send it from where the client is, or set that to 0 meanwhile");
      }
    } catch (IOException e) {
      throw new QuestionException("could not see to rp_filter of " + TunDevice.NAME + ": " + e);
    }
  }

  /** One that is no part of a connection that is there already. */
  private TestPacket packet(Connection connection, Conntrack conntrack) throws KernelException {
    Set<Integer> used = new HashSet<>();
    conntrack.forEach(
        connection.from().family(),
        connection.protocol(),
        entry -> {
          if (entry.source().equals(connection.from())) {
            used.add(entry.sourcePort());
          }
        });
    int port;
    do {
      port = FIRST_PORT + random.nextInt(0xffff - FIRST_PORT);
    } while (used.size() < 0xffff - FIRST_PORT && used.contains(port));
    int label = 1 + random.nextInt(0xffff);
    return new TestPacket(connection.from(), port, connection.destination(), label);
  }

  private static void forget(TestPacket packet, Conntrack conntrack) throws KernelException {
    try {
      Thread.sleep(ANSWER_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    conntrack.forEach(
        packet.to().family(),
        packet.to().protocol(),
        entry -> {
          if (isOf(packet, entry)) {
            conntrack.delete(entry);
          }
        });
  }

  private static boolean isOf(TestPacket packet, ConntrackEntry entry) {
    return entry.source().equals(packet.from())
        && entry.sourcePort() == packet.fromPort()
        && entry.destination().equals(packet.to());
  }
}
