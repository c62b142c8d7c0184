// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.iptables;

import java.util.List;

/**
 * One rule of a chain, as far as we know it.
 *
 * @param matches all must hold, in this order
 * @param comment for the reader; empty for none
 */
public record XtRule(List<XtMatch> matches, String comment, XtAction action) {

  /** xt_comment keeps as many bytes (linux/netfilter/xt_comment.h). */
  public static final int MAX_COMMENT_BYTES = 255;

  public XtRule {
    matches = List.copyOf(matches);
  }

  /** A rule without a comment. */
  public static XtRule of(XtAction action, XtMatch... matches) {
    return new XtRule(List.of(matches), "", action);
  }
}
