// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.diff;

import dev.ferrule.rules.model.IpFamily;
import dev.ferrule.rules.nftables.Chain;
import dev.ferrule.rules.nftables.Element;
import dev.ferrule.rules.nftables.NftText;
import dev.ferrule.rules.nftables.Operand;
import dev.ferrule.rules.nftables.Rule;
import dev.ferrule.rules.nftables.SetDeclaration;
import dev.ferrule.rules.nftables.Statement;
import dev.ferrule.rules.nftables.TableState;
import java.util.Collection;
import java.util.Comparator;
import java.util.stream.Collectors;

/** A transaction as a script that {@code nft -f} accepts and carries out in one commit. */
public final class NftScript {

  private NftScript() {}

  /** The whole script; empty for an empty transaction. */
  public static String of(Transaction transaction) {
    StringBuilder script = new StringBuilder();
    for (Operation operation : transaction.operations()) {
      script.append(line(operation)).append('\n');
    }
    return script.toString();
  }

  /**
   * Whether nft 1.0.6 can add these changes to a table that is in the kernel. It cannot add a rule
   * that looks up a slot: of such a map it reads the data's port as a protocol that contradicts the
   * rule. In a script that makes the map too it can.
   */
  public static boolean needsWholeTable(Changes changes) {
    return changes.list().stream()
        .anyMatch(
            change ->
                (change instanceof Change.ChainAdded added && looksUpSlot(added.chain()))
                    || (change instanceof Change.ChainChanged changed
                        && looksUpSlot(changed.after())));
  }

  private static boolean looksUpSlot(Chain chain) {
    return chain.rules().stream()
        .flatMap(rule -> rule.statements().stream())
        .anyMatch(
            statement ->
                statement instanceof Statement.TranslateTo to
                    && to.key().stream().anyMatch(NftScript::isSlot));
  }

  private static boolean isSlot(Operand operand) {
    return operand instanceof Operand.RandomSlot || operand instanceof Operand.SourceHash;
  }

  private static String line(Operation operation) {
    IpFamily family = operation.family();
    if (operation instanceof Operation.AddTable) {
      return "add table " + table(family);
    } else if (operation instanceof Operation.DeleteTable) {
      return "delete table " + table(family);
    } else if (operation instanceof Operation.AddSet add) {
      return "add "
          + set(family, add.declaration())
          + " { "
          + NftText.declaration(add.declaration(), family)
          + " }";
    } else if (operation instanceof Operation.DeleteSet delete) {
      return "delete " + set(family, delete.declaration());
    } else if (operation instanceof Operation.AddChain add) {
      Chain.Hook hook = add.chain().hook();
      return "add chain "
          + table(family)
          + " "
          + add.chain().name()
          + (hook == null ? "" : " { " + NftText.hook(hook) + " }");
    } else if (operation instanceof Operation.DeleteChain delete) {
      return "delete chain " + table(family) + " " + delete.chain();
    } else if (operation instanceof Operation.FlushChain flush) {
      return "flush chain " + table(family) + " " + flush.chain();
    } else if (operation instanceof Operation.AddRule add) {
      return rule(family, add);
    } else if (operation instanceof Operation.AddElements add) {
      SetDeclaration set = add.declaration();
      return elements(
          "add",
          family,
          set,
          add.elements().stream()
              .sorted(Comparator.comparing(Element::key)) // a whole set comes in no order
              .map(element -> NftText.element(set, element))
              .toList());
    } else if (operation instanceof Operation.DeleteElements delete) {
      SetDeclaration set = delete.declaration();
      return elements(
          "delete", family, set, delete.keys().stream().map(key -> NftText.key(set, key)).toList());
    }
    throw new IllegalStateException("no text for " + operation);
  }

  private static String rule(IpFamily family, Operation.AddRule add) {
    String line =
        "add rule " + table(family) + " " + add.chain() + " " + NftText.rule(add.rule(), family);
    return tooWideForOldNft(family, add.rule())
        ? "# nft 1.0.6 aborts on the next rule, which only Ferrule itself can load there:\n# "
            + line
        : line;
  }

  /**
   * nft 1.0.6 reserves four registers for the key of an update, too few for IPv6, and dies with an
   * assertion; one such line would make the whole script useless.
   */
  private static boolean tooWideForOldNft(IpFamily family, Rule rule) {
    return family == IpFamily.IPV6
        && rule.statements().stream().anyMatch(Statement.Remember.class::isInstance);
  }

  private static String elements(
      String verb, IpFamily family, SetDeclaration set, Collection<String> elements) {
    return elements.stream()
        .collect(
            Collectors.joining(
                ",\n  ",
                verb + " element " + table(family) + " " + set.name() + " { \\\n  ",
                " }"));
  }

  private static String set(IpFamily family, SetDeclaration set) {
    return NftText.keyword(set) + " " + table(family) + " " + set.name();
  }

  private static String table(IpFamily family) {
    return NftText.family(family) + " " + TableState.NAME;
  }
}
