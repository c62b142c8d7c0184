// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigurationTemplateTest {

  @TempDir Path directory;

  private final ConfigurationLoader loader = new ConfigurationLoader(() -> "node-a");
  private final List<String> warnings = new ArrayList<>();

  private Configuration load(String text) throws IOException {
    Path file = Files.writeString(directory.resolve("config.yaml"), text);
    return loader.load(file, Map.of(), warnings::add);
  }

  private Configuration defaults() {
    return loader.load(null, Map.of(), warnings::add);
  }

  @Test
  void changesNothingAsItIs() throws IOException {
    assertThat(load(ConfigurationTemplate.text(Map.of()))).isEqualTo(defaults());
    assertThat(warnings).isEmpty();
  }

  @Test
  void everyLineIsTheDefaultWithoutItsMark() throws IOException {
    String all = ConfigurationTemplate.text(Map.of()).replaceAll("(?m)^( *)#(?=[a-zA-Z])", "$1");

    assertThat(load(all)).isEqualTo(defaults());
    assertThat(warnings).isEmpty();
    assertThat(all).doesNotContainPattern("(?m)^ *#[a-zA-Z]");
  }

  @Test
  void namesEverySettingWithItsMeaning() {
    String text = ConfigurationTemplate.text(Map.of());

    for (SettingText setting : SettingText.all()) {
      assertThat(text).contains("#" + setting.path().replaceAll(".*\\.", "") + ": ");
      assertThat(text.replaceAll("\n *# ", " ")).contains(setting.meaning());
    }
  }

  @Test
  void setsWhatThePackageWants() throws IOException {
    String text =
        ConfigurationTemplate.text(
            Map.of("ferrule.resetTcp", "true", "clusterCIDR", "10.244.0.0/16,fd00:10:244::/56"));

    assertThat(load(text).resetTcp()).isTrue();
    assertThat(load(text).detectLocal().toString()).contains("10.244.0.0/16", "fd00:10:244::/56");
    assertThatThrownBy(() -> ConfigurationTemplate.text(Map.of("ferrule.resetUdp", "true")))
        .hasMessage("there are no settings ferrule.resetUdp");
  }
}
