// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.testapi;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Talks to a server as any client would. */
final class Client {

  static final String SERVICES = "/api/v1/namespaces/default/services";
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** An answer; the body is a missing node if it was none in JSON. */
  record Answer(int code, JsonNode body, HttpResponse<byte[]> raw) {
    String message() {
      return body.path("message").asText();
    }
  }

  private final HttpClient http;
  private final String url;

  Client(ApiServer server) {
    this(HttpClient.newHttpClient(), server);
  }

  Client(HttpClient http, ApiServer server) {
    this.http = http;
    this.url = server.url();
  }

  Answer get(String path, String... headers) throws IOException, InterruptedException {
    return send("GET", path, "", headers);
  }

  Answer post(String path, String body) throws IOException, InterruptedException {
    return send("POST", path, body, "Content-Type", "application/json");
  }

  Answer put(String path, JsonNode body) throws IOException, InterruptedException {
    return send("PUT", path, body.toString(), "Content-Type", "application/json");
  }

  Answer patch(String path, String type, String body) throws IOException, InterruptedException {
    return send("PATCH", path, body, "Content-Type", "application/" + type + "+json");
  }

  Answer send(String method, String path, String body, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url + path))
            .timeout(PATIENCE)
            .method(
                method,
                body.isEmpty()
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    HttpResponse<byte[]> raw = http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    JsonNode tree;
    try {
      tree = Json.MAPPER.readTree(raw.body());
    } catch (IOException e) {
      tree = Json.MAPPER.missingNode();
    }
    return new Answer(raw.statusCode(), tree, raw);
  }

  Watch watch(String path) throws IOException, InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(URI.create(url + path)).build();
    return new Watch(http.send(request, HttpResponse.BodyHandlers.ofInputStream()));
  }

  /** A watch that is read in the background. */
  static final class Watch implements AutoCloseable {

    private static final String END = "";

    private final HttpResponse<InputStream> response;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private volatile @Nullable IOException problem;

    private Watch(HttpResponse<InputStream> response) {
      this.response = response;
      Thread reader = new Thread(this::read, "watch");
      reader.setDaemon(true);
      reader.start();
    }

    private void read() {
      ByteArrayOutputStream line = new ByteArrayOutputStream();
      try (InputStream in = new BufferedInputStream(response.body())) {
        for (int c = in.read(); c >= 0; c = in.read()) {
          if (c == '\n') {
            lines.add(line.toString(StandardCharsets.UTF_8));
            line.reset();
          } else {
            line.write(c);
          }
        }
      } catch (IOException e) {
        problem = e;
      }
      if (line.size() > 0) {
        lines.add(line.toString(StandardCharsets.UTF_8));
      }
      lines.add(END);
    }

    int code() {
      return response.statusCode();
    }

    /** The next line as it came; fails if there is none in ten seconds. */
    String line() throws InterruptedException {
      String line = lines.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      if (line == null) {
        throw new AssertionError("no event within " + PATIENCE);
      }
      return line;
    }

    JsonNode next() throws InterruptedException {
      String line = line();
      if (line.equals(END)) {
        throw new AssertionError("the watch has ended", problem);
      }
      return Json.tree(line.getBytes(StandardCharsets.UTF_8));
    }

    /** As {@code ADDED name@version}. */
    String nextText() throws InterruptedException {
      return text(next());
    }

    List<String> nextTexts(int count) throws InterruptedException {
      List<String> texts = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        texts.add(nextText());
      }
      return texts;
    }

    static String text(JsonNode event) {
      JsonNode metadata = event.at("/object/metadata");
      return event.path("type").asText()
          + " "
          + metadata.path("name").asText()
          + "@"
          + metadata.path("resourceVersion").asText();
    }

    /** Whether nothing comes for a while. */
    boolean isSilentFor(Duration time) throws InterruptedException {
      String line = lines.poll(time.toMillis(), TimeUnit.MILLISECONDS);
      return line == null;
    }

    /** Waits for the end; says whether it was an orderly one. */
    boolean endsCleanly() throws InterruptedException {
      String line = line();
      if (!line.equals(END)) {
        throw new AssertionError("another event: " + line);
      }
      return problem == null;
    }

    @Override
    public void close() throws IOException {
      response.body().close();
    }
  }

  /** A Service in namespace default with port 80. */
  static String service(String name, String labels) {
    return """
        {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "%s", "labels": {%s}},
         "spec": {"ports": [{"port": 80}]}}"""
        .formatted(name, labels);
  }

  static String configMap(String name) {
    return """
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "%s"}}"""
        .formatted(name);
  }
}
