// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ferrule.rules.model.Cidr;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

class ConfigurationOptionsTest {

  @TempDir Path directory;

  private final List<String> warnings = new ArrayList<>();

  @Command(name = "test")
  static final class TestCommand {
    @Mixin ConfigurationOptions options;

    @Parameters(arity = "0..*")
    List<String> rest = List.of();
  }

  private Configuration resolve(String... arguments) {
    return parse(arguments).options.resolve(warnings::add);
  }

  private static TestCommand parse(String... arguments) {
    TestCommand command = new TestCommand();
    new CommandLine(command).parseArgs(arguments);
    return command;
  }

  private String file(String body) throws IOException {
    return Files.writeString(
            directory.resolve("config.yaml"),
            "apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\n" + body)
        .toString();
  }

  @Test
  void needsNoFlags() {
    assertThat(resolve().mode()).isEqualTo(ProxyMode.NFTABLES);
    assertThat(resolve().hostnameOverride()).isEqualTo(HostName.read().toLowerCase(Locale.ROOT));
    assertThat(parse().options.file()).isNull();
    assertThat(warnings).isEmpty();
  }

  @Test
  void aFlagWinsOverTheFile() throws IOException {
    String file = file("hostnameOverride: from-file\nclusterCIDR: 10.0.0.0/8\n");

    Configuration configuration =
        resolve("--config", file, "--hostname-override", "From-Flag", "--conntrack-min=5");

    assertThat(configuration.hostnameOverride()).isEqualTo("from-flag");
    assertThat(configuration.detectLocal())
        .isEqualTo(new LocalDetection.ClusterCidr(List.of(Cidr.parse("10.0.0.0/8"))));
    assertThat(configuration.conntrack().min()).isEqualTo(5);
    assertThat(parse("--config", file).options.file()).isEqualTo(Path.of(file));
  }

  @Test
  void everySettingHasAFlagOfItsNameAndNoneIsThereTwice() {
    var spec = new CommandLine(new TestCommand()).getCommandSpec();

    for (Setting<?> setting : Settings.ALL) {
      assertThat(setting.flags()).allSatisfy(flag -> assertThat(spec.findOption(flag)).isNotNull());
    }
    assertThat(spec.findOption("--nodePortAddresses"))
        .isSameAs(spec.findOption("--nodeport-addresses"));
    assertThat(spec.findOption("--conntrack.maxPerCore"))
        .isSameAs(spec.findOption("--conntrack-max-per-core"));
    assertThat(spec.findOption("--serviceRanges")).isSameAs(spec.findOption("--service-ranges"));
  }

  @Test
  void listsTakeCommasAndRepetition() {
    List<String> ranges = List.of("192.168.0.0/24", "2001:db8::/64", "10.0.0.0/8");

    assertThat(
            resolve(
                    "--nodeport-addresses",
                    "192.168.0.0/24,2001:db8::/64",
                    "--nodeport-addresses=10.0.0.0/8")
                .nodePortAddresses()
                .ranges())
        .map(Object::toString)
        .isEqualTo(ranges);
    assertThat(resolve("--nodeport-addresses", "").nodePortAddresses().primary()).isTrue();
  }

  @Test
  void aTruthMayStandAloneAndTakesNoParameterAway() {
    TestCommand command = parse("--masquerade-all", "10.0.0.1");

    assertThat(command.options.resolve(warnings::add).masqueradeAll()).isTrue();
    assertThat(command.rest).containsExactly("10.0.0.1");
    assertThat(resolve("--masquerade-all=true").masqueradeAll()).isTrue();
    assertThat(resolve("--masquerade-all=false").masqueradeAll()).isFalse();
    assertThatThrownBy(() -> parse("--masquerade-all=maybe"))
        .isInstanceOf(ParameterException.class)
        .hasMessageContaining("--masquerade-all");
  }

