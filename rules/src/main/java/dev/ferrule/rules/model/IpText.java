// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.model;

import java.util.ArrayList;
import java.util.List;

/** Reading and writing of addresses; names are never resolved. */
final class IpText {

  private IpText() {}

  static IpAddress parse(String text) {
    IpAddress address = text.indexOf(':') >= 0 ? parseIpv6(text) : parseIpv4(text, text);
    boolean mapped =
        address.family() == IpFamily.IPV6 && address.high() == 0 && address.low() >>> 32 == 0xffffL;
    return mapped ? new IpAddress(IpFamily.IPV4, 0, address.low() & 0xffff_ffffL) : address;
  }

  private static IpAddress parseIpv4(String part, String whole) {
    String[] numbers = part.split("\\.", -1);
    if (numbers.length != 4) {
      throw noAddress(whole);
    }
    long value = 0;
    for (String number : numbers) {
      value = value << 8 | number(number, 10, 255, whole);
    }
    return new IpAddress(IpFamily.IPV4, 0, value);
  }

  private static IpAddress parseIpv6(String text) {
    int gap = text.indexOf("::");
    if (gap >= 0 && text.indexOf("::", gap + 1) >= 0) {
      throw noAddress(text);
    }
    List<Long> head = groups(gap < 0 ? text : text.substring(0, gap), text);
    List<Long> tail = gap < 0 ? List.of() : groups(text.substring(gap + 2), text);
    int count = head.size() + tail.size();
    if (gap < 0 ? count != 8 : count > 7) {
      throw noAddress(text);
    }
    List<Long> all = new ArrayList<>(head);
    for (int i = count; i < 8; i++) {
      all.add(0L);
    }
    all.addAll(tail);
    long high = 0;
    long low = 0;
    for (int i = 0; i < 4; i++) {
      high = high << 16 | all.get(i);
      low = low << 16 | all.get(i + 4);
    }
    return new IpAddress(IpFamily.IPV6, high, low);
  }

  /** The 16-bit groups of one side of the gap; the last may be a dotted IPv4 address. */
  private static List<Long> groups(String part, String whole) {
    List<Long> groups = new ArrayList<>();
    if (part.isEmpty()) {
      return groups;
    }
    String[] pieces = part.split(":", -1);
    for (int i = 0; i < pieces.length; i++) {
      if (i == pieces.length - 1 && pieces[i].indexOf('.') >= 0) {
        long value = parseIpv4(pieces[i], whole).low();
        groups.add(value >>> 16);
        groups.add(value & 0xffff);
      } else {
        if (pieces[i].length() > 4) {
          throw noAddress(whole);
        }
        groups.add(number(pieces[i], 16, 0xffff, whole));
      }
    }
    return groups;
  }

  private static long number(String digits, int radix, int max, String whole) {
    if (digits.isEmpty() || digits.length() > 8) {
      throw noAddress(whole);
    }
    long value = 0;
    for (int i = 0; i < digits.length(); i++) {
      char c = digits.charAt(i);
      int digit = c < 128 ? Character.digit(c, radix) : -1;
      if (digit < 0) {
        throw noAddress(whole);
      }
      value = value * radix + digit;
    }
    if (value > max) {
      throw noAddress(whole);
    }
    return value;
  }

  private static IllegalArgumentException noAddress(String text) {
    return new IllegalArgumentException("\"" + text + "\" is not an IP address");
  }

  static String format(IpAddress address) {
    return address.family() == IpFamily.IPV4
        ? formatIpv4(address.low())
        : formatIpv6(address.high(), address.low());
  }

  private static String formatIpv4(long value) {
    return (value >>> 24)
        + "."
        + (value >>> 16 & 255)
        + "."
        + (value >>> 8 & 255)
        + "."
        + (value & 255);
  }

  /** RFC 5952: lower case, no leading zeros, the first longest run of zero groups as "::". */
  private static String formatIpv6(long high, long low) {
    int[] groups = new int[8];
    for (int i = 0; i < 4; i++) {
      groups[i] = (int) (high >>> (48 - 16 * i) & 0xffff);
      groups[i + 4] = (int) (low >>> (48 - 16 * i) & 0xffff);
    }
    int gapStart = -1;
    int gapLength = 1;
    for (int i = 0; i < 8; i++) {
      int run = 0;
      while (i + run < 8 && groups[i + run] == 0) {
        run++;
      }
      if (run > gapLength) {
        gapStart = i;
        gapLength = run;
      }
      i += run;
    }
    StringBuilder text = new StringBuilder(39);
    for (int i = 0; i < 8; ) {
      if (i == gapStart) {
        text.append("::");
        i += gapLength;
        continue;
      }
      if (i > 0 && !(gapStart >= 0 && i == gapStart + gapLength)) {
        text.append(':');
      }
      text.append(Integer.toHexString(groups[i++]));
    }
    return text.toString();
  }
}
