// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.support;

import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * Takes out of a text what looks like a secret. Parts of the archive are made so that none is in
 * them; this is for what others wrote, such as a log that quotes a damaged file.
 */
public final class Redaction {

  private static final String LEFT_OUT = "(left out)";

  /** User and password, which come before the host. */
  private static final Pattern USER_OF_URL = Pattern.compile("(?<=://)[^/@\\s]*@");

  private static final Pattern QUERY_OF_URL = Pattern.compile("(?<=://)([^?\\s]*)\\?[^\\s,;]*");

  /** A token of JWS compact form (RFC 7515): service accounts of Kubernetes have such. */
  private static final Pattern SIGNED_TOKEN =
      Pattern.compile("\\beyJ[\\w-]{8,}\\.[\\w-]+\\.[\\w-]*");

  private static final Pattern BEARER = Pattern.compile("(?i)\\b(bearer|basic) +[\\w.~+/=-]{6,}");

  private static final Pattern PRIVATE_KEY =
      Pattern.compile(
          "(?s)-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(-----END [A-Z ]*PRIVATE KEY-----|$)");

  /** {@code token: x}, {@code "password" : "x"}, {@code client-key-data=x}, {@code API_KEY=x}. */
  private static final Pattern NAMED =
      Pattern.compile(
          "(?i)((?:[\\w.-]*(?:token|passw(?:or)?d|passphrase|secret|credentials?|api[_-]?key)|client-key-data"
              + "|authorization)\"?\\s*[:=]\\s*)(\"(?:[^\"\\\\]|\\\\.)*\"|'[^']*'|[^\\s,;{}]+)");

  private Redaction() {}

  /** The text without what looks like a secret. */
  public static String harmless(String text) {
    String harmless = USER_OF_URL.matcher(text).replaceAll("");
    harmless = QUERY_OF_URL.matcher(harmless).replaceAll("$1");
    harmless = PRIVATE_KEY.matcher(harmless).replaceAll(LEFT_OUT);
    harmless = SIGNED_TOKEN.matcher(harmless).replaceAll(LEFT_OUT);
    harmless =
        BEARER.matcher(harmless).replaceAll((MatchResult found) -> found.group(1) + " " + LEFT_OUT);
    return NAMED.matcher(harmless).replaceAll("$1" + LEFT_OUT);
  }
}
