// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.nftables;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * What a set or map is made of.
 *
 * @param data types of the data in a {@link Kind#MAP}; empty otherwise
 * @param size the most elements it may hold; 0 for no limit. A declared size makes the kernel take
 *     its fixed hash table, which loads twice as fast. It is headroom, not meaning: two
 *     declarations that differ in size alone describe the same rules
 * @param timeoutSeconds default life of an element in a dynamic map; 0 for ever
 */
public record SetDeclaration(
    String name,
    Kind kind,
    List<DataType> key,
    List<DataType> data,
    Set<Flag> flags,
    int size,
    int timeoutSeconds) {

  /** What a key leads to. */
  public enum Kind {
    SET,
    MAP,
    VERDICT_MAP
  }

  /** How elements come and look. */
  public enum Flag {
    /** Keys are ranges of addresses. */
    INTERVAL,
    /** Elements are added by packets. */
    DYNAMIC,
    /** Elements expire. */
    TIMEOUT,
    /** Each element counts the packets that find it. */
    COUNTED
  }

  public SetDeclaration {
    key = List.copyOf(key);
    data = List.copyOf(data);
    flags = flags.isEmpty() ? Set.of() : Set.copyOf(EnumSet.copyOf(flags));
  }

  static SetDeclaration set(String name, int size, DataType... key) {
    return new SetDeclaration(name, Kind.SET, List.of(key), List.of(), Set.of(), size, 0);
  }

  static SetDeclaration intervals(String name, DataType... key) {
    return new SetDeclaration(name, Kind.SET, List.of(key), List.of(), Set.of(Flag.INTERVAL), 0, 0);
  }

  static SetDeclaration verdictMap(String name, int size, DataType... key) {
    return new SetDeclaration(name, Kind.VERDICT_MAP, List.of(key), List.of(), Set.of(), size, 0);
  }

  static SetDeclaration map(String name, int size, List<DataType> key, List<DataType> data) {
    return new SetDeclaration(name, Kind.MAP, key, data, Set.of(), size, 0);
  }

  /** The same set with room for more or fewer elements. */
  public SetDeclaration withSize(int newSize) {
    return new SetDeclaration(name, kind, key, data, flags, newSize, timeoutSeconds);
  }

  /** The same set with one flag more. */
  SetDeclaration with(Flag flag) {
    Set<Flag> more = EnumSet.of(flag);
    more.addAll(flags);
    return new SetDeclaration(name, kind, key, data, more, size, timeoutSeconds);
  }

  /** Whether both describe the same set, whatever room they have. */
  public boolean sameShape(SetDeclaration other) {
    return withSize(0).equals(other.withSize(0));
  }

  public boolean has(Flag flag) {
    return flags.contains(flag);
  }

  /** Length of a key in bytes, each field padded if there are several. */
  public int keyBytes() {
    return length(key);
  }

  /** Length of the data in bytes, each field padded if there are several. */
  public int dataBytes() {
    return length(data);
  }

  private static int length(List<DataType> types) {
    return types.size() == 1
        ? types.get(0).bytes()
        : types.stream().mapToInt(DataType::paddedBytes).sum();
  }
}
