// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferrule.agent.manifests.ManifestFolder;
import dev.ferrule.agent.manifests.ManifestSettings;
import dev.ferrule.rules.model.CatalogChange;
import dev.ferrule.rules.model.EndpointSlice;
import dev.ferrule.rules.model.ObjectName;
import dev.ferrule.rules.model.Service;
import dev.ferrule.testapi.Faults;
import dev.ferrule.testapi.Resource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tuple;

/**
 * Whatever happens to objects and watches: in the end the picture is that of the server, the same
 * as a folder with its objects gives, and on the way no Service became older than it was.
 */
class RandomWalkTest {

  /** Things that happen. */
  enum Event {
    WRITE_SERVICE,
    DELETE_SERVICE,
    WRITE_SLICE,
    DELETE_SLICE,
    END,
    BREAK,
    BREAK_INSIDE,
    COMPACT,
    REPLAY,
    STOP,
    RESTART
  }

  record Step(Event event, int number) {}

  private static final List<Resource> WATCHED =
      List.of(Resource.SERVICES, Resource.ENDPOINTSLICES, Resource.NODES, Resource.SERVICECIDRS);

  @Provide
  Arbitrary<List<Step>> walks() {
    Arbitrary<Event> events =
        Arbitraries.frequency(
            Tuple.of(8, Event.WRITE_SERVICE),
            Tuple.of(3, Event.DELETE_SERVICE),
            Tuple.of(5, Event.WRITE_SLICE),
            Tuple.of(2, Event.DELETE_SLICE),
            Tuple.of(1, Event.END),
            Tuple.of(1, Event.BREAK),
            Tuple.of(2, Event.BREAK_INSIDE),
            Tuple.of(2, Event.COMPACT),
            Tuple.of(2, Event.REPLAY),
            Tuple.of(1, Event.STOP),
            Tuple.of(1, Event.RESTART));
    return Combinators.combine(events, Arbitraries.integers().between(0, 3))
        .as(Step::new)
        .list()
        .ofMinSize(20)
        .ofMaxSize(80);
  }

  @Property(tries = 10, shrinking = ShrinkingMode.OFF, edgeCases = EdgeCasesMode.NONE)
  void thePictureEndsWhereTheServerIsAndNeverTurnsBack(@ForAll("walks") List<Step> steps)
      throws Exception {
    try (Walk walk = new Walk()) {
      for (Step step : steps) {
        walk.play(step);
        Thread.sleep(step.number() * 3L); // sometimes one is followed by the next at once
      }
      walk.cluster.server.restart();
      walk.assertLikeAFolder();
      walk.assertNeverTurnedBack();
    }
  }

  /** One cluster and what is done to it. */
  private static final class Walk implements AutoCloseable {

    private final Path directory = Files.createTempDirectory("ferrule-cluster");
    private final TestCluster cluster = TestCluster.start(directory);
    private final FollowedCluster followed = cluster.follow().awaitPicture();
    private int port = 1;

    Walk() throws IOException {}

    @Override
    public void close() throws IOException {
      cluster.close();
      try (Stream<Path> all = Files.walk(directory)) {
        for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }

    private void play(Step step) throws IOException {
      String name = "s" + step.number();
      switch (step.event()) {
        case WRITE_SERVICE -> writeService(name);
        case DELETE_SERVICE -> delete(Resource.SERVICES, name);
        case WRITE_SLICE -> writeSlice("l" + step.number());
        case DELETE_SLICE -> delete(Resource.ENDPOINTSLICES, "l" + step.number());
        case END -> cluster.server.faults().endWatches(WATCHED.get(step.number()));
        case BREAK -> cluster.server.faults().breakWatches(WATCHED.get(step.number()));
        case BREAK_INSIDE -> all(Faults::breakWatchesInNextEvent);
        case COMPACT -> {
          cluster.server.faults().expiredAsStatus(step.number() % 2 == 0);
          cluster.server.compact();
        }
        case REPLAY -> all((faults, resource) -> faults.replay(resource, 0));
        case STOP -> cluster.server.stop();
        case RESTART -> cluster.server.restart();
      }
    }

    private void all(BiConsumer<Faults, Resource> what) {
      WATCHED.forEach(resource -> what.accept(cluster.server.faults(), resource));
    }

    private void writeService(String name) throws IOException {
      port++;
      if (cluster.server.get(Resource.SERVICES, "default", name).isPresent()) {
        cluster.port(name, port);
      } else {
        cluster.service(name, port);
      }
    }

    private void writeSlice(String name) throws IOException {
      port++;
      delete(Resource.ENDPOINTSLICES, name);
      cluster.server.create(Texts.slice(name, "s" + port % 3, "10.2.0." + port));
    }

    private void delete(Resource resource, String name) {
      if (cluster.server.get(resource, "default", name).isPresent()) {
        cluster.server.delete(resource, "default", name);
      }
    }

    private void assertLikeAFolder() throws IOException {
      Path folder = Files.createDirectory(directory.resolve("manifests"));
      int number = 0;
      for (Resource resource : WATCHED) {
        for (var object : cluster.server.list(resource)) {
          Files.writeString(folder.resolve("o" + number++ + ".json"), object.toString());
        }
      }
      CatalogChange expected =
          new ManifestFolder(folder, ManifestSettings.defaults(TestCluster.NODE)).load();
      Map<ObjectName, Service> services = new TreeMap<>();
      expected.services().forEach((name, one) -> one.ifPresent(it -> services.put(name, it)));
      Map<ObjectName, List<EndpointSlice>> slices = new TreeMap<>(expected.slices());
      followed.await(now -> now.services().equals(services) && now.slices().equals(slices));
      assertThat(followed.node()).isEqualTo(expected.node());
      assertThat(followed.changes().get(0).serviceCidrs()).isEqualTo(expected.serviceCidrs());
      assertThat(followed.problems()).isEmpty();
    }

    private void assertNeverTurnedBack() {
      Map<ObjectName, Integer> newest = new HashMap<>();
      Set<ObjectName> gone = new HashSet<>();
      List<String> seen = new ArrayList<>();
      for (CatalogChange change : followed.changes()) {
        change
            .services()
            .forEach(
                (name, service) -> {
                  Optional<Integer> now = service.map(one -> one.ports().get(0).port());
                  seen.add(name + " " + now);
                  if (now.isEmpty()) {
                    gone.add(name);
                    return;
                  }
                  int least = newest.getOrDefault(name, 0) + (gone.remove(name) ? 1 : 0);
                  assertThat(now.get()).as("%s", seen).isGreaterThanOrEqualTo(least);
                  newest.put(name, now.get());
                });
      }
    }
  }
}
