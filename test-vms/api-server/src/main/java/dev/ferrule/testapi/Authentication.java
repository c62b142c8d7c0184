// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.testapi;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsExchange;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLPeerUnverifiedException;

/** Who asks: a bearer token or a client certificate says it. Whoever is known may do everything. */
final class Authentication {

  private static final Pattern COMMON_NAME = Pattern.compile("CN=([^,]+)");
  private static final String BEARER = "Bearer ";

  private final boolean required;
  private volatile Map<String, String> tokens;

  /**
   * With these tokens.
   *
   * @param required whether those who say nothing are refused; else they are system:anonymous
   * @param tokens user names by tokens
   */
  Authentication(boolean required, Map<String, String> tokens) {
    this.required = required;
    this.tokens = Map.copyOf(tokens);
  }

  void tokens(Map<String, String> accepted) {
    tokens = Map.copyOf(accepted);
  }

  Map<String, String> tokens() {
    return tokens;
  }

  /**
   * The user.
   *
   * @throws StatusError Unauthorized for a wrong token, or for none where one is needed
   */
  String user(HttpExchange exchange) {
    String header = exchange.getRequestHeaders().getFirst("Authorization");
    if (header != null && header.startsWith(BEARER)) {
      String user = tokens.get(header.substring(BEARER.length()).strip());
      if (user == null) {
        throw StatusError.unauthorized();
      }
      return user;
    }
    if (exchange instanceof HttpsExchange secure) {
      try {
        String subject = secure.getSSLSession().getPeerPrincipal().getName();
        Matcher name = COMMON_NAME.matcher(subject);
        return name.find() ? name.group(1) : subject;
      } catch (SSLPeerUnverifiedException e) {
        // Without a certificate, which is for the check below.
      }
    }
    if (required) {
      throw StatusError.unauthorized();
    }
    return "system:anonymous";
  }
}
