// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.nftables;

import dev.ferrule.rules.model.Cidr;
import dev.ferrule.rules.model.IpFamily;
import dev.ferrule.rules.model.PodInterface;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Puts elements and shared objects together to the whole table of a family. */
public final class TableLayout {

  /** Room of the smallest set: an empty table costs the kernel some 400 kB. */
  private static final int MIN_SIZE = 768;

  private TableLayout() {}

  /**
   * The table.
   *
   * @param elements by set, those that belong to one frontend each
   * @param shared everything that some frontend needs
   * @param podRanges sources of the family that count as Pods
   * @param podInterface interfaces whose packets count as Pods'; null to go by ranges
   * @param serviceCidrs ranges of the family that Services get addresses from
   * @param counting which maps count connections
   */
  public static TableState build(
      IpFamily family,
      Map<String, Map<ElementKey, Element>> elements,
      Collection<SharedObject> shared,
      Collection<Cidr> podRanges,
      @Nullable PodInterface podInterface,
      Collection<Cidr> serviceCidrs,
      Counting counting) {
    Map<String, Map<ElementKey, Element>> all = new HashMap<>(elements);
    all.putAll(ranges(family, podRanges, serviceCidrs));
    all.put(Layout.SAME_LAST_BITS, Layout.sameLastBits(family));
    List<SetDeclaration> declarations = new ArrayList<>(Layout.sets(family));
    List<Chain> chains = new ArrayList<>();
    TreeSet<AffinityClass> affinity = new TreeSet<>();
    for (SharedObject object : shared) {
      if (object instanceof SharedObject.Pick pick) {
        chains.add(pick.chain().chain(family));
      } else if (object instanceof SharedObject.Affinity used) {
        affinity.add(used.affinity());
        declarations.add(used.affinity().declaration(family, 0));
      } else {
        Element element = elementOf(object);
        all.computeIfAbsent(setOf(object), name -> new HashMap<>()).put(element.key(), element);
      }
    }
    chains.addAll(ConstantChains.all(affinity, podInterface));
    TreeMap<String, TableState.SetState> sets = new TreeMap<>();
    for (SetDeclaration declaration : declarations) {
      Map<ElementKey, Element> content = all.getOrDefault(declaration.name(), Map.of());
      SetDeclaration counted = counting.of(sized(declaration, content.size()));
      sets.put(declaration.name(), new TableState.SetState(counted, content));
    }
    PickChain.madeAhead().forEach(pick -> chains.add(pick.chain(family)));
    TreeMap<String, Chain> byName = new TreeMap<>();
    chains.forEach(chain -> byName.put(chain.name(), chain));
    return new TableState(family, sets, byName);
  }

  /**
   * Room for at least a quarter more than is needed now; interval sets grow by themselves. The
   * kernel makes one bucket for each 3/4 of an element that a set has room for, rounded up to a
   * power of two ({@code nft_hash_buckets}), hence three times a power of two: each bucket beyond
   * what is needed is memory that a first packet finds in no cache.
   */
  private static SetDeclaration sized(SetDeclaration declaration, int elements) {
    if (declaration.has(SetDeclaration.Flag.INTERVAL) || declaration.size() > 0) {
      return declaration;
    }
    long needed = elements + elements / 4L;
    int size = MIN_SIZE;
    while (size < needed) {
      size *= 2;
    }
    return declaration.withSize(size);
  }

  /** The interval sets of Pods and ServiceCIDRs. */
  public static Map<String, Map<ElementKey, Element>> ranges(
      IpFamily family, Collection<Cidr> podRanges, Collection<Cidr> serviceCidrs) {
    return Map.of(
        Layout.PODS, members(family, podRanges),
        Layout.SERVICE_CIDRS, members(family, serviceCidrs));
  }

  private static Map<ElementKey, Element> members(IpFamily family, Collection<Cidr> ranges) {
    Map<ElementKey, Element> members = new HashMap<>();
    for (ElementKey key :
        Ranges.merged(ranges.stream().filter(range -> range.family() == family).toList())) {
      members.put(key, Element.of(key, ElementValue.member()));
    }
    return members;
  }

  /** The declaration of a set by its name, without a size. */
  public static SetDeclaration declaration(IpFamily family, String name, Counting counting) {
    return counting.of(declaration(family, name));
  }

  /** The declaration of a set that counts nothing. */
  public static SetDeclaration declaration(IpFamily family, String name) {
    for (SetDeclaration declaration : Layout.sets(family)) {
      if (declaration.name().equals(name)) {
        return declaration;
      }
    }
    return SetDeclaration.set(name, 0, Layout.frontendTypes(family));
  }

  /** The set of an affinity class, with room for its first members. */
  public static SetDeclaration affinitySet(IpFamily family, AffinityClass affinity) {
    return sized(affinity.declaration(family, 0), 0);
  }

  /** The chain that learns for the classes. */
  public static Chain learn(Collection<AffinityClass> affinity) {
    return ConstantChains.learn(affinity);
  }

  /** The set in which a shared object is an element. */
  public static String setOf(SharedObject object) {
    if (object instanceof SharedObject.HairpinOf) {
      return Layout.HAIRPIN;
    }
    return object instanceof SharedObject.ClusterIp ? Layout.CLUSTER_IPS : Layout.CLUSTER_IP_BLOCKS;
  }

  /** The element that a shared object is. */
  public static Element elementOf(SharedObject object) {
    if (object instanceof SharedObject.HairpinOf hairpin) {
      return member(Wire.twice(hairpin.endpoint()));
    } else if (object instanceof SharedObject.ClusterIp clusterIp) {
      return member(Wire.address(clusterIp.address()));
    } else if (object instanceof SharedObject.ClusterIpBlock block) {
      return member(Wire.address(block.first()));
    }
    throw new IllegalArgumentException(object + " is not an element");
  }

  private static Element member(Bytes key) {
    return Element.of(ElementKey.single(key), ElementValue.member());
  }
}
