// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.doctor;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

final class ReversePathCheck implements Check {

  private static final int MOST_NAMED = 5;

  @Override
  public Topic topic() {
    return Topic.REVERSE_PATH;
  }

  @Override
  public List<Finding> look(Host host) throws IOException {
    Map<String, Long> values = new TreeMap<>();
    for (String device : host.names("proc/sys/net/ipv4/conf")) {
      OptionalLong value = host.number("proc/sys/net/ipv4/conf/" + device + "/rp_filter");
      value.ifPresent(number -> values.put(device, number));
    }
    return List.of(judge(values));
  }

  /**
   * The larger of an interface's value and that of all counts (ip-sysctl.rst).
   *
   * @param values by interface, with {@code all} and {@code default}
   */
  static Finding judge(Map<String, Long> values) {
    long all = values.getOrDefault("all", 0L);
    List<String> strict = new ArrayList<>();
    values.forEach(
        (device, value) -> {
          boolean real = !List.of("all", "default", "lo").contains(device);
          if (real && Math.max(all, value) == 1) {
            strict.add(device);
          }
        });
    if (strict.isEmpty() && all != 1) {
      return Topic.REVERSE_PATH.ok("rp_filter is strict on no interface");
    }
    String where =
        strict.isEmpty()
            ? "net.ipv4.conf.all.rp_filter is 1"
            : "rp_filter is 1 (strict) on "
                + String.join(", ", strict.subList(0, Math.min(MOST_NAMED, strict.size())))
                + (strict.size() > MOST_NAMED
                    ? " and " + (strict.size() - MOST_NAMED) + " more"
                    : "");
    return Topic.REVERSE_PATH.found(
        Severity.WARNING, where + ": packets are dropped whose answer leaves by another interface");
  }
}
