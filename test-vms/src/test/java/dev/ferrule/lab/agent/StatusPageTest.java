// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferrule.lab.Caller;
import dev.ferrule.lab.Command;
import dev.ferrule.lab.LabPod;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The status page of a real agent, as browsers show it. With {@code -Dferrule.page.screenshot=FILE}
 * the picture of the documentation is taken.
 */
@Tag("kernel")
class StatusPageTest {

  private static final int HEALTHZ = 10256;
  private static final String ADDRESS = "http://127.0.0.1:" + HEALTHZ + "/";
  private static final Pattern RATE = Pattern.compile(": ([0-9.]+) a second");

  @TempDir private static Path work;

  private static Cluster cluster;
  private static Caller caller;
  private static final List<LabPod> PODS = new ArrayList<>();

  @BeforeAll
  static void create() {
    cluster = new Cluster(work);
    caller = Caller.in(cluster.host(), Duration.ofSeconds(5));
    for (int i = 1; i <= 3; i++) {
      PODS.add(cluster.pod("web-" + i));
    }
    ServiceTraffic.serve(cluster, PODS);
    cluster.put("lonely.yaml", Texts.service("lonely", "10.96.1.9"));
  }

  @AfterAll
  static void close() {
    caller.close();
    cluster.close();
  }

  @Test
  void browsersShowServicesWithRatesChangesAndDriftWithoutAnythingFromElsewhere()
      throws IOException {
    try (Daemon daemon = cluster.daemon("--counters", "endpoints").awaitInStep()) {
      ServiceTraffic traffic = ServiceTraffic.start(cluster, PODS.get(0));
      cluster.put("new.yaml", Texts.service("new", "10.96.1.3"));
      Wait.untilEqual(true, () -> page("/").contains("+ Service default/new"));
      assertThat(cluster.nft("insert rule ip ferrule dispatch drop").exit()).isZero();
      daemon.awaitError("put right");
      Wait.untilEqual(true, () -> rate("/?q=web") > 0);
      Wait.untilEqual(true, () -> page("/").contains("<polyline points="));
      screenshot();

      assertThat(page("/?q=web")).contains("default/<b>web</b>").doesNotContain("<b>lonely</b>");
      assertThat(page("/?endpoints=none")).contains("<b>lonely</b>").doesNotContain("<b>web</b>");
      assertThat(page("/?q=" + PODS.get(1).ipv4())).contains("<b>web</b>", "1 of 3 with rules");

      Browser.Seen seen = new Browser(cluster.host(), work.resolve("browser")).open(ADDRESS);
      assertThat(seen.console()).isEmpty();
      assertThat(seen.document())
          .contains("<strong>In step</strong>")
          .contains("<b>web</b>", "<b>lonely</b>", "<b>new</b>")
          .contains("<polyline points=")
          .contains("rules of chain dispatch changed")
          .contains("refresh by itself")
          .as("refreshed by the script")
          .containsPattern("id=\"standing\" data-live=\"[1-9]\"")
          .doesNotContain("class=\"bad\">no answer");
      assertText(seenAsText());
      traffic.stop("a status page that is looked at");
    }
  }

  /** As over a serial console. */
  private static String seenAsText() {
    Command.Result text = cluster.host().exec("w3m", "-dump", "-cols", "120", ADDRESS);
    assertThat(text.errors()).isEmpty();
    return text.output();
  }

  private static void assertText(String text) {
    assertThat(text)
        .contains("In step since ", "default/web", "192.168.0.2:30480/tcp", "Endpoints")
        .contains(PODS.get(0).ipv4() + ":" + Cluster.POD_PORT)
        .contains("+ Service default/new", "nft (process ")
        .doesNotContain("polyline", "function", "fetch");
  }

  @Test
  void onlyClientsOfThisHostSeeItUnlessASettingSaysOtherwise() throws IOException {
    try (Caller outside = Caller.in(cluster.outside(), Duration.ofSeconds(5))) {
      try (Daemon local = cluster.daemon().awaitInStep()) {
        assertThat(caller.page("127.0.0.1", HEALTHZ, "/").status()).isEqualTo(200);
        assertThat(caller.page("::1", HEALTHZ, "/").status()).isEqualTo(200);
        Caller.Page refused = outside.page(cluster.node().ipv4(), HEALTHZ, "/");
        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.body()).contains("ferrule.statusPage").doesNotContain("web");
        assertThat(outside.page(cluster.node().ipv4(), HEALTHZ, "/livez").status()).isEqualTo(200);
        assertThat(page("/")).contains("Connections are not counted", "ferrule.counters");
        assertThat(local.isAlive()).isTrue();
      }
      try (Daemon all = cluster.daemon("--status-page", "all").awaitInStep()) {
        assertThat(outside.page(cluster.node().ipv6(), HEALTHZ, "/").body()).contains("<b>web</b>");
        assertThat(all.isAlive()).isTrue();
      }
      try (Daemon off = cluster.daemon("--status-page", "off").awaitInStep()) {
        assertThat(caller.page("127.0.0.1", HEALTHZ, "/").status()).isEqualTo(404);
        assertThat(off.isAlive()).isTrue();
      }
    }
  }

  private static String page(String path) {
    try {
      return caller.page("127.0.0.1", HEALTHZ, path).body();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static double rate(String path) {
    Matcher rate = RATE.matcher(page(path));
    return rate.find() ? Double.parseDouble(rate.group(1)) : 0;
  }

  private static void screenshot() throws IOException {
    Browser browser = new Browser(cluster.host(), work.resolve("browser"));
    Path picture = work.resolve("page.png");
    browser.paint(ADDRESS, picture, 1000, 1250);
    assertThat(Files.size(picture)).isBetween(10_000L, 500_000L);
    String wanted = System.getProperty("ferrule.page.screenshot");
    if (wanted != null) {
      Wait.pause(Duration.ofMinutes(1));
      Path unfolded = work.resolve("unfolded.html");
      Files.writeString(
          unfolded,
          page("/")
              .replaceFirst("(?s)<script>.*</script>", "")
              .replaceFirst("<details (id=\"s/default/web\")", "<details open $1")
              .replaceFirst("<details (id=\"c)", "<details open $1"));
      browser.paint(unfolded.toUri().toString(), Path.of(wanted).toAbsolutePath(), 880, 1080);
    }
  }
}
