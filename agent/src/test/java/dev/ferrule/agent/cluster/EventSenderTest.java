// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ferrule.agent.log.Log;
import dev.ferrule.agent.source.Notice;
import dev.ferrule.rules.model.ObjectName;
import dev.ferrule.testapi.ApiServer;
import dev.ferrule.testapi.Fault;
import dev.ferrule.testapi.Fault.Refuse;
import dev.ferrule.testapi.Request;
import dev.ferrule.testapi.Resource;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an operator finds with {@code kubectl events}. */
class EventSenderTest {

  private static final Notice SKIPPED =
      new Notice(
          Notice.Reason.SKIPPED, "Service", new ObjectName("default", "web"), "spec.ports: is bad");
  private static final Notice PORT_TAKEN =
      new Notice(
          Notice.Reason.HEALTH_CHECK_FAILED,
          "Service",
          new ObjectName("default", "web"),
          "could not listen on 0.0.0.0:32000");

  @TempDir private Path directory;

  private TestCluster cluster;
  private final List<String> lines = Collections.synchronizedList(new ArrayList<>());
  private final List<EventSender> senders = new ArrayList<>();

  @BeforeEach
  void start() throws Exception {
    cluster = TestCluster.start(directory);
  }

  @AfterEach
  void close() {
    senders.forEach(EventSender::close);
    cluster.close();
  }

  private EventSender sender(String node, Duration between) {
    EventSender sender =
        new EventSender(
            new dev.ferrule.agent.cluster.ApiServer(new Access(cluster.kubeconfig(), null)),
            node,
            Duration.ZERO,
            between,
            Log.of(lines::add));
    senders.add(sender);
    sender.start();
    return sender;
  }

  private List<ObjectNode> events() {
    ApiServer server = cluster.server;
    return server.list(Resource.EVENTS);
  }

  private long writes() {
    return cluster.server.requests().stream()
        .map(Request::verb)
        .filter(verb -> verb.equals("create") || verb.equals("patch"))
        .count();
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).isLessThan(end);
      Thread.sleep(10);
    }
  }

  @Test
  void aNoticeIsAnEventOnItsObject() throws Exception {
    EventSender sender = sender("node-1", Duration.ZERO);
    sender.tell(SKIPPED);
    sender.tell(SKIPPED);
    await(() -> writes() == 2);
    assertThat(events()).hasSize(1);
    assertThat(events().get(0).toString())
        .contains("\"name\":\"web\"", "NotProgrammed", "spec.ports: is bad", "Warning")
        .contains("ferrule.dev/ferrule", "ferrule-node-1");
    assertThat(lines).isEmpty();
  }

  @Test
  void whatAllNodesFindIsOneEvent() throws Exception {
    for (int i = 0; i < 5; i++) {
      sender("node-" + i, Duration.ZERO).tell(SKIPPED);
    }
    await(() -> writes() == 5);
    assertThat(events()).hasSize(1);
    assertThat(lines).isEmpty();
  }

  @Test
  void whatEachNodeFindsByItselfIsAnEventOfEach() throws Exception {
    sender("node-1", Duration.ZERO).tell(PORT_TAKEN);
    sender("node-2", Duration.ZERO).tell(PORT_TAKEN);
    await(() -> events().size() == 2);
    // After a restart the node finds the same again.
    sender("node-1", Duration.ZERO).tell(PORT_TAKEN);
    await(() -> writes() == 4);
    assertThat(events()).hasSize(2);
    assertThat(lines).isEmpty();
  }

  @Test
  void eventsAreWrittenOneAfterTheOtherAndNobodyWaitsForThem() throws Exception {
    EventSender sender = sender("node-1", Duration.ofHours(1));
    for (int i = 0; i < 500; i++) {
      sender.tell(
          new Notice(
              Notice.Reason.SKIPPED, "Service", new ObjectName("default", "web-" + i), "is bad"));
    }
    await(() -> events().size() == 1);
    assertThat(events()).hasSize(1);
    assertThat(lines).singleElement().asString().contains("more than 100 wait");
  }

  @Test
  void aMissingRightIsNamed() throws Exception {
    cluster.server.faults().add(new Fault(null, "create", 0, new Refuse(403, 0)));
    sender("node-1", Duration.ZERO).tell(SKIPPED);
    await(() -> !lines.isEmpty());
    assertThat(lines).singleElement().asString().contains("create and patch on events");
    assertThat(events()).isEmpty();
  }
}
