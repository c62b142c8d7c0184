// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.doctor;

import java.io.IOException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

final class KernelCheck implements Check {

  private static final Pattern RELEASE = Pattern.compile("(\\d{1,4})\\.(\\d{1,4}).*");

  @Override
  public Topic topic() {
    return Topic.KERNEL;
  }

  @Override
  public List<Finding> look(Host host) throws IOException {
    String release = host.text("proc/sys/kernel/osrelease");
    return List.of(judge(release == null ? "" : release));
  }

  static Finding judge(String release) {
    Matcher numbers = RELEASE.matcher(release);
    if (!numbers.matches()) {
      return Topic.KERNEL.unseen("the release is written as '" + release + "'");
    }
    int major = Integer.parseInt(numbers.group(1));
    boolean old = major < 5 || (major == 5 && Integer.parseInt(numbers.group(2)) < 10);
    return old
        ? Topic.KERNEL.found(Severity.ERROR, "Linux " + release + " is older than 5.10")
        : Topic.KERNEL.ok("Linux " + release);
  }
}
