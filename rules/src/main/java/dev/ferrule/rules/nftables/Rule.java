// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.nftables;

import java.util.List;

/** The statements of one rule, evaluated from left to right. */
public record Rule(List<Statement> statements) {

  public Rule {
    statements = List.copyOf(statements);
  }

  static Rule of(Statement... statements) {
    return new Rule(List.of(statements));
  }
}
