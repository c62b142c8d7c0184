// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.config;

import dev.ferrule.rules.model.Cidr;
import dev.ferrule.rules.model.IpAddress;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * How a value is written and read.
 *
 * @param shape what the file must hold
 * @param label what stands for the value in help texts
 * @param advice what to write, as the last part of an error message
 * @param unset whether what is written stands for the default, as kubeadm's files do it
 * @param reader throws IllegalArgumentException with the reason if the texts are no such value
 */
record SettingType<T>(
    Shape shape,
    String label,
    String advice,
    Predicate<Written> unset,
    Function<List<String>, T> reader) {

  /** What YAML and JSON tell apart. */
  enum Shape {
    TEXT("text"),
    NUMBER("a number"),
    TRUTH("true or false"),
    TEXT_OR_NUMBER("text or a number"),
    LIST("a list of texts");

    private final String words;

    Shape(String words) {
      this.words = words;
    }

    String words() {
      return words;
    }
  }

  static SettingType<Boolean> truth() {
    return one(Shape.TRUTH, "true|false", "write true or false", Boolean::valueOf);
  }

  static SettingType<Integer> count() {
    return one(Shape.NUMBER, "NUMBER", "write a whole number, 0 or more", WholeNumber::parse);
  }

  /** One bit of a packet's mark. */
  static SettingType<Integer> bit() {
    return one(
        Shape.NUMBER,
        "BIT",
        "write a number from 0 to 31",
        text -> {
          int bit = WholeNumber.parse(text);
          if (bit > 31) {
            throw new IllegalArgumentException("a mark has the bits 0 to 31, not " + bit);
          }
          return bit;
        });
  }

  static <T> SettingType<T> text(String label, String advice, Function<String, T> reader) {
    return one(Shape.TEXT, label, advice, reader);
  }

  static SettingType<IpAddress> address() {
    return text("ADDRESS", "write an address like 192.168.0.2", IpAddress::parse);
  }

  /** A duration in which zero is a value of its own. */
  static SettingType<Duration> timeout() {
    return text("DURATION", "write a duration like 30s, 1m30s or 24h", GoDuration::parse);
  }

  /** A duration in which zero stands for the default. */
  static SettingType<Duration> period() {
    SettingType<Duration> type = timeout();
    Predicate<Written> zero = written -> written.texts().stream().allMatch(SettingType::isZero);
    return new SettingType<>(type.shape, type.label, type.advice, type.unset.or(zero), type.reader);
  }

  static SettingType<Long> byteSize() {
    return one(
        Shape.TEXT_OR_NUMBER,
        "SIZE",
        "write a size like 32MiB or a number of bytes",
        ByteSize::parse);
  }

  static <T> SettingType<T> list(String label, String advice, Function<List<String>, T> reader) {
    return new SettingType<>(Shape.LIST, label, advice, SettingType::isBlank, reader);
  }

  static SettingType<List<Cidr>> ranges() {
    return list(
        "CIDR,...",
        "write a list of ranges like 10.96.0.0/12",
        texts -> texts.stream().map(Cidr::parse).toList());
  }

  private static <T> SettingType<T> one(
      Shape shape, String label, String advice, Function<String, T> reader) {
    return new SettingType<>(
        shape, label, advice, SettingType::isBlank, texts -> reader.apply(texts.get(0)));
  }

  private static boolean isBlank(Written written) {
    return written.texts().stream().allMatch(String::isBlank);
  }

  private static boolean isZero(String duration) {
    return duration.matches("0[a-zµμ]*");
  }
}
