// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferrule.agent.config.StatusPageAccess;
import dev.ferrule.agent.http.Answer;
import dev.ferrule.agent.http.Request;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AdmissionTest {

  private static int status(StatusPageAccess access, String method, String host, String client) {
    try {
      Request request = new Request(method, "/", "", host, InetAddress.getByName(client));
      Answer refusal = Admission.refusal(access, request);
      return refusal == null ? Answer.OK : refusal.status();
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(e);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "LOCAL, 127.0.0.1, 200",
    "LOCAL, 127.1.2.3, 200",
    "LOCAL, ::1, 200",
    "LOCAL, ::ffff:127.0.0.1, 200",
    "LOCAL, 10.244.0.7, 403",
    "LOCAL, fd00::7, 403",
    "ALL, 10.244.0.7, 200",
    "OFF, 127.0.0.1, 404",
    "OFF, 10.244.0.7, 404"
  })
  void theSettingSaysWhichClientsSeeThePage(StatusPageAccess access, String client, int status) {
    assertThat(status(access, "GET", "", client)).isEqualTo(status);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "localhost", "localhost:10256", "127.0.0.1:10256", "[::1]:10256", "::1"})
  void aBrowserOnThisHostAsksByAnAddress(String host) {
    assertThat(status(StatusPageAccess.LOCAL, "GET", host, "127.0.0.1")).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"evil.example", "evil.example:10256", "127.0.0.1.evil.example", "fe80"})
  void aForeignNameThatLeadsHereIsRefused(String host) {
    assertThat(status(StatusPageAccess.LOCAL, "GET", host, "127.0.0.1")).isEqualTo(403);
    assertThat(status(StatusPageAccess.ALL, "GET", host, "10.244.0.7")).isEqualTo(200);
  }

  @Test
  void thePageIsOnlyRead() {
    assertThat(status(StatusPageAccess.LOCAL, "HEAD", "", "127.0.0.1")).isEqualTo(200);
    assertThat(status(StatusPageAccess.LOCAL, "POST", "", "127.0.0.1")).isEqualTo(405);
    assertThat(status(StatusPageAccess.ALL, "DELETE", "", "10.244.0.7")).isEqualTo(405);
  }
}
