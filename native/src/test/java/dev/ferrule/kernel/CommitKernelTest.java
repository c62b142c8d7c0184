// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.ferrule.rules.diff.Operation;
import dev.ferrule.rules.diff.Transaction;
import dev.ferrule.rules.model.Cidr;
import dev.ferrule.rules.model.IpFamily;
import dev.ferrule.rules.model.Protocol;
import dev.ferrule.rules.nftables.Element;
import dev.ferrule.rules.nftables.ElementKey;
import dev.ferrule.rules.nftables.ElementValue;
import dev.ferrule.rules.nftables.Rule;
import dev.ferrule.rules.nftables.SetDeclaration;
import dev.ferrule.rules.nftables.Statement;
import dev.ferrule.rules.nftables.TableState;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/** Changes of a table that exists: what a commit does, and what a refused one does not do. */
final class CommitKernelTest {

  private static final IpFamily FAMILY = IpFamily.IPV4;

  private final SampleTable sample = new SampleTable(FAMILY);

  @KernelTest
  void replacesTheValueOfAKeyInOneBatch() throws Exception {
    try (NftablesKernel kernel = withSample()) {
      SetDeclaration map = sample.endpoints(65536);
      Element before = sample.endpoint(1, 0, 1001, "default/web:http");
      Element after = sample.endpoint(1, 0, 2002, "default/web:http");
      commit(
          kernel,
          new Operation.DeleteElements(FAMILY, map, List.of(before.key())),
          new Operation.AddElements(FAMILY, map, List.of(after)));
      assertThat(elements(kernel, "endpoints"))
          .containsExactlyInAnyOrder(after, sample.endpoint(1, 1, 1002, ""));
    }
  }

  @KernelTest
  void addsAndDeletesRangesBesideEachOther() throws Exception {
    try (NftablesKernel kernel = withSample()) {
      Element low = sample.member(Cidr.parse("10.0.0.0/9"), "below pods");
      Element gone = sample.member(Cidr.parse("11.0.0.0/8"), "");
      Element last = sample.member(Cidr.parse("240.0.0.0/4"), "to the end");
      commit(
          kernel,
          new Operation.DeleteElements(FAMILY, sample.pods(), List.of(gone.key(), last.key())),
          new Operation.AddElements(FAMILY, sample.pods(), List.of(low)));
      assertThat(elements(kernel, "pods"))
          .containsExactlyInAnyOrder(
              low,
              sample.member(Cidr.parse("10.128.0.0/9"), "pods"),
              sample.member(Cidr.parse("192.0.2.7/32"), ""));
    }
  }

  @KernelTest
  void deletesRangesOfConcatenations() throws Exception {
    try (NftablesKernel kernel = withSample()) {
      List<ElementKey> keys = elements(kernel, "allowed").stream().map(Element::key).toList();
      assertThat(keys).hasSize(2);
      commit(kernel, new Operation.DeleteElements(FAMILY, sample.allowed(), keys));
      assertThat(elements(kernel, "allowed")).isEmpty();
    }
  }

  @KernelTest
  void flushesAndDeletesSetsAndChains() throws Exception {
    try (NftablesKernel kernel = withSample()) {
      commit(
          kernel,
          new Operation.FlushChain(FAMILY, "post"),
          new Operation.DeleteSet(FAMILY, sample.hairpin()),
          new Operation.FlushChain(FAMILY, "learn"),
          new Operation.DeleteChain(FAMILY, "learn"));
      TableState table = kernel.readTable(FAMILY).orElseThrow();
      assertThat(table.chains()).containsKey("post").doesNotContainKey("learn");
      assertThat(Objects.requireNonNull(table.chains().get("post")).rules()).isEmpty();
      assertThat(table.sets()).doesNotContainKey("hairpin");
      commit(kernel, new Operation.DeleteTable(FAMILY));
      assertThat(kernel.readTable(FAMILY)).isEmpty();
    }
  }

  @KernelTest
  void aRefusedBatchChangesNothingAndNamesTheObject() throws Exception {
    try (NftablesKernel kernel = withSample()) {
      TableState before = kernel.readTable(FAMILY).orElseThrow();
      int generation = kernel.generation();
      Rule wrong = new Rule(List.of(new Statement.Jump("nowhere")));
      KernelException refused =
          refusal(
              kernel,
              new Operation.FlushChain(FAMILY, "learn"),
              new Operation.AddRule(FAMILY, "post", wrong),
              new Operation.DeleteSet(FAMILY, sample.masquerade(0)));
      assertThat(refused.operation())
          .isEqualTo("add a rule to chain ip ferrule post: [Jump[chain=nowhere]]");
      assertThat(refused.object()).isEqualTo("chain ip ferrule post");
      assertThat(refused.errnoName()).isEqualTo("ENOENT");
      assertThat(kernel.readTable(FAMILY)).contains(before);
      assertThat(kernel.generation()).isEqualTo(generation);
    }
  }

