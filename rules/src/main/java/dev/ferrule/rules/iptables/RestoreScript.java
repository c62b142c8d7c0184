// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.iptables;

import dev.ferrule.rules.model.IpFamily;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A change of our chains as input of {@code iptables-restore --noflush}. Each table is changed as a
 * whole or not at all; filter comes first, so that no connection is translated to a Service whose
 * refusals are not there yet.
 *
 * @param tables what to do; tables that are not named stay as they are
 */
public record RestoreScript(IpFamily family, Map<XtTable, TableChange> tables) {

  private static final List<XtTable> ORDER = List.of(XtTable.FILTER, XtTable.NAT);

  /**
   * What to do in one table.
   *
   * @param write chains that shall have exactly these rules; made if they are not there
   * @param remove names of chains that shall go, with their rules. Nothing but chains in this
   *     change may lead to them
   * @param addJumps rules to insert as the first of their chains, in this order
   * @param removeJumps rules to delete; one that is not there makes the whole table fail
   */
  public record TableChange(
      List<XtChain> write,
      Set<String> remove,
      List<XtState.XtJump> addJumps,
      List<XtState.XtJump> removeJumps) {

    public TableChange {
      write = write.stream().sorted(Comparator.comparing(XtChain::name)).toList();
      if (write.stream().map(XtChain::name).distinct().count() < write.size()) {
        throw new IllegalArgumentException(
            "a chain is written twice, and would get both its rules");
      }
      remove = Collections.unmodifiableSortedSet(new TreeSet<>(remove));
      addJumps = List.copyOf(addJumps);
      removeJumps = List.copyOf(removeJumps);
    }

    /** Whether there is nothing to do. */
    public boolean isEmpty() {
      return write.isEmpty() && remove.isEmpty() && addJumps.isEmpty() && removeJumps.isEmpty();
    }
  }

  public RestoreScript {
    Map<XtTable, TableChange> copy = new EnumMap<>(XtTable.class);
    tables.forEach(
        (table, change) -> {
          if (!change.isEmpty()) {
            copy.put(table, change);
          }
        });
    tables = Collections.unmodifiableMap(copy);
  }

  /** Whether there is nothing to do. */
  public boolean isEmpty() {
    return tables.isEmpty();
  }

  /** Whether it makes packets come to our chains that translate. */
  public boolean beginsToTranslate() {
    TableChange nat = tables.get(XtTable.NAT);
    return nat != null && !nat.addJumps.isEmpty();
  }

  /** The same without what {@link #translation} does. */
  public RestoreScript withoutTranslation() {
    Map<XtTable, TableChange> rest = new EnumMap<>(XtTable.class);
    rest.putAll(tables);
    rest.computeIfPresent(
        XtTable.NAT,
        (table, nat) -> new TableChange(nat.write, nat.remove, List.of(), nat.removeJumps));
    return new RestoreScript(family, rest);
  }

  /** Only what makes packets come to our chains that translate. */
  public RestoreScript translation() {
    TableChange nat = tables.get(XtTable.NAT);
    return new RestoreScript(
        family,
        nat == null
            ? Map.of()
            : Map.of(XtTable.NAT, new TableChange(List.of(), Set.of(), nat.addJumps, List.of())));
  }

  /** The lines, made one by one: those of a large cluster fill some tens of megabytes. */
  public Stream<String> lines() {
    return ORDER.stream()
        .flatMap(
            table -> Stream.ofNullable(tables.get(table)).flatMap(change -> lines(table, change)));
  }

  private Stream<String> lines(XtTable table, TableChange change) {
    List<XtState.XtJump> lastFirst = new ArrayList<>(change.addJumps);
    Collections.reverse(lastFirst);
    return Stream.of(
            Stream.of("*" + table.text()),
            // Makes a chain or empties it; all before any rule, which may lead to any of them.
            Stream.concat(change.write.stream().map(XtChain::name), change.remove.stream())
                .map(name -> ":" + name + " - [0:0]"),
            change.removeJumps.stream().map(jump -> jump("-D " + jump.builtin(), jump)),
            change.write.stream()
                .flatMap(
                    chain ->
                        chain.rules().stream().map(rule -> XtText.of(family, chain.name(), rule))),
            lastFirst.stream().map(jump -> jump("-I " + jump.builtin() + " 1", jump)),
            change.remove.stream().map(name -> "-X " + name),
            Stream.of("COMMIT"))
        .flatMap(lines -> lines);
  }

  private String jump(String command, XtState.XtJump jump) {
    return XtText.behind(family, command, jump.rule());
  }

  /** The whole text. */
  public String text() {
    return lines().collect(Collectors.joining("\n", "", "\n"));
  }

  /**
   * A line by the number that iptables-restore names it by.
   *
   * @param number 1 for the first
   */
  public Optional<String> line(int number) {
    return number < 1 ? Optional.empty() : lines().skip(number - 1L).findFirst();
  }
}
