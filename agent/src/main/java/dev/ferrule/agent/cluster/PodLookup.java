// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.cluster;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ferrule.agent.objects.ObjectReader;
import dev.ferrule.agent.objects.PodManifest;
import dev.ferrule.agent.source.SourceException;
import dev.ferrule.rules.model.IpAddress;
import dev.ferrule.rules.model.ObjectName;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Asks for one Pod: they are not watched, as there are many and none is needed but by name. */
final class PodLookup {

  private static final Duration SILENCE = Duration.ofSeconds(10);
  private static final int MOST_BYTES = 2 << 20;
  private static final JsonMapper JSON = new JsonMapper();

  private PodLookup() {}

  static @Nullable List<IpAddress> addresses(ApiServer server, ObjectReader reader, ObjectName pod)
      throws SourceException {
    String path = "/api/v1/namespaces/" + pod.namespace() + "/pods/" + pod.name();
    try (InputStream body = server.get(path, SILENCE)) {
      if (JSON.readTree(body.readNBytes(MOST_BYTES)) instanceof ObjectNode object
          && reader.read("", object, 0).manifest() instanceof PodManifest found) {
        return found.addresses();
      }
      throw new SourceException("what the API server says of it is no Pod");
    } catch (IOException e) {
      throw new SourceException(Reasons.of(e), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SourceException("interrupted", e);
    } catch (ApiException e) {
      if (e.kind() == ApiException.Kind.MISSING) {
        return null;
      }
      throw new SourceException(e.reason(), e);
    }
  }
}
