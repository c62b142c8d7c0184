// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.objects;

import dev.ferrule.rules.model.IpFamily;
import dev.ferrule.rules.model.Protocol;
import dev.ferrule.rules.model.ServiceType;
import dev.ferrule.rules.model.TrafficPolicy;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/** The fields of the API that take one of a few words. */
final class Choices {

  static final Map<String, Protocol> PROTOCOLS = byText(Protocol.values(), Protocol::name);
  static final Map<String, IpFamily> FAMILIES = byText(IpFamily.values(), IpFamily::text);
  static final Map<String, ServiceType> TYPES = byText(ServiceType.values(), ServiceType::text);
  static final Map<String, FamilyPolicy> FAMILY_POLICIES =
      byText(FamilyPolicy.values(), FamilyPolicy::text);
  static final Map<String, TrafficPolicy> TRAFFIC_POLICIES =
      byText(TrafficPolicy.values(), TrafficPolicy::text);
  static final Map<String, Boolean> CLIENT_IP_AFFINITY = ordered("None", false, "ClientIP", true);
  static final Map<String, Boolean> PROXY_IP_MODE = ordered("VIP", false, "Proxy", true);

  private Choices() {}

  private static <T> Map<String, T> byText(T[] values, Function<T, String> text) {
    Map<String, T> choices = new LinkedHashMap<>();
    for (T value : values) {
      choices.put(text.apply(value), value);
    }
    return Collections.unmodifiableMap(choices);
  }

  private static <T> Map<String, T> ordered(String first, T one, String second, T two) {
    Map<String, T> choices = new LinkedHashMap<>();
    choices.put(first, one);
    choices.put(second, two);
    return Collections.unmodifiableMap(choices);
  }
}
