// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.Container;
import dev.ferrule.lab.Command;
import dev.ferrule.lab.LabException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.testcontainers.DockerClientFactory;

/**
 * Starts the engine with the first test that needs one, with our image in it, and stops it after
 * the last. Where there can be none the tests are skipped, but fail in CI.
 */
final class EngineForTests implements ExecutionCondition, BeforeAllCallback {

  private static final String SCHEME = "unix://";
  private static final Path IMAGE = Path.of("../target/image/ferrule-0.1.0.tar");

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    if (System.getenv("CI") != null) {
      return ConditionEvaluationResult.enabled("CI has to have an engine");
    }
    return DockerEngine.obstacle()
        .map(ConditionEvaluationResult::disabled)
        .orElseGet(() -> ConditionEvaluationResult.enabled("there can be an engine"));
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    context
        .getRoot()
        .getStore(ExtensionContext.Namespace.create(EngineForTests.class))
        .getOrComputeIfAbsent(Running.class, any -> Running.start(), Running.class);
  }

  private record Running(DockerEngine engine) implements AutoCloseable {

    static Running start() {
      String host = System.getenv("DOCKER_HOST");
      if (host == null || !host.startsWith(SCHEME)) {
        throw new LabException(
            "DOCKER_HOST must name the socket of the engine that is started for the tests, as"
                + " test-vms/pom.xml does");
      }
      DockerEngine.obstacle()
          .ifPresent(
              reason -> {
                throw new LabException("there is no Docker engine: " + reason);
              });
      DockerEngine engine = null;
      try {
        engine = DockerEngine.start(Path.of(host.substring(SCHEME.length())));
        DockerClient client = DockerClientFactory.instance().client();
        removeLeftOvers(client);
        loadImage(client);
        return new Running(engine);
      } catch (IOException | RuntimeException e) {
        if (engine != null) {
          engine.close();
        }
        throw new LabException("could not prepare the Docker engine: " + e.getMessage(), e);
      }
    }

    /** The engine is ours alone, so whatever is in it is from a test that was killed. */
    private static void removeLeftOvers(DockerClient client) {
      for (Container container : client.listContainersCmd().withShowAll(true).exec()) {
        client.removeContainerCmd(container.getId()).withForce(true).exec();
      }
      client.pruneCmd(com.github.dockerjava.api.model.PruneType.NETWORKS).exec();
    }

    private static void loadImage(DockerClient client) throws IOException {
      Command.Result built = Command.run(List.of("../packaging/image/build"));
      if (built.exit() != 0) {
        throw new LabException("could not build the image: " + built.said());
      }
      try (InputStream image = Files.newInputStream(IMAGE)) {
        client.loadImageCmd(image).exec();
      }
    }

    @Override
    public void close() {
      engine.close();
    }
  }
}
