// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.manual;

import dev.ferrule.agent.config.SettingText;

/** The page of the configuration file, from the table of settings. */
final class ConfigurationPage {

  static final String NAME = "ferrule-config";
  static final int SECTION = 5;

  private ConfigurationPage() {}

  /**
   * @param date as YYYY-MM-DD
   * @param source the program with its version
   */
  static String text(String date, String source) {
    Roff page = new Roff("FERRULE-CONFIG", SECTION, date, source);
    page.name(NAME, "settings of Ferrule, in a file or as flags");
    page.section("SYNOPSIS").command("/etc/ferrule/config.yaml", "");
    page.section("DESCRIPTION")
        .first(
            "A KubeProxyConfiguration (kubeproxy.config.k8s.io/v1alpha1) in YAML or JSON, as"
                + " kube-proxy reads it; what kube-proxy does not have stands under ferrule. A setting"
                + " that is missing, null or empty has its default. The dots of a name stand for"
                + " nesting:");
    page.verbatim(
        """
        apiVersion: kubeproxy.config.k8s.io/v1alpha1
        kind: KubeProxyConfiguration
        conntrack: {maxPerCore: 65536}
        """);
    page.paragraph(
        "Durations are written as in Go: 30s, 1m30s, 24h. A flag wins over the file; a list is one"
            + " flag with commas, or the flag several times. The service reads the file again with"
            + " systemctl reload ferrule.");
    page.section("SETTINGS");
    for (SettingText setting : SettingText.all()) {
      String known =
          setting.defaultText().isEmpty() ? "" : " Default: " + setting.defaultText() + ".";
      page.entry(setting.path(), ": " + setting.value(), setting.meaning() + known);
      page.more("Flags: " + String.join(", ", setting.flags()));
    }
    return page.section("SEE ALSO").first("ferrule(8), ferrule-run(8), ferrule-init(8)").text();
  }
}
