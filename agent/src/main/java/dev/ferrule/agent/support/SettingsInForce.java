// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.support;

import dev.ferrule.agent.config.Configuration;
import java.lang.reflect.RecordComponent;

/** The settings, without what opens doors: of a kubeconfig only its path is told. */
public final class SettingsInForce {

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
    return Redaction.harmless(text.toString());
  }
}
