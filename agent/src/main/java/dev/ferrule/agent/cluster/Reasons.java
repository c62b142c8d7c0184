// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.cluster;

import java.net.ConnectException;
import java.net.UnknownHostException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;

/** Says in one clause why there is no connection. */
final class Reasons {

  private static final int MOST_CAUSES = 20;

  private Reasons() {}

  static String of(Throwable thrown) {
    Throwable cause = thrown;
    Throwable telling = thrown;
    for (int i = 0; cause != null && i < MOST_CAUSES; i++) {
      String known = known(cause);
      if (!known.isEmpty()) {
        return known;
      }
      boolean wrapper = cause instanceof CompletionException || cause instanceof ExecutionException;
      if (!wrapper && cause.getMessage() != null) {
        telling = cause;
      }
      cause = cause.getCause();
    }
    String message = telling.getMessage();
    return message == null ? telling.getClass().getSimpleName() : message;
  }

  /** Whether the two sides did not agree on their certificates. */
  static boolean isTls(Throwable thrown) {
    Throwable cause = thrown;
    for (int i = 0; cause != null && i < MOST_CAUSES; i++) {
      if (cause instanceof SSLException) {
        return true;
      }
      cause = cause.getCause();
    }
    return false;
  }

  private static String known(Throwable cause) {
    if (cause instanceof CertificateExpiredException
        || cause instanceof CertificateNotYetValidException) {
      return "the server's certificate is not valid now ("
          + cause.getMessage()
          + "); look at this node's clock and at the certificate";
    }
    String message = String.valueOf(cause.getMessage());
    if (message.contains("unable to find valid certification path")
        || message.contains("PKIX path validation failed")
        || message.contains("PKIX path building failed")) {
      return causedByDate(cause)
          ? ""
          : "the server's certificate is not signed by the authority in the credentials;"
              + " look at certificate-authority";
    }
    if (cause instanceof UnknownHostException) {
      return "there is no host named " + message;
    }
    if (cause instanceof ConnectException && !message.isEmpty() && cause.getCause() == null) {
      return message;
    }
    if (cause instanceof SSLException && cause.getCause() == null) {
      return "TLS failed: " + message;
    }
    if (cause instanceof TimeoutException) {
      return "no answer in time";
    }
    return "";
  }

  private static boolean causedByDate(Throwable thrown) {
    Throwable cause = thrown;
    for (int i = 0; cause != null && i < MOST_CAUSES; i++) {
      if (cause instanceof CertificateExpiredException
          || cause instanceof CertificateNotYetValidException) {
        return true;
      }
      cause = cause.getCause();
    }
    return false;
  }
}
