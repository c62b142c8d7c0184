// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.testapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpServer;
import dev.ferrule.testapi.Registry.Part;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A stand-in for kube-apiserver. What is written through its methods is as if a controller wrote
 * it: status included, namespaces made when they are missing.
 */
public final class ApiServer implements AutoCloseable {

  /** What a kubeconfig proves its user by. */
  public enum Credential {
    /** The first of the tokens. */
    TOKEN,
    /** A client certificate; needs TLS. */
    CERTIFICATE,
    /** Nothing at all. */
    NONE
  }

  private static final int REQUESTS_KEPT = 100_000;

  static {
    // Without it a small answer may wait 40 ms for the acknowledgement of its header.
    System.setProperty("sun.net.httpserver.nodelay", "true");
  }

  private final Store store;
  private final Registry registry;
  private final Faults faults;
  private final Authentication authentication;
  private final Options options;
  private final @Nullable Tls tls;
  private final InetAddress address;
  private final ConcurrentLinkedDeque<Request> requests = new ConcurrentLinkedDeque<>();
  private final ExecutorService threads;
  private final Audit audit = new Log();

  private volatile long lastListEnded;

  private @Nullable HttpServer http;
  private AtomicBoolean open = new AtomicBoolean();
  private int port;

  private ApiServer(Options options) throws IOException {
    this.options = options;
    this.address = InetAddress.getByName(options.address());
    this.port = options.port();
    this.tls = options.tls() ? Tls.create(options) : null;
    this.store = new Store(options.history());
    this.registry = new Registry(store, options.realisticMetadata());
    this.faults = new Faults(store);
    this.authentication =
        new Authentication(options.tls() || !options.tokens().isEmpty(), options.tokens());
    this.threads =
        Executors.newCachedThreadPool(
            work -> {
              Thread thread = new Thread(work, "test-api");
              thread.setDaemon(true);
              return thread;
            });
    for (String namespace : List.of("default", "kube-node-lease", "kube-public", "kube-system")) {
      registry.ensureNamespace(namespace);
    }
    createAll(
        Json.documents(
            """
            {"apiVersion": "networking.k8s.io/v1", "kind": "ServiceCIDR",
             "metadata": {"name": "kubernetes"},
             "spec": {"cidrs": ["10.96.0.0/12", "fd00:10:96::/112"]},
             "status": {"conditions": [{"type": "Ready", "status": "True"}]}}"""));
  }

  /**
   * A new one that listens. It has the four usual namespaces and the ServiceCIDR; no Service.
   *
   * @throws IOException if the address is not free or not there; it is looked for in the network
   *     namespace of the calling thread
   */
  public static ApiServer start(Options options) throws IOException {
    ApiServer server = new ApiServer(options);
    server.restart();
    return server;
  }

  /**
   * A new one that does not listen before {@link #restart}, so that nobody sees it half filled.
   *
   * @throws IOException if its address is none, or no certificates can be made
   */
  public static ApiServer stopped(Options options) throws IOException {
    return new ApiServer(options);
  }

  /**
   * Listens again after {@link #stop}, on the same port and with the same objects.
   *
   * @throws IOException if the port is taken now
   */
  public synchronized void restart() throws IOException {
    if (http != null) {
      return;
    }
    InetSocketAddress socket = new InetSocketAddress(address, port);
    HttpServer server = tls == null ? HttpServer.create(socket, 0) : tls.server(socket);
    AtomicBoolean running = new AtomicBoolean(true);
    AdminApi admin = new AdminApi(this);
    server.createContext(
        "/",
        new HttpApi(
            store,
            registry,
            faults,
            authentication,
            options.bookmarks(),
            admin,
            audit,
            running::get));
    server.setExecutor(threads);
    server.start();
    port = server.getAddress().getPort();
    http = server;
    open = running;
  }

  /** Closes the port and all connections. Objects and versions stay. */
  public synchronized void stop() {
    if (http != null) {
      open.set(false);
      faults.wake();
      store.wake();
      http.stop(0);
      http = null;
    }
  }

  @Override
  public void close() {
    stop();
    threads.shutdownNow();
  }

  private final class Log implements Audit {
    @Override
    public void asked(Request request) {
      requests.add(request);
      if (requests.size() > REQUESTS_KEPT) {
        requests.poll();
      }
    }

    @Override
    public void listed() {
      lastListEnded = System.nanoTime();
    }
  }

  /** When the last byte of the last list was sent, as {@link System#nanoTime}; 0 if none was. */
  public long lastListEnded() {
    return lastListEnded;
  }

  /** What it has been asked, the oldest first; the last 100,000. */
  public List<Request> requests() {
    return List.copyOf(requests);
  }

  /** Forgets what it has been asked. */
  public void clearRequests() {
    requests.clear();
  }

  /** What goes wrong. */
  public Faults faults() {
    return faults;
  }

  /** Where it is reached: its address, or the first of its names if it listens on all addresses. */
  public synchronized String url() {
    String host =
        address.isAnyLocalAddress() && !options.names().isEmpty()
            ? options.names().get(0)
            : address.getHostAddress();
    return (tls == null ? "http://" : "https://")
        + (host.contains(":") ? "[" + host + "]" : host)
        + ":"
        + port;
  }

  /** The certificate of the authority that signed those of the server and its client, as PEM. */
  public Optional<String> certificateAuthority() {
    return Optional.ofNullable(tls).map(Tls::authority);
  }

