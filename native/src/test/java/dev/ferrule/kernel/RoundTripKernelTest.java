// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferrule.rules.model.IpFamily;
import dev.ferrule.rules.nftables.TableState;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
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
    assertThat(listing).isEqualTo(expected("sample-ip.nft"));
    assertThat(reloaded(listing)).isEqualTo(listing);
  }

  /** nft 1.0.6 lists the update statement for IPv6 but cannot compile it. */
  @KernelTest
  void nftListsAnIpv6TableInPlainTextThatLoadsAgainButForUpdates() throws Exception {
    String listing = listing(IpFamily.IPV6);
    assertThat(listing).isEqualTo(expected("sample-ip6.nft"));
    String loadable =
        listing.lines().filter(line -> !line.contains("update @")).collect(Collectors.joining("\n"))
            + "\n";
    assertThat(reloaded(loadable)).isEqualTo(loadable);
  }

  /** What nft itself makes of the text is what we make of the statements. */
  @KernelTest
  void aTableThatNftMadeReadsAsOurs() throws Exception {
    Command.nft(expected("sample-ip.nft"));
    try (NftablesKernel kernel = NftablesKernel.open()) {
      // nft adds a byte order change that does nothing in front of a look-up among ranges.
      assertThat(kernel.readTable(IpFamily.IPV4).orElseThrow().sets())
          .isEqualTo(new SampleTable(IpFamily.IPV4).state().sets());
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

  private static String expected(String name) throws IOException {
    try (var in = RoundTripKernelTest.class.getResourceAsStream(name)) {
      assertThat(in).as(name).isNotNull();
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
