// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.testapi;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** The little of DER that certificates need: ITU-T X.690. */
final class Der {

  static final int BOOLEAN = 0x01;
  static final int BIT_STRING = 0x03;
  static final int OCTET_STRING = 0x04;
  static final int UTF8_STRING = 0x0c;
  static final int UTC_TIME = 0x17;
  static final int SEQUENCE = 0x30;
  static final int SET = 0x31;

  private static final int INTEGER = 0x02;
  private static final int OBJECT_IDENTIFIER = 0x06;

  private Der() {}

  /** A value of a tag, made of parts. */
  static byte[] of(int tag, byte[]... parts) {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      content.writeBytes(part);
    }
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    whole.write(tag);
    int length = content.size();
    if (length < 0x80) {
      whole.write(length);
    } else if (length < 0x100) {
      whole.write(0x81);
      whole.write(length);
    } else {
      whole.write(0x82);
      whole.write(length >> 8);
      whole.write(length);
    }
    whole.writeBytes(content.toByteArray());
    return whole.toByteArray();
  }

  static byte[] text(int tag, String text) {
    return of(tag, text.getBytes(StandardCharsets.UTF_8));
  }

  static byte[] integer(BigInteger number) {
    return of(INTEGER, number.toByteArray());
  }

  /** From its usual notation, with dots. */
  static byte[] objectIdentifier(String dotted) {
    List<Integer> numbers = new ArrayList<>();
    for (String number : List.of(dotted.split("\\.", -1))) {
      numbers.add(Integer.valueOf(number));
    }
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    content.write(numbers.get(0) * 40 + numbers.get(1));
    for (int number : numbers.subList(2, numbers.size())) {
      List<Integer> groups = new ArrayList<>(List.of(number & 0x7f));
      for (int rest = number >> 7; rest > 0; rest >>= 7) {
        groups.add((rest & 0x7f) | 0x80);
      }
      Collections.reverse(groups);
      groups.forEach(content::write);
    }
    return of(OBJECT_IDENTIFIER, content.toByteArray());
  }
}