  /**
   * Writes a kubeconfig with a token if there are any, else with a certificate if it speaks TLS.
   */
  public void kubeconfig(Path file) throws IOException {
    kubeconfig(
        file,
        !authentication.tokens().isEmpty()
            ? Credential.TOKEN
            : tls != null ? Credential.CERTIFICATE : Credential.NONE);
  }

  /** Writes a kubeconfig for {@link #url}. */
  public void kubeconfig(Path file, Credential credential) throws IOException {
    Kubeconfig.write(file, url(), tls, credential, authentication.tokens());
  }

  /** Writes ca.crt, client.crt and client.key into a folder; needs TLS. */
  public void certificates(Path folder) throws IOException {
    if (tls == null) {
      throw new IllegalStateException("there are no certificates without TLS");
    }
    Files.writeString(folder.resolve("ca.crt"), tls.authority());
    Files.writeString(folder.resolve("client.crt"), tls.clientCertificate());
    Files.writeString(folder.resolve("client.key"), tls.clientKey());
  }

  /** From now on these tokens are accepted, with their user names, and no others. */
  public void tokens(Map<String, String> accepted) {
    authentication.tokens(accepted);
  }

  /** Adds an object. */
  public ObjectNode create(JsonNode object) {
    return add(object).object(Resource.of(object));
  }

  private Stored add(JsonNode object) {
    ObjectNode copy = object.deepCopy();
    Resource resource = Resource.of(copy);
    String namespace = namespace(resource, copy);
    registry.ensureNamespace(namespace);
    return registry.create(resource, namespace, copy, Part.WHOLE, false);
  }

  /**
   * Puts an object in as it is, as one that is restored from a backup or that an older version let
   * pass: nothing is checked, given out or filled in, and its creationTimestamp stays.
   */
  public ObjectNode restore(JsonNode object) {
    ObjectNode copy = object.deepCopy();
    Resource resource = Resource.of(copy);
    String namespace = namespace(resource, copy);
    registry.ensureNamespace(namespace);
    return registry.restore(resource, namespace, copy).object(resource);
  }

  /** Adds all objects of a text in YAML or JSON. */
  public List<ObjectNode> create(String manifests) throws IOException {
    return Json.documents(manifests).stream().map(this::create).toList();
  }

  /** Adds many objects, without keeping more of them than the store does. */
  public void createAll(Iterable<? extends JsonNode> objects) {
    for (JsonNode object : objects) {
      add(object);
    }
  }

  /** Adds all objects of the .yaml, .yml and .json files of a folder, in order of their names. */
  public void load(Path folder) throws IOException {
    List<Path> files = new ArrayList<>();
    try (Stream<Path> all = Files.list(folder)) {
      all.filter(file -> file.toString().matches(".*\\.(yaml|yml|json)"))
          .sorted()
          .forEach(files::add);
    }
    for (Path file : files) {
      create(Files.readString(file));
    }
  }

  /** Replaces an object, its status too. */
  public ObjectNode update(JsonNode object) {
    ObjectNode copy = object.deepCopy();
    Resource resource = Resource.of(copy);
    String namespace = namespace(resource, copy);
    String name = copy.at("/metadata/name").asText();
    return registry
        .change(resource, namespace, name, Part.WHOLE, false, old -> copy)
        .object(resource);
  }

  /**
   * Changes an object by a JSON merge patch, its status too.
   *
   * @param namespace empty for what is in none
   * @param mergePatch in JSON or YAML
   */
  public ObjectNode patch(Resource resource, String namespace, String name, String mergePatch) {
    ObjectNode changes = Json.parse(mergePatch.getBytes(StandardCharsets.UTF_8), true);
    return registry
        .change(resource, namespace, name, Part.WHOLE, false, o -> Patch.MERGE.apply(changes, o))
        .object(resource);
  }

  /** Takes an object away. */
  public void delete(Resource resource, String namespace, String name) {
    registry.delete(resource, namespace, name);
  }

  /** An object as a client would get it. */
  public Optional<ObjectNode> get(Resource resource, String namespace, String name) {
    return Optional.ofNullable(store.get(resource.stored(), namespace, name))
        .map(stored -> stored.object(resource));
  }

  /** All objects of a resource, in order of namespace and name. */
  public List<ObjectNode> list(Resource resource) {
    return store.snapshot(resource).objects().values().stream()
        .map(stored -> stored.object(resource))
        .toList();
  }

  /** The newest version. */
  public long resourceVersion() {
    return store.version();
  }

  /** Forgets all changes so far: who wants to continue from before gets 410. */
  public void compact() {
    store.compact();
  }

  /**
   * Changes objects at a rate, each stamped with the time; see {@link Churn}.
   *
   * @param changesPerSecond 1 to 100,000
   * @param seconds for how long
   */
  public Churn churn(Resource resource, int changesPerSecond, int seconds) {
    return churn(list(resource), changesPerSecond, seconds);
  }

  /** The same with these objects only, which must be there. */
  public Churn churn(List<? extends JsonNode> objects, int changesPerSecond, int seconds) {
    List<Churn.Target> targets =
        objects.stream()
            .map(
                object -> {
                  Resource resource = Resource.of(object);
                  String name = object.at("/metadata/name").asText();
                  return new Churn.Target(resource, namespace(resource, object), name);
                })
            .toList();
    return Churn.start(registry, targets, changesPerSecond, seconds);
  }

  private static String namespace(Resource resource, JsonNode object) {
    return resource.namespaced() ? object.at("/metadata/namespace").asText("default") : "";
  }
}
