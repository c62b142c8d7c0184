// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.diff;

import java.util.List;

/** Operations that the kernel carries out together or not at all. */
public record Transaction(List<Operation> operations) {

  public Transaction {
    operations = List.copyOf(operations);
  }

  public boolean isEmpty() {
    return operations.isEmpty();
  }
}
