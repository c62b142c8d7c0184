// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestHeadTest {

  private static @Nullable RequestHead read(String text) throws Exception {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    return RequestHead.read(bytes, bytes.length);
  }

  @Test
  void theHeadEndsWithAnEmptyLineAndWhatFollowsIsLeft() throws Exception {
    String head = "GET /healthz?a=b%20c HTTP/1.1\r\nHost: n\r\n\r\n";
    assertThat(read(head + "GET /next"))
        .isEqualTo(new RequestHead("GET", "/healthz", "a=b%20c", "n", true, head.length()));
    for (int size = 0; size < head.length(); size++) {
      assertThat(read(head.substring(0, size))).as("%s", size).isNull();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "GET / HTTP/1.1_Host: n|true",
        "GET / HTTP/1.0|false",
        "GET / HTTP/1.1_connection: Close|false",
        "GET / HTTP/1.1_Connection: x, close|false",
        "POST / HTTP/1.1_Content-Length: 5|false",
        "POST / HTTP/1.1_content-length: 0|true",
        "POST / HTTP/1.1_Transfer-Encoding: chunked|false"
      })
  void aConnectionIsKeptWhereTheNextRequestCanBeFound(String lines, boolean kept) throws Exception {
    RequestHead head = read(lines.replace("_", "\n") + "\n\n");
    assertThat(head).isNotNull().extracting(RequestHead::keep).isEqualTo(kept);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "hello|400",
        "GET /|400",
        "GET / HTTP/2.0|505",
        "PRI * HTTP/2.0|505",
        "GET  / HTTP/1.1|400",
        "G\u0016T / HTTP/1.1|400",
        "GET /% HTTP/1.1|400",
        "GET / HTTP/1.1_no header|400",
        "GET / HTTP/1.1_: empty|400"
      })
  void whatIsNoRequestIsToldSo(String lines, int status) {
    assertThatThrownBy(() -> read(lines.replace("_", "\r\n") + "\r\n\r\n"))
        .isInstanceOfSatisfying(
            RequestHead.BadRequestException.class, e -> assertThat(e.status()).isEqualTo(status));
  }

  @Test
  void aHeadWithoutEndIsRefused() {
    assertThatThrownBy(() -> read("GET / HTTP/1.1\r\nx: " + "y".repeat(RequestHead.LIMIT)))
        .isInstanceOfSatisfying(
            RequestHead.BadRequestException.class, e -> assertThat(e.status()).isEqualTo(431));
  }

  @Property
  void anyBytesAreAHeadOrNoneOrBad(@ForAll byte[] bytes) {
    try {
      RequestHead head = RequestHead.read(bytes, bytes.length);
      assertThat(head == null || head.length() <= bytes.length).isTrue();
    } catch (RequestHead.BadRequestException e) {
      assertThat(e.status()).isBetween(400, 599);
    }
  }
}
