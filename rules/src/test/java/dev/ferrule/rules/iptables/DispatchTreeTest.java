// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.iptables;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferrule.rules.compile.FrontendKey;
import dev.ferrule.rules.model.Cidr;
import dev.ferrule.rules.model.IpAddress;
import dev.ferrule.rules.model.IpFamily;
import dev.ferrule.rules.model.Protocol;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class DispatchTreeTest {

  private static final int MAX_RULES = 40;

  /** nf_tables takes 15 chains behind each other; the tree leaves 4 to Services. */
  private static final int MAX_CHAINS = 11;

  @Test
  void anEmptyTreeIsOneEmptyChain() {
    DispatchTree tree = new DispatchTree(Dispatch.SERVICES, IpFamily.IPV4);
    assertThat(tree.chains()).containsExactly(new XtChain(ChainNames.SERVICES, List.of()));
  }

  @Test
  void thirtyThousandServicesInARow() {
    check(addresses("10.96.0.0", 30_000, 1, 0), Dispatch.SERVICES);
  }

  @Test
  void thirtyThousandServicesAnywhereInTheRange() {
    check(addresses("10.96.0.0", 30_000, 0, 20), Dispatch.SERVICES);
  }

  @Test
  void thirtyThousandServicesOfIpv6() {
    check(addresses("fd00::", 30_000, 0, 20), Dispatch.SERVICES);
  }

  @Test
  void thirtyThousandServicesWithoutEndpoints() {
    check(addresses("10.96.0.0", 30_000, 0, 20), Dispatch.REFUSED);
    List<FrontendKey> udp = new ArrayList<>();
    addresses("10.96.0.0", 30_000, 0, 20)
        .forEach(key -> udp.add(new FrontendKey(key.address(), Protocol.UDP, 53)));
    check(udp, Dispatch.KEPT);
  }

  @Test
  void everyKindOfAddressTogether() {
    List<FrontendKey> keys = addresses("10.96.0.0", 30_000, 0, 20);
    for (String address : List.of("10.0.0.9", "192.168.0.2", "172.18.0.3", "10.128.3.1")) {
      for (int port = 30_000; port < 32_768; port++) {
        keys.add(key(address, port % 7 == 0 ? Protocol.UDP : Protocol.TCP, port));
      }
    }
    for (String network : List.of("203.0.113.0", "198.51.100.0", "10.64.0.0", "100.64.0.0")) {
      keys.addAll(addresses(network, 100, 1, 0));
    }
    check(keys, Dispatch.SERVICES);
  }

  /** Two thirds of each range are somewhere else: no worse set of keys is known. */
  @Test
  void theChainsStayWithinWhatTheKernelTakesWhateverTheKeys() {
    List<FrontendKey> keys = new ArrayList<>();
    for (int bit = 30; bit >= 0; bit -= 2) {
      for (long digit = 1; digit < 4; digit++) {
        for (long more = 0; more < (bit > 8 ? 9 : 1); more++) {
          IpAddress address = new IpAddress(IpFamily.IPV4, 0, digit << bit | more);
          keys.add(new FrontendKey(address, Protocol.TCP, 80));
        }
      }
    }
    for (int bit = 14; bit >= 0; bit -= 2) {
      keys.add(key("0.0.0.0", Protocol.TCP, 1 << bit));
      keys.add(key("0.0.0.0", Protocol.TCP, 2 << bit));
      keys.add(key("0.0.0.0", Protocol.UDP, 3 << bit));
    }
    check(keys, Dispatch.SERVICES, 100);
  }

  @Test
  void twentyThousandNodePortsOnFourAddresses() {
    List<FrontendKey> keys = new ArrayList<>();
    for (String address : List.of("192.168.0.2", "192.168.7.1", "10.0.0.9", "172.18.0.3")) {
      for (int port = 10_000; port < 30_000; port++) {
        keys.add(key(address, port % 7 == 0 ? Protocol.UDP : Protocol.TCP, port));
      }
    }
    check(keys, Dispatch.SERVICES);
  }

  @Property(tries = 100)
  void everyKeyIsFoundAndNoOther(@ForAll long seed) {
    Random random = new Random(seed);
    for (Dispatch dispatch : Dispatch.values()) {
      check(randomKeys(random, dispatch, random.nextInt(120)), dispatch);
    }
  }

  @Property(tries = 150)
  void anUpdateTellsWhatIsDifferentAndNothingElse(@ForAll long seed) {
    Random random = new Random(seed);
    Dispatch dispatch = List.of(Dispatch.values()).get(random.nextInt(3));
    DispatchTree tree = new DispatchTree(dispatch, IpFamily.IPV4, 2 + random.nextInt(9));
    TreeSet<FrontendKey> present = new TreeSet<>(randomKeys(random, dispatch, 150));
    present.forEach(key -> tree.put(key, leaf(key)));
    Map<String, XtChain> chains = byName(tree);
    for (int step = 0; step < 8; step++) {
      Map<FrontendKey, Leaf> changes = new TreeMap<>();
      for (int i = 1 + random.nextInt(12); i > 0; i--) {
        FrontendKey old = present.isEmpty() ? null : List.copyOf(present).get(0);
        List<FrontendKey> all = List.copyOf(present);
        if (old == null || random.nextBoolean()) {
          randomKeys(random, dispatch, 1).forEach(key -> changes.put(key, leaf(key)));
        } else {
          FrontendKey key = all.get(random.nextInt(all.size()));
          changes.put(key, random.nextInt(5) == 0 ? new Leaf(new XtAction.Drop(), "x") : null);
        }
      }
      for (ChainChange change : tree.update(changes)) {
        XtChain before = change.before();
        XtChain after = change.after();
        if (after != null) {
          assertThat(chains.put(after.name(), after)).isEqualTo(before);
        } else if (before != null) {
          assertThat(chains.remove(before.name())).isEqualTo(before);
        }
      }
      changes.forEach(
          (key, leaf) -> {
            if (leaf == null) {
              present.remove(key);
            } else {
              present.add(key);
            }
          });
      assertThat(chains).isEqualTo(byName(tree));
    }
  }

  /** Every key leads to its leaf within the bound, its neighbours lead nowhere. */
  private static void check(Collection<FrontendKey> keys, Dispatch dispatch) {
    check(keys, dispatch, MAX_RULES);
  }

  private static void check(Collection<FrontendKey> keys, Dispatch dispatch, int maxRules) {
    IpFamily family = keys.isEmpty() ? IpFamily.IPV4 : keys.iterator().next().family();
    DispatchTree tree = new DispatchTree(dispatch, family);
    keys.forEach(key -> tree.put(key, leaf(key)));
    Map<String, XtChain> chains = byName(tree);
    TreeSet<FrontendKey> all = new TreeSet<>(keys);
    int most = 0;
    int deepest = 0;
    for (FrontendKey key : all) {
      TreeWalk found = TreeWalk.of(chains, dispatch, key);
      assertThat(found.action()).isEqualTo(leaf(key).action());
      most = Math.max(most, found.passed());
      deepest = Math.max(deepest, found.chains());
      for (FrontendKey other :
          List.of(
              new FrontendKey(key.address().next(), key.protocol(), key.port()),
              new FrontendKey(key.address(), key.protocol(), (key.port() + 1) & 0xffff),
              new FrontendKey(
                  key.address(),
                  dispatch == Dispatch.KEPT ? Protocol.UDP : Protocol.SCTP,
                  key.port()))) {
        TreeWalk walk = TreeWalk.of(chains, dispatch, other);
        assertThat(walk.action()).isEqualTo(all.contains(other) ? leaf(other).action() : null);
        most = Math.max(most, walk.passed());
      }
    }
    assertThat(most).isLessThanOrEqualTo(maxRules);
    assertThat(deepest).isLessThanOrEqualTo(MAX_CHAINS);
  }

  private static Map<String, XtChain> byName(DispatchTree tree) {
    Map<String, XtChain> chains = new HashMap<>();
    for (XtChain chain : tree.chains()) {
      assertThat(chains.put(chain.name(), chain)).isNull();
    }
    return chains;
  }

  private static Leaf leaf(FrontendKey key) {
    return new Leaf(new XtAction.Goto("to " + Integer.toHexString(key.hashCode())), "");
  }

  private static FrontendKey key(String address, Protocol protocol, int port) {
    return new FrontendKey(IpAddress.parse(address), protocol, port);
  }

  private static List<FrontendKey> addresses(String first, int count, int step, int randomBits) {
    Random random = new Random(1);
    List<FrontendKey> keys = new ArrayList<>();
    IpAddress base = IpAddress.parse(first);
    for (int i = 0; i < count; i++) {
      long distance = step == 0 ? random.nextInt(1 << randomBits) : (long) step * i;
      keys.add(new FrontendKey(base.plus(distance), Protocol.TCP, 80));
    }
    return keys;
  }

  /** Near each other, so that they share much and little. */
  private static List<FrontendKey> randomKeys(Random random, Dispatch dispatch, int count) {
    List<Cidr> ranges =
        List.of(Cidr.parse("10.96.0.0/26"), Cidr.parse("10.96.0.0/16"), Cidr.parse("0.0.0.0/0"));
    List<FrontendKey> keys = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Cidr range = ranges.get(random.nextInt(3));
      long distance = random.nextLong() & ((1L << (32 - range.prefix())) - 1);
      Protocol protocol =
          dispatch == Dispatch.KEPT
              ? Protocol.UDP
              : List.of(Protocol.values()).get(random.nextInt(3));
      keys.add(
          new FrontendKey(
              random.nextInt(3) == 0
                  ? IpAddress.parse("192.0.2.1")
                  : range.address().plus(distance),
              protocol,
              random.nextBoolean() ? 80 + random.nextInt(3) : random.nextInt(65_536)));
    }
    return keys;
  }
}
