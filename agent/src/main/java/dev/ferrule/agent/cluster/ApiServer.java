// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.io.IOException;
import java.io.InputStream;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The connection to an API server. Credentials are read again when their files change or the server
 * refuses them. Safe for several threads.
 */
final class ApiServer implements AutoCloseable {

  /** How long a request may wait for the first line of its answer. */
  private static final Duration ANSWER = Duration.ofSeconds(30);

  private static final long LOOK_NANOS = Duration.ofSeconds(5).toNanos();
  private static final int MOST_OF_AN_ERROR = 1 << 16;
  private static final JsonMapper JSON = new JsonMapper();

  static {
    // An HTTP proxy may ask for a password before it lets TLS through; the JDK forbids that.
    if (System.getProperty("jdk.http.auth.tunneling.disabledSchemes") == null) {
      System.setProperty("jdk.http.auth.tunneling.disabledSchemes", "");
    }
  }

  private record Connection(Credentials credentials, HttpClient client) {
    String url() {
      return credentials.url();
    }
  }

  private final Access access;

  // Guarded by this object.
  private @Nullable Connection connection;
  private long looked;
  private boolean refused;

  /** Connects when it is asked for something. */
  ApiServer(Access access) {
    this.access = access;
  }

  /** Where the credentials are, for a message. */
  String access() {
    return access.text();
  }

  /** Where the server is, as far as the credentials can be read. */
  String url() {
    return Credentials.url(access);
  }

  /**
   * Asks for something and returns the answer as it arrives; to be closed by the caller.
   *
   * @param path with query
   * @param silence the longest that a read of the answer waits; the answer must begin within 30 s
   *     too
   */
  InputStream get(String path, Duration silence) throws ApiException, InterruptedException {
    return answer("GET", path, "", silence);
  }

  /**
   * Writes an object.
   *
   * @param method {@code POST} or {@code PATCH}, which is a merge patch
   */
  void write(String method, String path, String json) throws ApiException, InterruptedException {
    try (InputStream answer = answer(method, path, json, ANSWER)) {
      answer.readNBytes(MOST_OF_AN_ERROR);
    } catch (IOException e) {
      throw new ApiException(ApiException.Kind.UNREACHABLE, Reasons.of(e));
    }
  }

  private InputStream answer(String method, String path, String json, Duration silence)
      throws ApiException, InterruptedException {
    Connection open = connection();
    HttpRequest.Builder request =
        open.client()
            .newHttpRequestBuilder()
            .uri(open.url() + path)
            .header("Accept", "application/json")
            .forStreaming();
    if (method.equals("PATCH")) {
      request.method(method, "application/merge-patch+json", json);
    } else if (!json.isEmpty()) {
      request.method(method, "application/json", json);
    }
    BodyStream stream = new BodyStream(silence);
    Duration patience = silence.compareTo(ANSWER) < 0 ? silence : ANSWER;
    CompletableFuture<HttpResponse<AsyncBody>> sent =
        open.client().consumeBytes(request.build(), stream::arrived);
    try {
      HttpResponse<AsyncBody> response = sent.get(patience.toMillis(), TimeUnit.MILLISECONDS);
      stream.begin(response.body());
      if (response.isSuccessful()) {
        return stream;
      }
      if (response.code() == 401) {
        forget();
      }
      throw refusal(response, stream);
    } catch (ExecutionException e) {
      if (Reasons.isTls(e)) {
        forget();
      }
      throw new ApiException(ApiException.Kind.UNREACHABLE, open.url() + ": " + Reasons.of(e));
    } catch (TimeoutException e) {
      sent.cancel(true);
      throw new ApiException(
          ApiException.Kind.SILENT,
          open.url() + " did not answer within " + BodyStream.text(patience));
    }
  }

  private static ApiException refusal(HttpResponse<AsyncBody> response, BodyStream stream) {
    JsonNode status = JSON.missingNode();
    try (stream) {
      status = JSON.readTree(stream.readNBytes(MOST_OF_AN_ERROR));
    } catch (IOException e) {
      // The code alone must do then.
    }
    String retryAfter = response.header("Retry-After");
    return Refusals.of(response.code(), status, retryAfter == null ? "" : retryAfter);
  }

  private synchronized Connection connection() throws ApiException {
    Connection open = connection;
    long now = System.nanoTime();
    if (open != null && !refused && (now - looked < LOOK_NANOS || !open.credentials().stale())) {
      return open;
    }
    looked = now;
    Credentials credentials = Credentials.read(access);
    refused = false;
    if (open != null && credentials.same(open.credentials())) {
      return open;
    }
    try {
      HttpClient client = Tls.client(credentials.config());
      Connection renewed = new Connection(credentials, client);
      connection = renewed;
      return renewed;
    } catch (GeneralSecurityException
        | IOException
        | KubernetesClientException
        | IllegalArgumentException e) {
      throw new ApiException(
          ApiException.Kind.UNREACHABLE, access.text() + " is of no use: " + Reasons.of(e));
    }
  }

  /** The next request reads the credentials again. */
  private synchronized void forget() {
    refused = true;
  }

  @Override
  public synchronized void close() {
    if (connection != null) {
      connection.client().close();
      connection = null;
    }
  }
}
