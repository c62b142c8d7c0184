// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.iptables;

import dev.ferrule.rules.compile.Frontend;
import dev.ferrule.rules.compile.Target;
import dev.ferrule.rules.model.Protocol;
import org.jspecify.annotations.Nullable;

/** What a tree of chains does with the connections to one key. */
public record Leaf(XtAction action, String comment) {

  /** What a frontend needs in a tree; null for nothing. */
  public static @Nullable Leaf of(Dispatch dispatch, @Nullable Frontend frontend) {
    if (frontend == null) {
      return null;
    }
    return switch (dispatch) {
      case SERVICES -> service(frontend);
      case REFUSED -> refused(frontend);
      case KEPT -> kept(frontend);
    };
  }

  private static @Nullable Leaf service(Frontend frontend) {
    String entry = PortChains.entry(frontend);
    return entry == null ? null : new Leaf(new XtAction.Goto(entry), comment(frontend, ""));
  }

  private static @Nullable Leaf refused(Frontend frontend) {
    boolean ranges = frontend.allowedSources() != null;
    if (PortChains.isRejected(frontend)) {
      String chain = ranges ? PortChains.firewall(frontend) : ChainNames.REJECT;
      return new Leaf(new XtAction.Goto(chain), comment(frontend, ", no endpoints"));
    }
    boolean noneHere = frontend.targets().stream().anyMatch(Target.Drop.class::isInstance);
    if (!ranges && !noneHere) {
      return null;
    }
    return new Leaf(
        new XtAction.Drop(),
        comment(
            frontend,
            (noneHere ? ", no local endpoints" : "") + (ranges ? ", other sources" : "")));
  }

  private static @Nullable Leaf kept(Frontend frontend) {
    return PortChains.isRejected(frontend) && frontend.key().protocol() == Protocol.UDP
        ? new Leaf(new XtAction.Reject(), comment(frontend, ", no endpoints"))
        : null;
  }

  private static String comment(Frontend frontend, String why) {
    return frontend.owner() + " " + frontend.kind().text() + why;
  }
}
