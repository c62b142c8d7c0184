// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.iptables;

import dev.ferrule.rules.model.IpFamily;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Takes the lines of iptables-save, of one family and any tables, and keeps what is ours. Lines
 * that it cannot read are passed over.
 */
public final class XtReader {

  private final IpFamily family;
  private final Map<XtTable, Map<String, List<XtRule>>> chains = new EnumMap<>(XtTable.class);
  private final Map<XtTable, List<XtState.XtJump>> jumps = new EnumMap<>(XtTable.class);
  private @Nullable XtTable table;

  public XtReader(IpFamily family) {
    this.family = family;
  }

  /** What is ours in a whole output. */
  public static XtState read(IpFamily family, Stream<String> lines) {
    XtReader reader = new XtReader(family);
    lines.forEachOrdered(reader::accept);
    return reader.state();
  }

  /** Takes the next line, without its end. */
  public void accept(String line) {
    String text = withoutCounters(line);
    if (text.startsWith("*")) {
      table = table(text.substring(1).strip());
    } else if (table != null && text.startsWith(":")) {
      chain(table, text.substring(1));
    } else if (table != null && text.startsWith("-A ")) {
      rule(table, text.substring(3));
    }
  }

  /** {@code iptables-save -c} puts {@code [packets:bytes]} in front. */
  private static String withoutCounters(String line) {
    int end = line.startsWith("[") ? line.indexOf("] ") : -1;
    return end < 0 ? line : line.substring(end + 2);
  }

  private static @Nullable XtTable table(String name) {
    for (XtTable table : XtTable.values()) {
      if (table.text().equals(name)) {
        return table;
      }
    }
    return null;
  }

  private void chain(XtTable in, String text) {
    String name = firstWord(text);
    if (isOurs(name)) {
      rules(in, name);
    }
  }

  private List<XtRule> rules(XtTable in, String chain) {
    return chains
        .computeIfAbsent(in, any -> new HashMap<>())
        .computeIfAbsent(chain, any -> new ArrayList<>());
  }

  private void rule(XtTable in, String text) {
    String chain = firstWord(text);
    String rule = chain.length() == text.length() ? "" : text.substring(chain.length() + 1);
    if (isOurs(chain)) {
      rules(in, chain).add(XtParser.parse(family, rule));
    } else if (rule.contains(XtChain.PREFIX) && new XtWords(rule).leadToOurs()) {
      jumps
          .computeIfAbsent(in, any -> new ArrayList<>())
          .add(new XtState.XtJump(chain, XtParser.parse(family, rule)));
    }
  }

  private static String firstWord(String text) {
    int space = text.indexOf(' ');
    return space < 0 ? text : text.substring(0, space);
  }

  /** A longer name is none of iptables, so somebody made the chain with nft. */
  private static boolean isOurs(String chain) {
    return chain.startsWith(XtChain.PREFIX) && chain.length() <= XtChain.MAX_NAME;
  }

  /** What was ours in the lines so far. */
  public XtState state() {
    Map<XtTable, Map<String, XtChain>> read = new EnumMap<>(XtTable.class);
    chains.forEach(
        (in, byName) -> {
          Map<String, XtChain> copies = new HashMap<>();
          byName.forEach((name, rules) -> copies.put(name, new XtChain(name, rules)));
          read.put(in, copies);
        });
    return new XtState(family, read, jumps);
  }
}
