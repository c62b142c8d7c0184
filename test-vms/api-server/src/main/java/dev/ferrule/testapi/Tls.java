// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.testapi;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import dev.ferrule.testapi.CertificateAuthority.Identity;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManagerFactory;

/**
 * The certificates of a server and its client, and the server that uses them.
 *
 * @param authority as PEM
 * @param clientCertificate as PEM, for a user of the group system:masters
 * @param clientKey as PEM
 */
record Tls(SSLContext context, String authority, String clientCertificate, String clientKey) {

  static final String CLIENT = "ferrule-test-client";

  private static final char[] NO_PASSWORD = new char[0];

  static Tls create(Options options) throws IOException {
    Set<String> names =
        new LinkedHashSet<>(
            List.of("localhost", "kubernetes", "kubernetes.default.svc", "127.0.0.1", "::1"));
    names.add(options.address());
    names.addAll(options.names());
    try {
      CertificateAuthority authority = new CertificateAuthority();
      Identity server = authority.server(new ArrayList<>(names));
      Identity client = authority.client(CLIENT, "system:masters");
      return new Tls(
          context(authority, server),
          authority.identity().certificatePem(),
          client.certificatePem(),
          client.keyPem());
    } catch (GeneralSecurityException e) {
      throw new IOException("no certificates could be made for the test API server", e);
    }
  }

  private static SSLContext context(CertificateAuthority authority, Identity server)
      throws GeneralSecurityException, IOException {
    KeyStore keys = KeyStore.getInstance("PKCS12");
    keys.load(null, NO_PASSWORD);
    keys.setKeyEntry("server", server.key(), NO_PASSWORD, new Certificate[] {server.certificate()});
    KeyManagerFactory own = KeyManagerFactory.getInstance("PKIX");
    own.init(keys, NO_PASSWORD);
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, NO_PASSWORD);
    trusted.setCertificateEntry("ca", authority.identity().certificate());
    TrustManagerFactory others = TrustManagerFactory.getInstance("PKIX");
    others.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(own.getKeyManagers(), others.getTrustManagers(), null);
    return context;
  }

  /** Bound; asks clients for a certificate, but does not insist. */
  HttpServer server(InetSocketAddress socket) throws IOException {
    HttpsServer server = HttpsServer.create(socket, 0);
    server.setHttpsConfigurator(
        new HttpsConfigurator(context) {
          @Override
          public void configure(HttpsParameters parameters) {
            SSLParameters wanted = getSSLContext().getDefaultSSLParameters();
            wanted.setWantClientAuth(true);
            parameters.setSSLParameters(wanted);
          }
        });
    return server;
  }
}
