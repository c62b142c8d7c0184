// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogWriterTest {

  private static final Clock NOON =
      Clock.fixed(Instant.parse("2026-01-31T12:00:00.123456789Z"), ZoneOffset.UTC);

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  private final RecentLines recent = new RecentLines();

  private LogWriter writer(boolean journal) {
    return new LogWriter(
        new PrintStream(bytes, true, StandardCharsets.UTF_8), journal, NOON, recent);
  }

  private String written() {
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Test
  void textIsTheSentenceAlone() {
    LogWriter log = writer(false);
    log.info("in step");
    log.warning("not so good");
    log.failed("no folder");
    assertThat(written()).isEqualTo("in step\nnot so good\nferrule: no folder\n");
  }

  @Test
  void theJournalIsToldHowMuchALineMatters() {
    LogWriter log = writer(true);
    log.info("in step");
    log.warning("not so good");
    log.error("bad");
    assertThat(written()).isEqualTo("<6>in step\n<4>not so good\n<3>bad\n");
    assertThat(recent.text().lines().map(line -> line.replaceFirst(".*?Z ", "")))
        .as("kept for whoever helps")
        .containsExactly("in step", "warning: not so good", "error: bad");
  }

  @Test
  void jsonIsAnObjectALineWithWhatItIsAbout() throws Exception {
    LogWriter log = writer(false);
    log.use(LogFormat.JSON);
    log.tell(new Log.Entry(Level.WARNING, "skipped: \"a\"\n", About.of("Service default/web")));
    assertThat(written()).endsWith("}\n").containsOnlyOnce("\n");
    JsonNode line = new ObjectMapper().readTree(written());
    assertThat(line.path("time").asText()).isEqualTo("2026-01-31T12:00:00.123456Z");
    assertThat(line.path("level").asText()).isEqualTo("warning");
    assertThat(line.path("message").asText()).isEqualTo("skipped: \"a\"\n");
    assertThat(line.path("kind").asText()).isEqualTo("Service");
    assertThat(line.path("namespace").asText()).isEqualTo("default");
    assertThat(line.path("name").asText()).isEqualTo("web");
  }

  @Test
  void whatOthersWroteEndsNoLine() {
    LogWriter log = writer(true);
    log.warning("a\n<3>b\u001b[31m");
    assertThat(written()).isEqualTo("<4>a <3>b [31m\n");
  }

  @Test
  void aFaultComesWithItsStackInEachFormat() throws Exception {
    LogWriter log = writer(true);
    log.unforeseen("thread sync ended", new IllegalStateException("so\nwhat"));
    assertThat(written()).startsWith("<3>thread sync ended: java.lang.IllegalStateException: so");
    assertThat(written().lines()).hasSizeGreaterThan(2).allMatch(line -> line.startsWith("<3>"));
    bytes.reset();
    log.use(LogFormat.JSON);
    log.unforeseen("thread sync ended", new IllegalStateException("so\nwhat"));
    assertThat(written()).startsWith("<3>{").containsOnlyOnce("\n");
    JsonNode line = new ObjectMapper().readTree(written().substring(3));
    assertThat(line.path("stack").asText()).contains("at dev.ferrule.agent.log.LogWriterTest");
  }

  @Test
  void anObjectWithoutNamespaceHasNone() {
    assertThat(About.of("Node worker-1")).isEqualTo(new About("Node", "", "worker-1"));
    assertThat(About.of("")).isNull();
    assertThat(About.of("the whole file")).isNull();
  }

  @Test
  void theJournalIsKnownByItsDeviceAndInode(@TempDir Path directory) throws Exception {
    Path file = Files.createFile(directory.resolve("stream"));
    Map<String, Object> found = Files.readAttributes(file, "unix:dev,ino");
    String stream = found.get("dev") + ":" + found.get("ino");
    assertThat(Journal.isAt(file, Map.of("JOURNAL_STREAM", stream))).isTrue();
    assertThat(Journal.isAt(file, Map.of("JOURNAL_STREAM", stream + "1"))).isFalse();
    assertThat(Journal.isAt(file, Map.of())).isFalse();
    assertThat(Journal.isAt(directory.resolve("gone"), Map.of("JOURNAL_STREAM", stream))).isFalse();
  }

  @Test
  void formatsHaveNames() {
    assertThat(LogFormat.parse("json")).isEqualTo(LogFormat.JSON);
    assertThatThrownBy(() -> LogFormat.parse("xml")).hasMessage("\"xml\" is no format");
  }
}
