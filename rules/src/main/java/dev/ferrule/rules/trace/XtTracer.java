// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.trace;

import dev.ferrule.rules.iptables.XtState;
import dev.ferrule.rules.model.IpAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Predicate;

/**
 * Sends the first packet of a connection through our chains of iptables as the kernel would, also
 * through chains that were read back from there. Like {@link Tracer} it knows nothing of Services;
 * rules of others are taken to let everything pass.
 */
public final class XtTracer {

  private final XtState state;
  private final Predicate<IpAddress> ownAddress;
  private final Predicate<String> remembered;

  /**
   * A tracer for our chains of one family.
   *
   * @param ownAddress whether an address is this node's (loopback too)
   * @param remembered whether the client is on the list of the module recent with that name
   */
  public XtTracer(XtState state, Predicate<IpAddress> ownAddress, Predicate<String> remembered) {
    this.state = state;
    this.ownAddress = ownAddress;
    this.remembered = remembered;
  }

  /**
   * Every way that the connection can go, in the order of the rules that lead there.
   *
   * @throws IllegalArgumentException if the connection is not of the family
   */
  public List<XtOutcome> trace(Connection connection) {
    if (connection.to().family() != state.family()) {
      throw new IllegalArgumentException(connection + " is not of the family of the chains");
    }
    List<XtOutcome> outcomes = new ArrayList<>();
    Deque<XtWalk> open = new ArrayDeque<>();
    open.push(new XtWalk(state, new Packet(connection, ownAddress), connection, remembered));
    while (!open.isEmpty()) {
      XtWalk walk = open.pop();
      while (walk.outcome() == null) {
        XtWalk other = walk.step();
        if (other != null) {
          open.push(other);
        }
      }
      outcomes.add(walk.outcome());
    }
    return outcomes;
  }
}
