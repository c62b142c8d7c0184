// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.config;

import java.time.Duration;

/** The settings that stand once in the section of each mode. */
record ModeSettings(
    Setting<Boolean> masqueradeAll, Setting<Duration> syncPeriod, Setting<Duration> minSyncPeriod) {

  static ModeSettings of(ProxyMode mode) {
    String section = mode.text();
    return new ModeSettings(
        Setting.of(
            section + ".masqueradeAll",
            SettingType.truth(),
            "false",
            "Masquerade every connection to a ClusterIP.",
            "--masquerade-all"),
        Setting.of(
            section + ".syncPeriod",
            SettingType.period(),
            "30s",
            "Time to the next attempt after a failed one.",
            "--iptables-sync-period"),
        Setting.of(
                section + ".minSyncPeriod",
                SettingType.timeout(),
                "0s",
                "Least time between two commits.",
                "--iptables-min-sync-period")
            .pending("a commit is never held back"));
  }
}
