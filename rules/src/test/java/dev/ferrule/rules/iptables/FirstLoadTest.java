// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.iptables;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferrule.rules.iptables.RestoreScript.TableChange;
import dev.ferrule.rules.iptables.XtState.XtJump;
import dev.ferrule.rules.model.IpFamily;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FirstLoadTest {

  private static final XtJump JUMP =
      new XtJump("PREROUTING", XtRule.of(new XtAction.Jump("FERRULE-A")));

  private static final List<XtChain> CHAINS =
      List.of(
          chain("FERRULE-A", "FERRULE-B", "FERRULE-D"),
          chain("FERRULE-B", "FERRULE-C"),
          chain("FERRULE-C"),
          chain("FERRULE-D", "FERRULE-C", "FERRULE-E"),
          chain("FERRULE-E"));

  @Test
  void chainsComeAfterThoseTheyLeadToAndJumpsLast() {
    TableChange change = new TableChange(CHAINS, Set.of("FERRULE-OLD"), List.of(JUMP), List.of());
    RestoreScript script = new RestoreScript(IpFamily.IPV4, Map.of(XtTable.NAT, change));
    List<RestoreScript> parts = FirstLoad.parts(script, 2);

    Set<String> there = new HashSet<>();
    List<XtChain> written = new ArrayList<>();
    List<TableChange> pieces =
        parts.stream().flatMap(part -> part.tables().values().stream()).toList();
    assertThat(pieces)
        .extracting(TableChange::addJumps)
        .containsExactly(List.of(), List.of(), List.of(JUMP));
    for (TableChange piece : pieces) {
      assertThat(piece.write()).hasSizeLessThanOrEqualTo(2);
      piece.write().forEach(chain -> there.add(chain.name()));
      for (XtChain chain : piece.write()) {
        for (XtRule rule : chain.rules()) {
          assertThat(there).contains(((XtAction.Goto) rule.action()).chain());
        }
      }
      written.addAll(piece.write());
    }
    assertThat(written).containsExactlyInAnyOrderElementsOf(CHAINS);
    assertThat(pieces.get(2).remove()).containsExactly("FERRULE-OLD");
  }

  @Test
  void whatIsInForceIsChangedAsAWhole() {
    TableChange change = new TableChange(CHAINS, Set.of(), List.of(), List.of());
    RestoreScript script = new RestoreScript(IpFamily.IPV4, Map.of(XtTable.NAT, change));
    assertThat(FirstLoad.parts(script, 2)).containsExactly(script);
  }

  private static XtChain chain(String name, String... targets) {
    return new XtChain(
        name, Arrays.stream(targets).map(t -> XtRule.of(new XtAction.Goto(t))).toList());
  }
}