  @KernelTest
  void aMissingElementIsNamed() throws Exception {
    try (NftablesKernel kernel = withSample()) {
      ElementKey missing = sample.member(sample.address(99)).key();
      assertThat(
              refusal(
                  kernel,
                  new Operation.DeleteElements(FAMILY, sample.clusterIps(), List.of(missing))))
          .hasMessage(
              "could not delete 1 element of set ip ferrule cluster_ips because it, or something"
                  + " it names, does not exist; try to read the table again [ENOENT]");
    }
  }

  @KernelTest
  void aKeyWithAnotherValueIsNamed() throws Exception {
    try (NftablesKernel kernel = withSample()) {
      Element other =
          Element.of(
              ElementKey.single(SampleTable.bytes(sample.address(1), Protocol.TCP, 80)),
              ElementValue.drop());
      KernelException refused =
          refusal(kernel, new Operation.AddElements(FAMILY, sample.services(), List.of(other)));
      assertThat(refused.errnoName()).isEqualTo("EEXIST");
      assertThat(refused).hasMessageContaining("map ip ferrule services");
    }
  }

  @KernelTest
  void aFullSetSaysSo() throws Exception {
    try (NftablesKernel kernel = NftablesKernel.open()) {
      SetDeclaration small = sample.masquerade(64);
      List<Element> tooMany =
          IntStream.range(0, 100)
              .mapToObj(n -> sample.member(sample.address(n), Protocol.TCP, 80))
              .toList();
      KernelException refused =
          refusal(
              kernel,
              new Operation.AddTable(FAMILY),
              new Operation.AddSet(FAMILY, small),
              new Operation.AddElements(FAMILY, small, tooMany));
      assertThat(refused)
          .hasMessage(
              "could not add 100 elements to set ip ferrule masq because it is full: it was"
                  + " declared with room for 64 elements; try to replace the table with a larger"
                  + " one [ENFILE]");
      assertThat(kernel.readTable(FAMILY)).isEmpty();
    }
  }

  /** More errors than the socket can queue: none of it may pass for success. */
  @KernelTest
  void aFloodOfErrorsIsAFailure() throws Exception {
    try (NftablesKernel kernel = withSample()) {
      Operation[] wrong = new Operation[30_000];
      for (int i = 0; i < wrong.length; i++) {
        wrong[i] = new Operation.DeleteChain(FAMILY, "missing" + i);
      }
      assertThat(refusal(kernel, wrong).operation()).contains("missing");
      commit(kernel, new Operation.FlushChain(FAMILY, "post"));
      assertThat(kernel.readTable(FAMILY)).isPresent();
    }
  }

  @KernelTest
  void otherTablesAreLeftAlone() throws Exception {
    Command.nft(
        """
        table ip other {
          set ferrule { type ipv4_addr; elements = { 10.0.0.1 }; }
          chain pick2 { ip daddr @ferrule counter accept; }
        }
        table ip6 ferrule { chain pick2 { accept; }; }
        table inet ferrule { chain pick2 { accept; }; }
        """);
    String before = Command.nftListing();
    try (NftablesKernel kernel = withSample()) {
      assertThat(kernel.readTable(FAMILY)).contains(sample.state());
      commit(kernel, new Operation.DeleteTable(FAMILY));
    }
    assertThat(Command.nftListing()).isEqualTo(before);
  }

  @KernelTest
  void theGenerationShowsThatSomebodyElseCommitted() throws Exception {
    try (NftablesKernel kernel = withSample()) {
      int before = kernel.generation();
      assertThat(kernel.generation()).isEqualTo(before);
      Command.nft("flush chain ip ferrule dispatch");
      assertThat(kernel.generation()).isNotEqualTo(before);
    }
  }

  @KernelTest
  void whatNftAddedToOurTableIsForeign() throws Exception {
    try (NftablesKernel kernel = withSample()) {
      Command.nft("add rule ip ferrule sticky2 tcp dport { 1, 2 } counter accept");
      TableState table = kernel.readTable(FAMILY).orElseThrow();
      List<Rule> rules = Objects.requireNonNull(table.chains().get("sticky2")).rules();
      assertThat(rules).hasSize(3);
      assertThat(rules.get(2).statements()).hasAtLeastOneElementOfType(Statement.Foreign.class);
      assertThat(table.sets()).isEqualTo(sample.state().sets());
    }
  }

  private NftablesKernel withSample() throws KernelException {
    NftablesKernel kernel = NftablesKernel.open();
    kernel.commit(SampleTable.create(sample.state()));
    return kernel;
  }

  private static void commit(NftablesKernel kernel, Operation... operations)
      throws KernelException {
    kernel.commit(new Transaction(List.of(operations)));
  }

  private static KernelException refusal(NftablesKernel kernel, Operation... operations) {
    KernelException refused =
        catchThrowableOfType(KernelException.class, () -> commit(kernel, operations));
    return Objects.requireNonNull(refused, "the kernel took it");
  }

  private static Collection<Element> elements(NftablesKernel kernel, String set)
      throws KernelException {
    TableState table = kernel.readTable(FAMILY).orElseThrow();
    return Objects.requireNonNull(table.sets().get(set)).elements().values();
  }
}
