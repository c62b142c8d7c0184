// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ferrule.rules.iptables.RestoreScript;
import dev.ferrule.rules.iptables.XtAction;
import dev.ferrule.rules.iptables.XtMatch;
import dev.ferrule.rules.iptables.XtRule;
import dev.ferrule.rules.iptables.XtState;
import dev.ferrule.rules.iptables.XtTable;
import dev.ferrule.rules.model.IpFamily;
import dev.ferrule.rules.model.Protocol;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** Our chains in the kernel, by both variants of iptables and in both families. */
final class IptablesKernelTest {

  @FunctionalInterface
  private interface Body {
    void test(Iptables iptables, IpFamily family) throws Exception;
  }

  /** Runs the test four times, each in a network namespace of its own. */
  private static void everywhere(Body body) throws Exception {
    for (IptablesVariant variant : IptablesVariant.values()) {
      for (IpFamily family : IpFamily.values()) {
        FreshNamespace.call(
            () -> {
              try (Iptables iptables = Iptables.open(variant, Iptables.LOCK_WAIT)) {
                body.test(iptables, family);
              } catch (AssertionError e) {
                throw new AssertionError(variant + " " + family.text() + ": " + e.getMessage(), e);
              }
              return true;
            });
      }
    }
  }

  @KernelTest
  void whatIsWrittenIsReadBack() throws Exception {
    everywhere(
        (iptables, family) -> {
          XtState wanted = new SampleChains(family).state();
          iptables.restore(SampleChains.making(wanted));
          XtState read = iptables.read(family);
          for (XtTable table : XtTable.values()) {
            wanted
                .chains()
                .getOrDefault(table, Map.of())
                .forEach(
                    (name, chain) ->
                        assertThat(read.chains().getOrDefault(table, Map.of()).get(name))
                            .isEqualTo(chain));
            assertThat(read.jumps().getOrDefault(table, List.of()))
                .containsExactlyInAnyOrderElementsOf(wanted.jumps().getOrDefault(table, List.of()));
          }
          assertThat(read.chains()).isEqualTo(wanted.chains());
        });
  }

  @KernelTest
  void aChainThatIsWrittenAgainHasOnlyItsNewRules() throws Exception {
    everywhere(
        (iptables, family) -> {
          XtState sample = new SampleChains(family).state();
          iptables.restore(SampleChains.making(sample));
          XtRule rule = XtRule.of(new XtAction.Return());
          iptables.restore(SampleChains.writing(family, "FERRULE-SERVICES", rule));
          XtState read = iptables.read(family);
          assertThat(chain(read, "FERRULE-SERVICES")).containsExactly(rule);
          assertThat(chain(read, "FERRULE-SEP-0123456789ABCDEF"))
              .isEqualTo(chain(sample, "FERRULE-SEP-0123456789ABCDEF"));
          assertThat(read.jumps()).hasSameSizeAs(sample.jumps());
        });
  }

  private static List<XtRule> chain(XtState state, String name) {
    return state.chains().getOrDefault(XtTable.NAT, Map.of()).entrySet().stream()
        .filter(entry -> entry.getKey().equals(name))
        .flatMap(entry -> entry.getValue().rules().stream())
        .toList();
  }

  @KernelTest
  void removalLeavesNothingBehindAndForeignRulesStay() throws Exception {
    everywhere(
        (iptables, family) -> {
          String program = IptablesPrograms.name(family) + "-" + iptables.variant().text();
          Command.run(program, "-t", "nat", "-N", "DOCKER");
          Command.run(program, "-t", "nat", "-A", "DOCKER", "-j", "RETURN");
          Command.run(program, "-t", "nat", "-A", "PREROUTING", "-j", "DOCKER");
          Command.run(program, "-t", "filter", "-A", "INPUT", "-p", "tcp", "-j", "ACCEPT");
          // So that the built-in chains of all tables are there before and after.
          Command.run(program, "-t", "filter", "-P", "FORWARD", "DROP");
          String before = saved(program);
          XtState sample = new SampleChains(family).state();
          iptables.restore(SampleChains.making(sample));
          assertThat(saved(program)).contains("-A DOCKER -j RETURN", "FERRULE-SERVICES");
          iptables.restore(SampleChains.removing(iptables.read(family)));
          assertThat(iptables.read(family).isEmpty()).isTrue();
          assertThat(saved(program)).isEqualTo(before).contains("-A PREROUTING -j DOCKER");
        });
  }

  private static String saved(String program) throws Exception {
    return (Command.run(program + "-save", "-t", "nat")
            + Command.run(program + "-save", "-t", "filter"))
        .lines()
        .filter(line -> !line.startsWith("#"))
        .map(line -> line.replaceAll("\\[[0-9]+:[0-9]+]", ""))
        .collect(Collectors.joining("\n"));
  }

