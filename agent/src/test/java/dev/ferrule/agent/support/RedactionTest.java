// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.support;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedactionTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "token: s3cr3t",
        "  \"password\" : \"a s3cr3t \\\" s3cr3t\",",
        "client-key-data: s3cr3t",
        "DB_PASSWORD=s3cr3t",
        "AWS_SECRET=s3cr3t",
        "api_key='s3cr3t s3cr3t'",
        "Authorization: Bearer s3cr3ts3cr3t",
        "401 for Bearer s3cr3ts3cr3t",
        "eyJhbGciOiJSUzI1NiIs.eyJzdWIiOiJzM2NyM3Qi.s3cr3t-x",
        "-----BEGIN RSA PRIVATE KEY-----\ns3cr3t\n-----END RSA PRIVATE KEY-----",
        "https://me:s3cr3t@api:6443/x?token=s3cr3t"
      })
  void whatLooksLikeASecretIsLeftOut(String text) {
    assertThat(Redaction.harmless(text)).doesNotContain("s3cr3t", "eyJ");
  }

  @Test
  void theRestStaysAsItIs() {
    String text =
        """
        stateDirectory = /var/lib/ferrule
        Service default/token-server: 10.0.0.1:80 -> a
        {"state" : "in step", "pid" : 7}
        Secret default/x is not a kind of ours
        """;
    assertThat(Redaction.harmless(text)).isEqualTo(text);
  }
}
