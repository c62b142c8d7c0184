// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.plan;

import static dev.ferrule.rules.testing.Examples.http;
import static dev.ferrule.rules.testing.Examples.service;
import static dev.ferrule.rules.testing.Examples.slice;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ferrule.rules.compile.ForwardingTable;
import dev.ferrule.rules.compile.ServiceCompiler;
import dev.ferrule.rules.diff.Changes;
import dev.ferrule.rules.diff.DesiredChains;
import dev.ferrule.rules.diff.XtDiff;
import dev.ferrule.rules.diff.XtScripts;
import dev.ferrule.rules.iptables.XtSettings;
import dev.ferrule.rules.iptables.XtState;
import dev.ferrule.rules.model.Cidr;
import dev.ferrule.rules.model.IpFamily;
import dev.ferrule.rules.model.Service;
import dev.ferrule.rules.testing.Examples;
import dev.ferrule.rules.testing.Golden;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Changes of chains as the operator reads them. */
class ChainPlanTest {

  private final ServiceCompiler compiler = new ServiceCompiler(Examples.CONTEXT);
  private final ForwardingTable forwarding = new ForwardingTable();
  private final DesiredChains chains =
      new DesiredChains(
          IpFamily.IPV4, new XtSettings(Cidr.parse("10.244.0.0/16"), null, 14, true, false));

  @Test
  void firstPlanOfAnEmptyKernel() throws IOException {
    put(service().ports(http(30080)).build(), "10.244.0.1", "10.244.2.1");
    check("first", XtDiff.between(null, chains.state()));
  }

  @Test
  void oneEndpointGone() throws IOException {
    put(service().ports(http(30080)).build(), "10.244.0.1", "10.244.2.1", "10.244.2.2");
    Changes changes = put(service().ports(http(30080)).build(), "10.244.0.1", "10.244.2.2");
    check("endpoint-gone", changes);
    Golden.check("iptables/endpoint-gone.restore", XtScripts.of(IpFamily.IPV4, changes).text());
  }

  @Test
  void lastEndpointGone() throws IOException {
    put(service().build(), "10.244.0.1");
    check("last-endpoint-gone", put(service().build()));
  }

  @Test
  void affinitySwitchedOn() throws IOException {
    put(service().build(), "10.244.0.1");
    check("affinity-on", put(service().affinity(60).build(), "10.244.0.1"));
  }

  @Test
  void serviceGoneAsTheKernelsCommentsTell() throws IOException {
    put(service().build(), "10.244.0.1");
    check("service-gone", chains.update(forwarding.remove(Examples.WEB)));
  }

  @Test
  void aServiceThatOnlyMovesInTheTreeIsNotNamed() {
    put(service().build(), "10.244.0.1");
    for (int i = 0; i < 8; i++) {
      Service other = service().named("other-" + i).clusterIps("10.96.1." + i).build();
      Changes changes = chains.update(forwarding.put(compiler.compile(other, List.of())));
      assertThat(Planner.plan(changes, forwarding).groups())
          .extracting(Plan.Group::service)
          .containsOnly("default/other-" + i);
    }
  }

  @Test
  void aChainThatSomebodyElseChangedIsItsServices() {
    put(service().build(), "10.244.0.1");
    XtState kernel = chains.state();
    put(service().build(), "10.244.0.2");
    put(service().build(), "10.244.0.1", "10.244.0.2");
    Changes changes = XtDiff.between(kernel, chains.state());
    assertThat(Planner.plan(changes, forwarding).groups())
        .extracting(Plan.Group::service)
        .containsExactly("default/web");
  }

  private Changes put(Service service, String... endpoints) {
    return chains.update(forwarding.put(compiler.compile(service, List.of(slice(endpoints)))));
  }

  private void check(String name, Changes changes) throws IOException {
    String text = PlanText.of(Planner.plan(changes, forwarding), false);
    Golden.check("iptables/" + name + ".plan", text);
  }
}
