// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferrule.lab.Command;
import dev.ferrule.lab.LabPod;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * One agent for a long time: Services change all the time and somebody damages its rules now and
 * then, under traffic. What it takes of memory, threads and files is the same at the end. By hand
 * {@code bench/soak 60}.
 */
@Tag("kernel")
class SoakTest {

  private static final int MINUTES = Integer.getInteger("ferrule.soak.minutes", 5);
  private static final int SERVICES = 300;
  private static final int PODS = 4;
  private static final Duration BETWEEN_SAMPLES = Duration.ofSeconds(5);

  /** Each is left to be noticed, in turn; the traffic's own Service is not among the elements. */
  private static final List<String> DAMAGE =
      List.of(
          "add chain ip ferrule intruder",
          "add element ip ferrule no_endpoints { 10.96.77.1 . tcp . 80 }",
          "insert rule ip ferrule dispatch ip saddr 192.0.2.77 drop",
          "flush set ip6 ferrule no_endpoints");

  /** What is taken at one moment. */
  private record Sample(ProcessUse use, double heapKb, int rules, double kernelKb) {}

  @TempDir private Path work;

  private Cluster cluster;
  private LabPod client;
  private ChurnedServices churn;

  @BeforeEach
  void create() {
    cluster = new Cluster(work);
    client = cluster.pod("client");
    List<LabPod> pods = new ArrayList<>();
    for (int i = 0; i < PODS; i++) {
      pods.add(cluster.pod("pod-" + i));
    }
    churn = new ChurnedServices(cluster, pods, SERVICES, 30);
  }

  @AfterEach
  void close() {
    churn.close();
    cluster.close();
  }

  @Test
  void whatItTakesStaysTheSameAndNoConnectionFails() {
    Daemon daemon = cluster.daemon("--log-format", "json").awaitInStep(); // with times
    ServiceTraffic traffic = ServiceTraffic.start(cluster, client);
    churn.resume();
    List<Sample> samples = new ArrayList<>();
    long end = System.nanoTime() + Duration.ofMinutes(MINUTES).toNanos();
    int damages = 0;
    while (System.nanoTime() < end) {
      assertThat(cluster.nft(DAMAGE.get(damages % DAMAGE.size()) + "\n").said()).isEmpty();
      if (++damages % 3 == 0) {
        Command.run(List.of("kill", "-HUP", Long.toString(daemon.pid()))); // reads everything again
      }
      Wait.pause(BETWEEN_SAMPLES);
      Sample sample = sample(daemon);
      samples.add(sample);
      System.out.printf(
          Locale.ROOT,
          "soak: RSS %d kB, heap after collection %.0f kB, %d file descriptors, %d threads, %d"
              + " parts of rules, kernel %.0f kB%n",
          sample.use().residentKb(),
          sample.heapKb(),
          sample.use().descriptors(),
          sample.use().threads(),
          sample.rules(),
          sample.kernelKb());
    }
    churn.pause();
    daemon.keepLog(Path.of("target", "soak.log"));
    Wait.untilEqual(0, () -> cluster.ferrule("plan").exit());
    traffic.stopAndExpectNoFailure(
        "soak with %d changes, %d damages and %d reloads"
            .formatted(churn.changes(), damages, damages / 3),
        PODS);
    // The first samples are of an agent that still warms up.
    List<Sample> warm = samples.subList(samples.size() / 6, samples.size());
    expectFlat("RSS", warm, sample -> sample.use().residentKb(), 1.15);
    expectFlat("heap", warm, Sample::heapKb, 1.3);
    expectFlat("file descriptors", warm, sample -> sample.use().descriptors(), 1.1);
    expectFlat("threads", warm, sample -> sample.use().threads(), 1.1);
    expectFlat("rules", warm, Sample::rules, 1.2);
  }

  private Sample sample(Daemon daemon) {
    // A full collection and what is left after it, in the words of the virtual machine.
    String pid = Long.toString(daemon.pid());
    Command.run(List.of("jcmd", pid, "GC.run"));
    String heap = Command.run(List.of("jcmd", pid, "GC.heap_info")).output();
    double used =
        heap.lines()
            .filter(line -> line.contains("total") && line.contains("used"))
            .mapToDouble(line -> Double.parseDouble(line.replaceAll(".*used (\\d+)K.*", "$1")))
            .sum();
    String memory = Command.run(List.of("cat", "/proc/meminfo")).output();
    double kernel =
        memory
            .lines()
            .filter(line -> line.startsWith("Slab:") || line.startsWith("Percpu:"))
            .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")))
            .sum();
    return new Sample(ProcessUse.of(daemon.pid()), used, WholeRuleset.of(cluster).size(), kernel);
  }

  /** The median of the last third against that of the first. */
  private static void expectFlat(
      String what, List<Sample> samples, ToDoubleFunction<Sample> value, double factor) {
    int third = samples.size() / 3;
    double first = median(samples.subList(0, third), value);
    double last = median(samples.subList(samples.size() - third, samples.size()), value);
    System.out.printf(Locale.ROOT, "soak: %s %.0f at first, %.0f at last%n", what, first, last);
    assertThat(last).as(what).isLessThanOrEqualTo(first * factor);
  }

  private static double median(List<Sample> samples, ToDoubleFunction<Sample> value) {
    return samples.stream()
        .mapToDouble(value)
        .sorted()
        .skip(samples.size() / 2)
        .findFirst()
        .orElseThrow();
  }
}
