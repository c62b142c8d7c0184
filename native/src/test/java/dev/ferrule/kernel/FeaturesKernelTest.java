// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferrule.kernel.KernelFeature.Lack;
import dev.ferrule.rules.model.IpFamily;
import java.util.List;
import java.util.Set;

/** What the kernel can do is found out without a trace. */
class FeaturesKernelTest {

  private static final NftablesFeatures.Trial NEVER =
      new NftablesFeatures.Trial(
          IpFamily.IPV4,
          new KernelFeature("chains of type never", "CONFIG_NFT_NEVER", "nft_chain_never"),
          new NftablesFeatures.Content.Hooked("never", 0, 0));

  @KernelTest
  void aKernelThatRunsOurRulesLacksNothing() throws Exception {
    assertThat(NftablesFeatures.lacking()).isEmpty();
  }

  @KernelTest
  void nothingIsLeftAndNobodySeesAChange() throws Exception {
    try (NftablesKernel kernel = NftablesKernel.open()) {
      int before = kernel.generation();
      NftablesFeatures.lacking();
      assertThat(kernel.generation()).isEqualTo(before);
      assertThat(HostTables.names()).isEmpty();
    }
  }

  @KernelTest
  void whatTheKernelRefusesIsNamedAndTheRestIsStillTried() throws Exception {
    try (NetlinkSocket socket = NetlinkSocket.open(NfTables.NETLINK_NETFILTER, 0)) {
      List<Lack> lacking =
          NftablesFeatures.lacking(
              socket,
              List.of(NftablesFeatures.TRIALS.get(0), NEVER, NftablesFeatures.TRIALS.get(1)));
      assertThat(lacking).containsExactly(new Lack(NEVER.feature(), "ENOENT"));
    }
  }

  @KernelTest
  void aRefusedRuleNamesTheOption() {
    KernelException refusal =
        new KernelException("add a rule to chain x", "chain x", Errno.ENOENT, "", "of something");
    assertThat(NftablesFeatures.explained(refusal, List.of(new Lack(NEVER.feature(), "ENOENT"))))
        .hasMessage(
            "could not add a rule to chain x because this kernel has no chains of type never (option"
                + " CONFIG_NFT_NEVER, module nft_chain_never); try `modprobe nft_chain_never`, or a"
                + " kernel with the option [ENOENT]");
    assertThat(NftablesFeatures.explained(refusal, List.of())).isSameAs(refusal);
  }

  @KernelTest
  void bothKindsOfIptablesHaveWhatTheyNeed() throws Exception {
    for (IptablesVariant variant : IptablesVariant.values()) {
      for (IpFamily family : IpFamily.values()) {
        assertThat(IptablesFeatures.lacking(variant, family)).as("%s", family).isEmpty();
      }
    }
    assertThat(HostTables.names()).isEmpty();
  }

  @KernelTest
  void policiesAndChainsOfOthersAreRead() throws Exception {
    Command.run("iptables-nft", "-P", "FORWARD", "DROP");
    Command.run("iptables-nft", "-N", "DOCKER-USER");
    assertThat(HostTables.names()).containsExactly("ip filter");
    assertThat(HostChains.read())
        .contains(
            new HostChains(IptablesVariant.NFT, IpFamily.IPV4, true, Set.of("DOCKER-USER")),
            new HostChains(IptablesVariant.LEGACY, IpFamily.IPV4, false, Set.of()));
  }
}
