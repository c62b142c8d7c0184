// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.cluster;

import io.fabric8.kubernetes.api.model.AuthInfo;
import io.fabric8.kubernetes.api.model.Cluster;
import io.fabric8.kubernetes.api.model.NamedAuthInfo;
import io.fabric8.kubernetes.api.model.NamedCluster;
import io.fabric8.kubernetes.api.model.NamedContext;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.OAuthTokenProvider;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Credentials as they were read at one time.
 *
 * @param config how the HTTP client connects
 * @param files what they were read from
 * @param stamps when those were written last
 */
record Credentials(Config config, List<Path> files, List<@Nullable FileTime> stamps) {

  private static final int CONNECT_MILLIS = (int) Duration.ofSeconds(5).toMillis();

  /**
   * Reads them again.
   *
   * @throws ApiException if there are none or they are of no use; the message names the file
   */
  static Credentials read(Access access) throws ApiException {
    List<Path> files = new ArrayList<>();
    Path kubeconfig = access.kubeconfig();
    Config config = kubeconfig == null ? ofPod(files) : ofFile(kubeconfig, files);
    if (access.server() != null) {
      config.setMasterUrl(access.server());
    }
    if (config.getMasterUrl() == null || config.getMasterUrl().isEmpty()) {
      throw unusable(access, "names no server for its current context");
    }
    config.setConnectionTimeout(CONNECT_MILLIS);
    // Whoever asks tries again, and knows better when.
    config.setRequestRetryBackoffLimit(0);
    // A watch on a connection that died is renewed on another: streams must not share one.
    config.setHttp2Disable(true);
    config.setUserAgent("ferrule");
    return new Credentials(
        config, List.copyOf(files), files.stream().map(Credentials::stamp).toList());
  }

  /** Where the server is, without a slash at the end. */
  String url() {
    return withoutSlash(config.getMasterUrl());
  }

  /** The same without any credentials: they may not be there yet. */
  static String url(Access access) {
    if (access.server() != null) {
      return withoutSlash(access.server());
    }
    Path kubeconfig = access.kubeconfig();
    if (kubeconfig == null) {
      String server = Access.serverOfPod(System.getenv());
      return server == null ? access.text() : server;
    }
    try {
      return withoutSlash(check(access, kubeconfig).server());
    } catch (ApiException | RuntimeException e) {
      return access.text(); // what is wrong is said when something is asked for
    }
  }

  private static String withoutSlash(String url) {
    return url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
  }

  /** Whether something was written to one of the files since. */
  boolean stale() {
    for (int i = 0; i < files.size(); i++) {
      if (!Objects.equals(stamp(files.get(i)), stamps.get(i))) {
        return true;
      }
    }
    return false;
  }

  /** Whether a connection made with the others serves as well. */
  boolean same(Credentials others) {
    Config one = config;
    Config other = others.config;
    return stamps.equals(others.stamps)
        && files.equals(others.files)
        && Objects.equals(one.getMasterUrl(), other.getMasterUrl())
        && Objects.equals(one.getAutoOAuthToken(), other.getAutoOAuthToken())
        && Objects.equals(one.getClientCertData(), other.getClientCertData());
  }

  private static @Nullable FileTime stamp(Path file) {
    try {
      return Files.getLastModifiedTime(file);
    } catch (IOException e) {
      return null;
    }
  }

  private static Config ofPod(List<Path> files) throws ApiException {
    String server = Access.serverOfPod(System.getenv());
    if (server == null) {
      throw new ApiException(
          ApiException.Kind.UNREACHABLE,
          Access.HOST + " is not set: this is no Pod; name a kubeconfig with --kubeconfig FILE");
    }
    Config config = Config.empty();
    config.setMasterUrl(server);
    Path authority = Access.POD.resolve("ca.crt");
    files.add(authority);
    config.setCaCertFile(authority.toString());
    config.setOauthTokenProvider(new TokenFile(Access.POD.resolve("token")));
    return config;
  }

