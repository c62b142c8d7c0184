// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferrule.agent.drift.Drift;
import dev.ferrule.agent.objects.Problem;
import dev.ferrule.agent.status.State;
import dev.ferrule.agent.sync.Commit;
import dev.ferrule.agent.traffic.ConnectionCounts;
import dev.ferrule.rules.compile.ServicePortName;
import dev.ferrule.rules.model.ObjectName;
import dev.ferrule.rules.nftables.Counting;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * The page of a small state. With {@code -Dferrule.golden.update=true} the expected page is written
 * anew.
 */
class PageTextTest {

  private static final Path GOLDEN = Path.of("src/test/resources/page/page.html");
  private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");
  private static final String HOSTILE = "</script><img src=x onerror='alert(\"1\")'>";

  static Standing standing(Instant now, List<Problem> problems) {
    return new Standing(
        new About("1.0.0", "node-1", "nftables", "folder /etc/manifests", Counting.ENDPOINTS),
        State.IN_STEP,
        now.minusSeconds(7300),
        null,
        now.minusSeconds(8000),
        now.minusSeconds(42),
        now.minusSeconds(41),
        2,
        1,
        problems);
  }

  private static Drift drift(String author, String what) {
    return new Drift(
        NOW.minusSeconds(90_000),
        "nft",
        author,
        what,
        1,
        Duration.ofMillis(12),
        Duration.ofMillis(2));
  }

  private static PageView view(String foreign) {
    Shop shop = new Shop();
    CommitLog commits = new CommitLog();
    commits.add(
        NOW.minusSeconds(41),
        new Commit(
            Commit.Cause.SOURCE, shop.put("shop", "web", 1, 2).changes(), Duration.ofMillis(2)),
        shop.state().forwarding());
    shop.put("shop", "lonely", 2, 0);
    RateHistory rates = new RateHistory();
    ServicePortName web = new ServicePortName(new ObjectName("shop", "web"), "http");
    for (int i = 0; i < 4; i++) {
      rates.add(new ConnectionCounts(i * 5_000_000_000L, Map.of(web, 30L * i * i), Map.of()));
    }
    LatencyHistogram latencies = new LatencyHistogram();
    latencies.add(Duration.ofMillis(2));
    latencies.add(Duration.ofMillis(7));
    ServiceQuery query = new ServiceQuery(foreign, "", false, false, 1);
    return new PageView(
        NOW,
        standing(NOW, List.of(Problem.skipped("web.yaml", "Service shop/" + foreign, "", foreign))),
        query,
        new ServiceRows(rates)
            .choose(List.copyOf(shop.state().forwarding().services()), ServiceQuery.ALL),
        true,
        commits.latest(),
        List.of(drift("nft (process 7)", foreign)),
        latencies.buckets());
  }

  @Test
  void thePageOfASmallState() throws IOException {
    String page = PageText.of(view("odd")).replace(Assets.STYLE, "").replace(Assets.SCRIPT, "");
    if (Boolean.getBoolean("ferrule.golden.update")) {
      Files.createDirectories(GOLDEN.getParent());
      Files.writeString(GOLDEN, page);
    }
    assertThat(page).isEqualTo(Files.readString(GOLDEN, StandardCharsets.UTF_8));
  }

  @Test
  void namesAndProblemsOfOthersStayText() {
    String page = PageText.of(view(HOSTILE));
    assertThat(page).doesNotContain("<img").contains("&lt;/script&gt;&lt;img src=x");
    assertThat(page.split("<script", -1)).hasSize(2);
  }

  @Test
  void nothingIsLoadedFromElsewhereAndNothingRunsButTheScript() {
    String page = PageText.of(view("odd")).replace(Assets.SCRIPT, "");
    assertThat(page).doesNotContain("http:", "https:", "style=", "//", "@import", "url(");
    assertThat(Assets.SCRIPT).doesNotContain("http:", "https:", "eval", "innerHTML");
    assertThat(page).doesNotContainPattern(Pattern.compile("<[^>]* on[a-z]+="));
  }

  @Test
  void theFirstLineSaysWhatIsWrongAndSinceWhen() {
    Standing well = standing(NOW, List.of());
    Standing failing =
        new Standing(
            well.about(),
            State.FAILING,
            NOW.minusSeconds(240),
            null,
            well.started(),
            null,
            null,
            3,
            0,
            List.of());
    assertThat(text(failing))
        .contains("<strong>Failing</strong> since ", "(4 min)", "class=\"ill\"");
    Standing fighting =
        new Standing(
            well.about(),
            State.IN_STEP,
            NOW.minusSeconds(30),
            drift("nft (process 7)", "chain"),
            well.started(),
            null,
            null,
            0,
            40,
            List.of());
    assertThat(text(fighting)).contains("nft (process 7) changes our rules again and again");
    assertThat(text(well)).contains("<strong>In step</strong> since ", "(2 h)", "class=\"well\"");
  }

  private static String text(Standing standing) {
    return PageText.of(
        new PageView(
            NOW, standing, ServiceQuery.ALL, null, false, List.of(), List.of(), List.of()));
  }
}
