// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab.vm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferrule.lab.fleet.Vm;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** Connections that the client makes all the time, one after the other target in turns. */
final class Traffic implements AutoCloseable {

  private final Vm client;
  private final String name;

  /**
   * What became of one.
   *
   * @param start in seconds since 1970, by the client's clock
   * @param outcome {@code ok POD NODE SEEN-ADDRESS} or {@code failed REASON}
   */
  record Connection(double start, String target, int millis, String outcome) {

    boolean served() {
      return outcome.startsWith("ok ");
    }

    static Connection of(String line) {
      String[] words = line.split(" ", 4);
      return new Connection(
          Double.parseDouble(words[0]), words[1], Integer.parseInt(words[2]), words[3]);
    }
  }

  private Traffic(Vm client, String name) {
    this.client = client;
    this.name = name;
  }

  /**
   * Starts it.
   *
   * @param interval between the starts of two connections
   * @param patience of each
   * @param targets ADDRESS:PORT
   */
  static Traffic start(
      Vm client, String name, Duration interval, Duration patience, List<String> targets) {
    client.write(
        "/run/ferrule-traffic/" + name,
        "ARGUMENTS=%.3f %.3f %s"
            .formatted(
                interval.toMillis() / 1000.0,
                patience.toMillis() / 1000.0,
                String.join(" ", targets)));
    client.must(
        "systemctl restart ferrule-traffic@"
            + name
            + "; for i in $(seq 100); do [ ! -s /run/ferrule-traffic/"
            + name
            + ".log ] || exit 0; sleep 0.1; done; exit 1");
    return new Traffic(client, name);
  }

  /** What there is so far. */
  List<Connection> soFar() {
    return lines(client.must("cat " + log()));
  }

  /** Ends it and waits for those that are open. */
  List<Connection> stop() {
    return lines(client.must("systemctl stop ferrule-traffic@" + name + "; cat " + log()));
  }

  @Override
  public void close() {
    client.run(
        "systemctl stop ferrule-traffic@"
            + name
            + "; systemctl reset-failed ferrule-traffic@"
            + name
            + "; rm -f /run/ferrule-traffic/"
            + name
            + "*");
  }

  private String log() {
    return "/run/ferrule-traffic/" + name + ".log";
  }

  private static List<Connection> lines(String text) {
    return text.lines().filter(line -> !line.isBlank()).map(Connection::of).toList();
  }

  /** Fails if one was not served, with those that were not. */
  static void assertAllServed(List<Connection> connections) {
    assertThat(connections).isNotEmpty();
    assertThat(connections.stream().filter(connection -> !connection.served())).isEmpty();
  }

  /** Who answered, in order of the connections. */
  static Stream<String> podsOf(List<Connection> connections) {
    return connections.stream()
        .filter(Connection::served)
        .map(connection -> connection.outcome().split(" ", -1)[1]);
  }
}
