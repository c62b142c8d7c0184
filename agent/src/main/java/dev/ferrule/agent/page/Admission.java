// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.page;

import dev.ferrule.agent.config.StatusPageAccess;
import dev.ferrule.agent.http.Answer;
import dev.ferrule.agent.http.Request;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Who gets the page. The health server listens on all addresses, because load balancers ask it from
 * outside; names of Services and addresses of endpoints are not for everybody there.
 */
final class Admission {

  /**
   * A page of somebody else, open in a browser on this host, may have its own name resolved to
   * 127.0.0.1 and then read what it finds there; the browser sends that name. An address or
   * localhost nobody can have resolved otherwise.
   */
  private static final Pattern NOT_A_FOREIGN_NAME =
      Pattern.compile(
          "(localhost|[0-9.]+|[0-9a-fA-F]*(:[0-9a-fA-F.]*){2,}|\\[[0-9a-fA-F:.]+])(:[0-9]{1,5})?");

  private Admission() {}

  /** The refusal; null if the client may see the page. */
  static @Nullable Answer refusal(StatusPageAccess access, Request request) {
    if (access == StatusPageAccess.OFF) {
      return Answer.notFound();
    }
    if (access == StatusPageAccess.LOCAL) {
      if (!request.client().isLoopbackAddress()) {
        return Answer.text(
            403,
            "the status page is for clients on this host;"
                + " ferrule.statusPage: all opens it to others\n");
      }
      if (!request.host().isEmpty() && !NOT_A_FOREIGN_NAME.matcher(request.host()).matches()) {
        return Answer.text(
            403, "ask for the status page by the address 127.0.0.1, not by a name\n");
      }
    }
    if (!request.method().equals("GET") && !request.method().equals("HEAD")) {
      return Answer.text(405, "the status page can only be read\n").with("Allow", "GET, HEAD");
    }
    return null;
  }
}
