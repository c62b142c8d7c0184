// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.kernel;

import dev.ferrule.rules.model.IpFamily;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a variant of iptables holds for a family, whoever wrote it.
 *
 * @param forwardDrops whether chain FORWARD of table filter drops what no rule accepts
 * @param chains names of all chains that somebody made, sorted
 */
public record HostChains(
    IptablesVariant variant, IpFamily family, boolean forwardDrops, Set<String> chains) {

  public HostChains {
    chains = Collections.unmodifiableSet(new TreeSet<>(chains));
  }

  /**
   * Reads the tables that are there; makes none.
   *
   * @return one for each variant and family that is installed
   * @throws KernelException without privilege
   */
  public static List<HostChains> read() throws KernelException {
    IptablesPrograms programs = IptablesPrograms.ofThisHost();
    List<HostChains> found = new ArrayList<>();
    for (IptablesVariant variant : IptablesVariant.values()) {
      for (IpFamily family : IpFamily.values()) {
        if (programs.has(variant, family)) {
          Path program = programs.find(variant, family, "save");
          Reader reader = new Reader();
          ChildProcess.End end =
              new ChildProcess(List.of(program.toString()), ChildProcess.QUICK)
                  .run(in -> {}, reader::accept);
          if (end.code() != 0 && family == IpFamily.IPV4) {
            throw new IptablesRefusal("read the rules of " + variant, program.toString(), end)
                .withoutScript();
          }
          found.add(new HostChains(variant, family, reader.forwardDrops, reader.chains));
        }
      }
    }
    return found;
  }

  private static final class Reader {
    private final Set<String> chains = new TreeSet<>();
    private boolean forwardDrops;
    private String table = "";

    void accept(String line) {
      if (line.startsWith("*")) {
        table = line.substring(1);
      } else if (line.startsWith(":")) {
        String[] words = line.substring(1).split(" ", -1);
        boolean ofUser = words.length > 1 && words[1].equals("-");
        if (ofUser) {
          chains.add(words[0]);
        }
        forwardDrops |= table.equals("filter") && line.startsWith(":FORWARD DROP");
      }
    }
  }
}
