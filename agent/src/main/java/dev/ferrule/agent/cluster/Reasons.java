// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.cluster;

import java.net.ConnectException;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import javax.net.ssl.SSLException;

/** Says in one clause why there is no connection. */
final class Reasons {

  private static final int MOST_CAUSES = 20;

  private Reasons() {}

  static String of(Throwable thrown) {
    List<Throwable> causes = causes(thrown);
    for (Throwable cause : causes) {
      if (cause instanceof CertificateExpiredException
          || cause instanceof CertificateNotYetValidException) {
        return "the server's certificate is not valid now ("
            + cause.getMessage()
            + "); look at this node's clock and at the certificate";
      }
    }
    for (Throwable cause : causes) {
      String known = known(cause);
      if (!known.isEmpty()) {
        return known;
      }
    }
    String told = thrown.getClass().getSimpleName();
    for (Throwable cause : causes) {
      boolean wrapper = cause instanceof CompletionException || cause instanceof ExecutionException;
      if (!wrapper && cause.getMessage() != null) {
        told = cause.getMessage();
      }
    }
    return told;
  }

  /** Whether the two sides did not agree on their certificates. */
  static boolean isTls(Throwable thrown) {
    return causes(thrown).stream().anyMatch(SSLException.class::isInstance);
  }

  private static String known(Throwable cause) {
    if (cause instanceof CertPathBuilderException) {
      return "the server's certificate is not signed by the authority in the credentials; look at"
          + " certificate-authority";
    }
    if (cause instanceof UnknownHostException || cause instanceof UnresolvedAddressException) {
      return "there is no host of that name";
    }
    if (cause instanceof HttpConnectTimeoutException) {
      return "nothing answers there";
    }
    if (cause instanceof ConnectException) {
      return cause.getMessage() == null ? "no connection: nothing listens there" : "";
    }
    return "";
  }

  private static List<Throwable> causes(Throwable thrown) {
    List<Throwable> causes = new ArrayList<>();
    Throwable cause = thrown;
    while (cause != null && causes.size() < MOST_CAUSES) {
      causes.add(cause);
      cause = cause.getCause();
    }
    return causes;
  }
}
