// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.support;

import dev.ferrule.agent.config.Configuration;
import java.lang.reflect.RecordComponent;
import java.util.regex.Pattern;

/** The settings, without what opens doors: of a kubeconfig only its path is told. */
public final class SettingsInForce {

  private static final Pattern USER_OF_URL = Pattern.compile("(?<=://)[^/@\\s]*@");
  private static final Pattern QUERY_OF_URL = Pattern.compile("(?<=://)([^?\\s]*)\\?[^\\s,;]*");

  private SettingsInForce() {}

  /** One setting a line. */
  public static String text(Configuration configuration) {
    StringBuilder text = new StringBuilder();
    for (RecordComponent component : Configuration.class.getRecordComponents()) {
      Object value;
      try {
        value = component.getAccessor().invoke(configuration);
      } catch (ReflectiveOperationException e) {
        value = "(not known: " + e.getMessage() + ")";
      }
      text.append(component.getName()).append(" = ").append(value).append('\n');
    }
    return harmless(text.toString());
  }

  /** A text in which URLs have neither a user with a password nor a query. */
  public static String harmless(String text) {
    return QUERY_OF_URL.matcher(USER_OF_URL.matcher(text).replaceAll("")).replaceAll("$1");
  }
}
