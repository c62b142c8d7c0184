// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.kernel;

import dev.ferrule.rules.iptables.KubeProxyChains;
import dev.ferrule.rules.iptables.KubeProxyReader;
import dev.ferrule.rules.model.IpFamily;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What kube-proxy in mode iptables left in the network namespace of the calling thread. */
public final class KubeProxyIptables {

  private final IptablesVariant variant;
  private final KubeProxyChains chains;

  private KubeProxyIptables(IptablesVariant variant, KubeProxyChains chains) {
    this.variant = variant;
    this.chains = chains;
  }

  /**
   * Looks in the tables that are there, of both variants and families; makes none.
   *
   * @return one for each variant and family that holds something
   * @throws KernelException if tables cannot be read
   */
  public static List<KubeProxyIptables> find() throws KernelException {
    IptablesPrograms programs = IptablesPrograms.ofThisHost();
    List<KubeProxyIptables> found = new ArrayList<>();
    for (IptablesVariant variant : IptablesVariant.values()) {
      for (IpFamily family : IpFamily.values()) {
        if (programs.has(variant, family)) {
          KubeProxyChains chains = read(programs.find(variant, family, "save"), family);
          if (!chains.tables().isEmpty()) {
            found.add(new KubeProxyIptables(variant, chains));
          }
        }
      }
    }
    return found;
  }

  private static KubeProxyChains read(Path program, IpFamily family) throws KernelException {
    KubeProxyReader reader = new KubeProxyReader(family);
    ChildProcess.End end =
        new ChildProcess(List.of(program.toString()), Iptables.RUN_TIME)
            .run(in -> {}, reader::accept);
    // A kernel without IPv6 has no chains of it.
    if (end.code() != 0 && family == IpFamily.IPV4) {
      throw new IptablesRefusal("look for chains of kube-proxy", program.toString(), end)
          .withoutScript();
    }
    return reader.found();
  }

  /** Which iptables holds it. */
  public IptablesVariant variant() {
    return variant;
  }

  /** What it is. */
  public KubeProxyChains chains() {
    return chains;
  }

  /** The program that removes it: {@code ip6tables-nft-restore}. */
  public String program() {
    return IptablesPrograms.name(chains.family()) + "-" + variant.text() + "-restore";
  }

  /**
   * Removes it; each table is cleaned as a whole or not at all.
   *
   * @throws KernelException if it is not as it was found any more, or the lock was held all the
   *     time
   */
  public void remove() throws KernelException {
    if (chains.isEmpty()) {
      return;
    }
    String path =
        IptablesPrograms.ofThisHost().find(variant, chains.family(), "restore").toString();
    ChildProcess.End end =
        new ChildProcess(
                List.of(path, "--noflush", "-w", Long.toString(Iptables.LOCK_WAIT.toSeconds())),
                Iptables.RUN_TIME)
            .run(
                in -> {
                  for (String line : chains.removal()) {
                    in.write(line);
                    in.write('\n');
                  }
                },
                line -> {});
    if (end.code() != 0) {
      throw new IptablesRefusal("remove chains of kube-proxy", path, end).withoutScript();
    }
  }
}
