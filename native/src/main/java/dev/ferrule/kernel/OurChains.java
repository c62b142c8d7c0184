// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.kernel;

import dev.ferrule.rules.iptables.XtChain;
import dev.ferrule.rules.iptables.XtLayout;
import dev.ferrule.rules.iptables.XtTable;
import dev.ferrule.rules.model.IpFamily;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/** Looks for chains of ours without opening or making any table. */
public final class OurChains {

  private OurChains() {}

  /**
   * Whether chains of ours are in the tables of a variant, in the network namespace of the calling
   * thread. Without the programs of the variant there are none that we could have made.
   *
   * @throws KernelException if the tables that are there cannot be read
   */
  public static boolean areIn(IptablesVariant variant) throws KernelException {
    return variant == IptablesVariant.NFT ? areInNfTables() : areInXtables();
  }

  /** By name: iptables-nft-save takes very long where another program has very many chains. */
  private static boolean areInNfTables() throws KernelException {
    try (NftablesKernel kernel = NftablesKernel.open()) {
      for (IpFamily family : IpFamily.values()) {
        for (XtTable table : XtTable.values()) {
          if (kernel.hasChain(family, table.text(), XtLayout.root(table))) {
            return true;
          }
        }
      }
      return false;
    }
  }

  private static boolean areInXtables() throws KernelException {
    if (!LegacyTables.mayBeThere(Path.of("/"))) {
      return false;
    }
    IptablesPrograms programs = IptablesPrograms.ofThisHost();
    AtomicBoolean found = new AtomicBoolean();
    for (IpFamily family : IpFamily.values()) {
      if (programs.has(IptablesVariant.LEGACY, family) && !found.get()) {
        // Without a table's name it shows those that are there and makes none.
        String program = programs.find(IptablesVariant.LEGACY, family, "save").toString();
        ChildProcess.End end =
            new ChildProcess(List.of(program), ChildProcess.QUICK)
                .run(
                    in -> {},
                    line -> {
                      if (line.startsWith(":" + XtChain.PREFIX)) {
                        found.set(true);
                      }
                    });
        // A kernel without IPv6 has no chains of it.
        if (end.code() != 0 && family == IpFamily.IPV4) {
          throw new IptablesRefusal("look for chains of ours", program, end).withoutScript();
        }
      }
    }
    return found.get();
  }
}
