// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.cluster;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.internal.SSLUtils;
import io.fabric8.kubernetes.client.utils.HttpClientUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Base64;
import javax.net.ssl.KeyManager;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * Makes HTTP clients that trust the authority in the credentials and no other. The library alone
 * would trust all that the Java runtime trusts as well, and take a key for RSA that does not say.
 */
final class Tls {

  private Tls() {}

  static HttpClient client(Config config) throws GeneralSecurityException, IOException {
    KeyManager[] keys = keys(config);
    TrustManager[] trust = config.isTrustCerts() ? null : authority(config);
    boolean before = config.isTrustCerts();
    // Else the library loads the trust store of the Java runtime, only to see it replaced here.
    config.setTrustCerts(trust != null || before);
    try {
      HttpClient.Builder builder = HttpClientUtils.getHttpClientFactory().newBuilder(config);
      if (trust != null) {
        builder.sslContext(keys, trust);
      }
      return builder.build();
    } finally {
      config.setTrustCerts(before);
    }
  }

  private static KeyManager @Nullable [] keys(Config config)
      throws GeneralSecurityException, IOException {
    if (config.getClientKeyAlgo() != null) {
      return SSLUtils.keyManagers(config);
    }
    try {
      return SSLUtils.keyManagers(config);
    } catch (GeneralSecurityException | IOException e) {
      config.setClientKeyAlgo("EC"); // in a form that does not say of what kind it is
      return SSLUtils.keyManagers(config);
    }
  }

  /** Null if the credentials name none. */
  private static TrustManager @Nullable [] authority(Config config)
      throws GeneralSecurityException, IOException {
    byte[] pem = authorityPem(config);
    if (pem == null) {
      return null;
    }
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    int number = 0;
    for (Certificate certificate :
        CertificateFactory.getInstance("X.509")
            .generateCertificates(new ByteArrayInputStream(pem))) {
      store.setCertificateEntry("authority-" + number++, certificate);
    }
    if (number == 0) {
      throw new GeneralSecurityException("there is no certificate in certificate-authority");
    }
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return factory.getTrustManagers();
  }

  private static byte @Nullable [] authorityPem(Config config) throws IOException {
    String data = config.getCaCertData();
    if (data != null && !data.isEmpty()) {
      try {
        return Base64.getDecoder().decode(data);
      } catch (IllegalArgumentException e) {
        return data.getBytes(StandardCharsets.US_ASCII); // written as it is
      }
    }
    String file = config.getCaCertFile();
    return file == null || file.isEmpty() ? null : Files.readAllBytes(Path.of(file));
  }
}