  @Test
  void oneFlagOfKubeProxySetsTheSectionOfEitherMode() throws IOException {
    String file = file("nftables: {masqueradeAll: true, syncPeriod: 5s}\n");

    assertThat(resolve("--config", file, "--masquerade-all=false").masqueradeAll()).isFalse();
    assertThat(resolve("--masquerade-all", "--proxy-mode", "iptables").masqueradeAll()).isTrue();
    assertThat(resolve("--iptables-sync-period", "7s").syncPeriod())
        .isEqualTo(Duration.ofSeconds(7));
    assertThat(resolve("--iptables.masqueradeAll").masqueradeAll()).isFalse();
    assertThat(resolve("--nftables.masqueradeAll").masqueradeAll()).isTrue();
  }

  @Test
  void anEmptyFlagTurnsAServerOff() throws IOException {
    String file = file("healthzBindAddress: 10.0.0.1:1\n");

    assertThat(resolve("--config", file, "--healthz-bind-address=").healthzBindAddress()).isNull();
    assertThat(resolve("--healthz-bind-address", "").healthzBindAddress()).isNull();
    assertThat(resolve("--hostname-override", "").hostnameOverride()).isNotEmpty();
  }

  @Test
  void anErrorNamesTheFlag() {
    assertThatThrownBy(() -> resolve("--nodeport-addresses", "10.0.0.0/8,bananas"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessage(
            "could not use flag --nodeport-addresses: \"bananas\" is not an address range like"
                + " 10.96.0.0/12; write a list of ranges like 192.168.0.0/24, or the single word"
                + " primary");
    assertThatThrownBy(() -> resolve("--conntrack.min", "many"))
        .hasMessageStartingWith(
            "could not use flag --conntrack-min: \"many\" is not a whole number");
  }

  @Test
  void aFlagWithoutEffectIsNamed() {
    resolve(
        "--config-sync-period", "7m", "--conntrack-max-per-core", "7", "--metrics-bind-address=");

    assertThat(warnings)
        .containsExactly(
            "flag --config-sync-period has no effect: a watch is renewed when it goes silent, and nothing is missed");
  }

  @Test
  void helpKeepsSettingsApartFromTheOptionsOfTheCommand() {
    String usage = new CommandLine(new TestCommand()).getUsageMessage(CommandLine.Help.Ansi.OFF);

    assertThat(usage).startsWith("Usage: test [OPTIONS] [<rest>...]\n");
    assertThat(usage.substring(0, usage.indexOf("Settings;"))).contains("--config=FILE");
    assertThat(usage.substring(usage.indexOf("Settings;")))
        .contains("--clusterCIDR, --cluster-cidr=CIDR,...\n", "Default: 0.0.0.0.");
  }

  @Test
  void aFolderWinsOverAClusterButNotAFolderInTheFileOverAClusterInAFlag() throws IOException {
    String both =
        file("clientConnection: {kubeconfig: /k}\nferrule: {manifests: /etc/ferrule/manifests}\n");
    Path folder = Path.of("/etc/ferrule/manifests");
    assertThat(resolve("--config", both).manifests()).isEqualTo(folder);
    assertThat(resolve("--config", both, "--kubeconfig", "/k").manifests()).isNull();
    assertThat(resolve("--config", both, "--kubeconfig", "/k", "--manifests", "/m").manifests())
        .isEqualTo(Path.of("/m"));
  }

  @Test
  void whatIsReadAgainIsComparedAsItIsWritten() throws IOException {
    String name = file("mode: nftables\nclusterCIDR: 10.244.0.0/16\n");
    ConfigurationOptions options = parse("--config", name, "--masquerade-all").options;
    WrittenSettings before = options.read(warnings::add).written();
    assertThat(options.read(warnings::add).written().changesFrom(before)).isEmpty();

    file("nodePortAddresses: [10.0.0.0/8, 'fd00::/8']\nnftables: {syncPeriod: 5s}\n");

    assertThat(options.read(warnings::add).written().changesFrom(before))
        .containsExactly(
            "mode: nftables -> nftables (default)",
            "nodePortAddresses: unset -> 10.0.0.0/8,fd00::/8",
            "clusterCIDR: 10.244.0.0/16 -> unset",
            "nftables.syncPeriod: 30s (default) -> 5s");
  }
}
