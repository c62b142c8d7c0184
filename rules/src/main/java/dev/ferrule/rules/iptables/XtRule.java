// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.iptables;

import java.util.List;

/**
 * One rule of a chain, as far as we know it. Rules that say the same are equal: matches have one
 * order, and what always holds is left out.
 *
 * @param matches all must hold; each kind at most once. They come in the order in which iptables
 *     writes them, whatever order they are given in
 * @param comment for the reader; empty for none. Control characters become spaces, and what is
 *     beyond {@link #MAX_COMMENT_BYTES} is cut off
 */
public record XtRule(List<XtMatch> matches, String comment, XtAction action) {

  /** xt_comment keeps as many bytes (linux/netfilter/xt_comment.h). */
  public static final int MAX_COMMENT_BYTES = 255;

  public XtRule {
    matches = MatchOrder.sorted(matches);
    comment = CommentText.cleaned(comment);
  }

  /** A rule without a comment. */
  public static XtRule of(XtAction action, XtMatch... matches) {
    return new XtRule(List.of(matches), "", action);
  }
}