  private static Config ofFile(Path kubeconfig, List<Path> files) throws ApiException {
    Access access = new Access(kubeconfig, null);
    files.add(kubeconfig);
    if (!Files.isReadable(kubeconfig)) {
      throw unusable(access, Files.exists(kubeconfig) ? "may not be read" : "is not there");
    }
    Config config;
    Chosen chosen;
    try {
      chosen = check(access, kubeconfig);
      config = Config.fromKubeconfig(kubeconfig.toFile());
    } catch (RuntimeException e) {
      // The library means all to be there.
      throw unusable(access, "is not a kubeconfig: " + Reasons.of(e));
    }
    AuthInfo user = chosen.user();
    if (!chosen.proxy().isEmpty()) {
      // The library takes one of these for each scheme of the server, and means that of the proxy.
      config.setHttpProxy(chosen.proxy());
      config.setHttpsProxy(chosen.proxy());
      config.setNoProxy(new String[0]);
    }
    if (user != null && user.getTokenFile() != null) {
      Path token = kubeconfig.toAbsolutePath().resolveSibling(user.getTokenFile());
      config.setOauthTokenProvider(new TokenFile(token));
    }
    if (user != null
        && user.getExec() != null
        && config.getAutoOAuthToken() == null
        && config.getClientCertData() == null) {
      throw unusable(
          access, "has an exec plugin that gave no credentials: " + user.getExec().getCommand());
    }
    Stream.of(config.getCaCertFile(), config.getClientCertFile(), config.getClientKeyFile())
        .filter(file -> file != null && !file.isEmpty())
        .map(Path::of)
        .forEach(files::add);
    return config;
  }

  /**
   * What the current context names.
   *
   * @param proxy empty for none
   */
  private record Chosen(@Nullable AuthInfo user, String server, String proxy) {}

  /** Names what the client cannot do, and finds what the current context names. */
  private static Chosen check(Access access, Path kubeconfig) throws ApiException {
    io.fabric8.kubernetes.api.model.Config written;
    try {
      written =
          Serialization.unmarshal(
              Files.readString(kubeconfig), io.fabric8.kubernetes.api.model.Config.class);
    } catch (IOException e) {
      throw unusable(access, "cannot be read: " + e);
    }
    NamedContext context =
        written.getContexts().stream()
            .filter(one -> Objects.equals(one.getName(), written.getCurrentContext()))
            .findFirst()
            .orElseThrow(
                () ->
                    unusable(
                        access,
                        "has no context \""
                            + written.getCurrentContext()
                            + "\"; set current-context"));
    String server = "";
    String proxy = "";
    for (NamedCluster named : written.getClusters()) {
      Cluster cluster = named.getCluster();
      if (cluster == null || !Objects.equals(named.getName(), context.getContext().getCluster())) {
        continue;
      }
      if (cluster.getServer() == null || cluster.getServer().isEmpty()) {
        throw unusable(access, "names no server for its current context");
      }
      if (cluster.getTlsServerName() != null && !cluster.getTlsServerName().isEmpty()) {
        throw unusable(
            access, "has tls-server-name, which is not supported; use a name of the certificate");
      }
      if (cluster.getProxyUrl() != null && cluster.getProxyUrl().startsWith("socks")) {
        throw unusable(access, "has a SOCKS proxy-url, which is not supported; use an HTTP proxy");
      }
      server = cluster.getServer();
      proxy = cluster.getProxyUrl() == null ? "" : cluster.getProxyUrl();
    }
    AuthInfo user =
        written.getUsers().stream()
            .filter(one -> Objects.equals(one.getName(), context.getContext().getUser()))
            .map(NamedAuthInfo::getUser)
            .findFirst()
            .orElse(null);
    return new Chosen(user, server, proxy);
  }

  private static ApiException unusable(Access access, String why) {
    return new ApiException(ApiException.Kind.UNREACHABLE, access.text() + " " + why);
  }

  /** A token that somebody else renews. */
  private record TokenFile(Path file) implements OAuthTokenProvider {
    @Override
    public String getToken() {
      try {
        return Files.readString(file).strip();
      } catch (IOException e) {
        return ""; // the server will say that it does not know us
      }
    }
  }
}
