// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.config;

import java.util.List;

/**
 * A field that kube-proxy knows and Ferrule leaves aside.
 *
 * @param path the field, or a section with all that is in it
 * @param reason why, as the end of a warning
 */
record IgnoredField(String path, String reason) {

  private static final String JSON = "the API is asked for JSON";
  private static final String FEW_REQUESTS = "a few watches are all that is asked for";
  private static final String NO_MARK = "Ferrule needs no packet mark";
  private static final String NOT_LINUX = "it is for Windows";

  static final List<IgnoredField> ALL =
      List.of(
          new IgnoredField("clientConnection.acceptContentTypes", JSON),
          new IgnoredField("clientConnection.contentType", JSON),
          new IgnoredField("clientConnection.qps", FEW_REQUESTS),
          new IgnoredField("clientConnection.burst", FEW_REQUESTS),
          new IgnoredField("nftables.masqueradeBit", NO_MARK),
          new IgnoredField("ipvs", "mode ipvs is not offered"),
          new IgnoredField("winkernel", NOT_LINUX),
          new IgnoredField("windowsRunAsService", NOT_LINUX),
          new IgnoredField("oomScoreAdj", "set OOMScoreAdjust in the systemd unit instead"),
          new IgnoredField("portRange", "kube-proxy does not use it either"),
          new IgnoredField("enableProfiling", "there is no profiling endpoint"),
          new IgnoredField("showHiddenMetricsForVersion", "there are no hidden metrics"),
          new IgnoredField("featureGates", "Ferrule has no feature gates"),
          new IgnoredField("logging", "ferrule.logFormat says how lines are written"));

  /** Whether the field is this one or inside this section. */
  boolean covers(String field) {
    return field.equals(path) || field.startsWith(path + ".");
  }
}
