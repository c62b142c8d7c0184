// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferrule.rules.model.IpFamily;
import dev.ferrule.rules.nftables.TableState;
import java.util.stream.Collectors;

/** What we commit is what nft lists, what loads again, and what we read back. */
final class RoundTripKernelTest {

  @KernelTest
  void anIpv4TableIsReadBackAsItWasCommitted() throws Exception {
    isReadBack(IpFamily.IPV4);
  }

  @KernelTest
  void anIpv6TableIsReadBackAsItWasCommitted() throws Exception {
    isReadBack(IpFamily.IPV6);
  }

  private static void isReadBack(IpFamily family) throws Exception {
    TableState state = new SampleTable(family).state();
    try (NftablesKernel kernel = NftablesKernel.open()) {
      assertThat(kernel.readTable(family)).isEmpty();
      kernel.commit(SampleTable.create(state));
      assertThat(kernel.readTable(family)).contains(state);
    }
  }

  @KernelTest
  void nftListsAnIpv4TableInPlainTextThatLoadsAgain() throws Exception {
    String listing = listing(IpFamily.IPV4);
    assertThat(listing).isEqualTo(Golden.text("sample-ip.nft", listing));
    assertThat(reloaded(listing)).isEqualTo(listing);
  }

  /** nft 1.0.6 lists the update statement for IPv6 but cannot compile it. */
  @KernelTest
  void nftListsAnIpv6TableInPlainTextThatLoadsAgainButForUpdates() throws Exception {
    String listing = listing(IpFamily.IPV6);
    assertThat(listing).isEqualTo(Golden.text("sample-ip6.nft", listing));
    String loadable =
        listing.lines().filter(line -> !line.contains("update @")).collect(Collectors.joining("\n"))
            + "\n";
    assertThat(reloaded(loadable)).isEqualTo(loadable);
  }

  /** What nft itself makes of the text is what we make of the statements. */
  @KernelTest
  void aTableThatNftMadeReadsAsOurs() throws Exception {
    Command.nft(Golden.text("sample-ip.nft"));
    try (NftablesKernel kernel = NftablesKernel.open()) {
      TableState read = kernel.readTable(IpFamily.IPV4).orElseThrow();
      TableState ours = new SampleTable(IpFamily.IPV4).state();
      assertThat(read).isEqualTo(ours);
    }
  }

  private static String listing(IpFamily family) throws Exception {
    try (NftablesKernel kernel = NftablesKernel.open()) {
      kernel.commit(SampleTable.create(new SampleTable(family).state()));
    }
    return Command.nftListing();
  }

  private static String reloaded(String listing) throws Exception {
    return FreshNamespace.call(
        () -> {
          Command.nft(listing);
          return Command.nftListing();
        });
  }
}
