// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.testapi;

import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * A throw-away certificate authority: RFC 5280. Written here because the JDK makes certificates by
 * keytool only, which takes two seconds for the three that are needed.
 */
final class CertificateAuthority {

  /** A key and what says whose it is. */
  record Identity(PrivateKey key, Certificate certificate) {

    String certificatePem() throws GeneralSecurityException {
      return pem("CERTIFICATE", certificate.getEncoded());
    }

    String keyPem() {
      return pem("PRIVATE KEY", key.getEncoded());
    }
  }

  private static final Duration VALIDITY = Duration.ofDays(30);
  private static final DateTimeFormatter UTC_TIME =
      DateTimeFormatter.ofPattern("yyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);
  private static final byte[] ECDSA_WITH_SHA256 =
      Der.of(Der.SEQUENCE, Der.objectIdentifier("1.2.840.10045.4.3.2"));
  private static final byte[] TRUE = Der.of(Der.BOOLEAN, new byte[] {(byte) 0xff});
  private static final int VERSION_TAG = 0xa0;
  private static final int EXTENSIONS_TAG = 0xa3;
  private static final int DNS_TAG = 0x82;
  private static final int ADDRESS_TAG = 0x87;

  private final SecureRandom random = new SecureRandom();
  private final byte[] name = name("ferrule-test-ca", "");
  private final Identity identity;

  /** A new one, with a key of its own. */
  CertificateAuthority() throws GeneralSecurityException {
    KeyPair keys = ecKeys();
    byte[] constraints = Der.of(Der.SEQUENCE, TRUE);
    List<byte[]> extensions = List.of(extension("2.5.29.19", true, constraints));
    this.identity =
        new Identity(keys.getPrivate(), certificate(keys, keys.getPrivate(), name, extensions));
  }

  Identity identity() {
    return identity;
  }

  /**
   * For a server.
   *
   * @param names host names and addresses by which clients reach it
   */
  Identity server(List<String> names) throws GeneralSecurityException {
    List<byte[]> alternatives = new ArrayList<>();
    for (String each : names) {
      boolean address = each.contains(":") || each.matches("[0-9.]+");
      alternatives.add(
          address
              ? Der.of(ADDRESS_TAG, address(each))
              : Der.of(DNS_TAG, each.getBytes(StandardCharsets.US_ASCII)));
    }
    byte[] all = Der.of(Der.SEQUENCE, alternatives.toArray(byte[][]::new));
    return issue(
        ecKeys(),
        "kube-apiserver",
        "",
        "1.3.6.1.5.5.7.3.1",
        List.of(extension("2.5.29.17", false, all)));
  }

  /**
   * For a client, whose name in Kubernetes is the common name. With an RSA key, as kubeadm makes
   * them: fabric8's client does not read EC keys in PKCS #8.
   */
  Identity client(String user, String group) throws GeneralSecurityException {
    return issue(rsaKeys(), user, group, "1.3.6.1.5.5.7.3.2", List.of());
  }

  private Identity issue(KeyPair keys, String user, String group, String use, List<byte[]> more)
      throws GeneralSecurityException {
    List<byte[]> extensions = new ArrayList<>(more);
    byte[] uses = Der.of(Der.SEQUENCE, Der.objectIdentifier(use));
    extensions.add(extension("2.5.29.37", false, uses));
    byte[] subject = name(user, group);
    return new Identity(keys.getPrivate(), certificate(keys, identity.key(), subject, extensions));
  }

  private Certificate certificate(
      KeyPair keys, PrivateKey signer, byte[] subject, List<byte[]> extensions)
      throws GeneralSecurityException {
    Instant now = Instant.now();
    byte[] content =
        Der.of(
            Der.SEQUENCE,
            Der.of(VERSION_TAG, Der.integer(BigInteger.TWO)),
            Der.integer(new BigInteger(63, random).add(BigInteger.ONE)),
            ECDSA_WITH_SHA256,
            name,
            // An hour ago, for clients whose clocks are behind.
            Der.of(
                Der.SEQUENCE,
                Der.text(Der.UTC_TIME, UTC_TIME.format(now.minus(Duration.ofHours(1)))),
                Der.text(Der.UTC_TIME, UTC_TIME.format(now.plus(VALIDITY)))),
            subject,
            keys.getPublic().getEncoded(),
            Der.of(EXTENSIONS_TAG, Der.of(Der.SEQUENCE, extensions.toArray(byte[][]::new))));
    Signature signature = Signature.getInstance("SHA256withECDSA");
    signature.initSign(signer);
    signature.update(content);
    byte[] signed =
        Der.of(
            Der.SEQUENCE,
            content,
            ECDSA_WITH_SHA256,
            Der.of(Der.BIT_STRING, new byte[1], signature.sign()));
    return CertificateFactory.getInstance("X.509")
        .generateCertificate(new ByteArrayInputStream(signed));
  }

  private static KeyPair rsaKeys() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    return generator.generateKeyPair();
  }

  private static KeyPair ecKeys() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    return generator.generateKeyPair();
  }

  private static byte[] name(String common, String organization) {
    List<byte[]> parts = new ArrayList<>();
    if (!organization.isEmpty()) {
      parts.add(namePart("2.5.4.10", organization));
    }
    parts.add(namePart("2.5.4.3", common));
    return Der.of(Der.SEQUENCE, parts.toArray(byte[][]::new));
  }

  private static byte[] namePart(String type, String value) {
    byte[] text = Der.text(Der.UTF8_STRING, value);
    return Der.of(Der.SET, Der.of(Der.SEQUENCE, Der.objectIdentifier(type), text));
  }

  private static byte[] extension(String type, boolean critical, byte[] value) {
    return Der.of(
        Der.SEQUENCE,
        Der.objectIdentifier(type),
        critical ? TRUE : new byte[0],
        Der.of(Der.OCTET_STRING, value));
  }

  private static byte[] address(String literal) {
    try {
      return InetAddress.getByName(literal).getAddress();
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(literal + " is neither an address nor a host name", e);
    }
  }

  private static String pem(String type, byte[] content) {
    String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
    return "-----BEGIN " + type + "-----\n" + text + "\n-----END " + type + "-----\n";
  }
}
