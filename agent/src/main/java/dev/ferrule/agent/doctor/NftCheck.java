// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.doctor;

import dev.ferrule.kernel.HostTables;
import dev.ferrule.kernel.KernelException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

final class NftCheck implements Check {

  private static final Pattern VERSION = Pattern.compile("v(\\d{1,4})\\.(\\d{1,4})\\.(\\d{1,4})");

  @Override
  public Topic topic() {
    return Topic.NFT;
  }

  @Override
  public List<Finding> look(Host host) throws KernelException {
    return List.of(judge(HostTables.versionOfNft()));
  }

  /** The rule of IPv6 affinity was seen to be refused by 1.0.6, which is that of Debian 12. */
  static Finding judge(String version) {
    Matcher numbers = VERSION.matcher(version);
    if (version.isEmpty() || !numbers.find()) {
      return Topic.NFT.ok("there is no nft, which is needed only to read the rules");
    }
    int number =
        (Integer.parseInt(numbers.group(1)) * 1000 + Integer.parseInt(numbers.group(2))) * 1000
            + Integer.parseInt(numbers.group(3));
    return Topic.NFT.ok(
        version
            + (number <= 1_000_006
                ? ": lists our rules, but cannot load the listing again if a Service has session"
                    + " affinity over IPv6"
                : ""));
  }
}
