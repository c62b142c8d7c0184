// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferrule.rules.diff.Operation;
import dev.ferrule.rules.diff.Transaction;
import dev.ferrule.rules.model.IpFamily;
import dev.ferrule.rules.model.Protocol;
import dev.ferrule.rules.nftables.Element;
import dev.ferrule.rules.nftables.SetDeclaration;
import dev.ferrule.rules.nftables.TableState;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** 10,000 Services with 10 endpoints each in one commit. */
final class LargeTableKernelTest {

  private static final int SERVICES = 10_000;
  private static final int ENDPOINTS = 10;

  @KernelTest
  void aHundredThousandElementsAreOneCommit() throws Exception {
    IpFamily family = IpFamily.IPV4;
    SampleTable sample = new SampleTable(family);
    SetDeclaration map = sample.endpoints(131072);
    List<Element> elements = new ArrayList<>();
    for (int service = 0; service < SERVICES; service++) {
      for (int slot = 0; slot < ENDPOINTS; slot++) {
        elements.add(sample.endpoint(service, slot, 100_000 + 10 * service + slot, "ns/s:http"));
      }
    }
    Transaction load =
        new Transaction(
            List.of(
                new Operation.AddTable(family),
                new Operation.AddSet(family, map),
                new Operation.AddElements(family, map, elements)));
    try (NftablesKernel kernel = NftablesKernel.open()) {
      kernel.commit(load);
      TableState table = kernel.readTable(family).orElseThrow();
      assertThat(Objects.requireNonNull(table.sets().get("endpoints")).elements().values())
          .hasSize(elements.size())
          .contains(elements.get(0), elements.get(99_999));
      assertThat(kernel.memoryBytes()).isEqualTo(NativeBuffer.KEPT);
    }
  }

  @KernelTest
  void aRangeOfManyMessagesIsDeletedAgain() throws Exception {
    IpFamily family = IpFamily.IPV6;
    SampleTable sample = new SampleTable(family);
    SetDeclaration set = sample.masquerade(65536);
    List<Element> elements = new ArrayList<>();
    for (int n = 0; n < 20_000; n++) {
      elements.add(sample.member(sample.address(n), Protocol.UDP, 53));
    }
    try (NftablesKernel kernel = NftablesKernel.open()) {
      kernel.commit(
          new Transaction(
              List.of(
                  new Operation.AddTable(family),
                  new Operation.AddSet(family, set),
                  new Operation.AddElements(family, set, elements))));
      kernel.commit(
          new Transaction(
              List.of(
                  new Operation.DeleteElements(
                      family, set, elements.stream().map(Element::key).skip(1).toList()))));
      TableState table = kernel.readTable(family).orElseThrow();
      assertThat(Objects.requireNonNull(table.sets().get("masq")).elements().values())
          .containsExactly(elements.get(0));
    }
  }
}