  @KernelTest
  void aRefusedLineIsNamedAndNothingOfItsTableIsChanged() throws Exception {
    everywhere(
        (iptables, family) -> {
          iptables.restore(SampleChains.making(new SampleChains(family).state()));
          XtState before = iptables.read(family);
          XtRule good = XtRule.of(new XtAction.Return());
          XtRule bad = XtRule.of(new XtAction.Foreign("-m nonsense -j RETURN"));
          assertThatThrownBy(
                  () ->
                      iptables.restore(SampleChains.writing(family, "FERRULE-SERVICES", good, bad)))
              .isInstanceOf(KernelException.class)
              .hasMessageContaining("line 4, `-A FERRULE-SERVICES -m nonsense -j RETURN`")
              .hasMessageContaining("could not change the rules of ip");
          assertThat(iptables.read(family)).isEqualTo(before);
        });
  }

  @KernelTest
  void whatOnlyTheKernelRefusesChangesNothingEither() throws Exception {
    everywhere(
        (iptables, family) -> {
          iptables.restore(SampleChains.making(new SampleChains(family).state()));
          XtState before = iptables.read(family);
          RestoreScript stillUsed =
              new RestoreScript(
                  family,
                  Map.of(
                      XtTable.NAT,
                      new RestoreScript.TableChange(
                          List.of(), Set.of("FERRULE-SERVICES"), List.of(), List.of())));
          assertThatThrownBy(() -> iptables.restore(stillUsed))
              .isInstanceOf(KernelException.class)
              .hasMessageContaining("line 3, `-X FERRULE-SERVICES`");
          assertThat(iptables.read(family)).isEqualTo(before);
        });
  }

  @KernelTest
  void aTableThatTheKernelRefusesAsAWholeIsNamed() throws Exception {
    XtMatch portOfNoProtocol = new XtMatch.Port(Protocol.TCP, 80, 80);
    RestoreScript script =
        SampleChains.writing(
            IpFamily.IPV4, "FERRULE-A", XtRule.of(new XtAction.Return(), portOfNoProtocol));
    try (Iptables iptables = Iptables.open(IptablesVariant.LEGACY, Iptables.LOCK_WAIT)) {
      assertThatThrownBy(() -> iptables.restore(script))
          .isInstanceOf(KernelException.class)
          .hasMessageContaining("line 4, the end of table nat");
      assertThat(iptables.read(IpFamily.IPV4).isEmpty()).isTrue();
    }
  }

  @KernelTest
  void aRestoreThatIsKilledHalfwayChangesNothing() throws Exception {
    everywhere(
        (iptables, family) -> {
          XtState sample = new SampleChains(family).state();
          iptables.restore(SampleChains.making(sample));
          XtState before = iptables.read(family);
          Process process =
              new ProcessBuilder(
                      IptablesPrograms.name(family) + "-" + iptables.variant().text() + "-restore",
                      "--noflush",
                      "-w",
                      "5")
                  .start();
          String half =
              SampleChains.removing(before)
                  .lines()
                  .filter(line -> !line.equals("COMMIT"))
                  .takeWhile(line -> !line.equals("*nat"))
                  .collect(Collectors.joining("\n", "", "\n"));
          try (OutputStream in = process.getOutputStream()) {
            in.write(half.getBytes(StandardCharsets.UTF_8));
            in.flush();
            assertThat(process.waitFor(300, TimeUnit.MILLISECONDS)).isFalse();
            process.destroyForcibly().waitFor();
          }
          assertThat(iptables.read(family)).isEqualTo(before);
          iptables.restore(SampleChains.removing(before));
          assertThat(iptables.read(family).isEmpty()).isTrue();
        });
  }

  @KernelTest
  void aChangeOfAnybodyChangesTheFingerprint() throws Exception {
    everywhere(
        (iptables, family) -> {
          iptables.restore(SampleChains.making(new SampleChains(family).state()));
          long before = iptables.fingerprint();
          iptables.read(family);
          assertThat(iptables.fingerprint()).isEqualTo(before);
          String program = IptablesPrograms.name(family) + "-" + iptables.variant().text();
          Command.run(program, "-t", "nat", "-F", "FERRULE-SERVICES");
          assertThat(iptables.fingerprint()).isNotEqualTo(before);
          assertThat(iptables.whyNot(family)).isEmpty();
        });
  }

  @KernelTest
  void rulesOfSomebodyElseInAChainOfOursAreSeen() throws Exception {
    everywhere(
        (iptables, family) -> {
          iptables.restore(SampleChains.making(new SampleChains(family).state()));
          String program = IptablesPrograms.name(family) + "-" + iptables.variant().text();
          Command.run(program, "-t", "nat", "-A", "FERRULE-NEXT", "-p", "tcp", "-j", "LOG");
          assertThat(chain(iptables.read(family), "FERRULE-NEXT"))
              .singleElement()
              .extracting(XtRule::action)
              .isInstanceOf(XtAction.Foreign.class);
        });
  }
}
