// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.objects;

import dev.ferrule.rules.model.ObjectName;
import dev.ferrule.rules.model.Service;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * {@code metadata} of an object.
 *
 * @param created {@code creationTimestamp} in seconds since 1970, or {@link Service#UNKNOWN_AGE}
 * @param deleting whether there is a {@code deletionTimestamp}
 */
record Metadata(ObjectName name, long created, boolean deleting, Map<String, String> labels) {

  private static final String DEFAULT_NAMESPACE = "default";
  private static final Pattern LABEL = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");
  private static final Pattern SUBDOMAIN =
      Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*");
  private static final int MAX_NAME = 253;

  /** Name and namespace; what follows in the object may still be wrong. */
  static ObjectName nameOf(Kind kind, Fields object) {
    Fields metadata = object.object("metadata");
    String name = metadata.text("name", "");
    if (name.isEmpty()) {
      throw metadata.bad("name", "is missing");
    }
    boolean valid =
        kind == Kind.SERVICE
            ? LABEL.matcher(name).matches()
            : name.length() <= MAX_NAME && SUBDOMAIN.matcher(name).matches();
    if (!valid) {
      throw metadata.bad(
          "name",
          "\"" + name + "\" is not a name; names are lower-case letters, digits and dashes");
    }
    if (!kind.namespaced()) {
      return new ObjectName("", name);
    }
    String namespace = metadata.text("namespace", "");
    if (namespace.isEmpty()) {
      return new ObjectName(DEFAULT_NAMESPACE, name);
    }
    if (!LABEL.matcher(namespace).matches()) {
      throw metadata.bad("namespace", "\"" + namespace + "\" is not the name of a namespace");
    }
    return new ObjectName(namespace.intern(), name);
  }

  static Metadata of(ObjectName name, Fields object) {
    Fields metadata = object.object("metadata");
    long created = seconds(metadata, "creationTimestamp");
    boolean deleting = seconds(metadata, "deletionTimestamp") != Service.UNKNOWN_AGE;
    return new Metadata(name, created, deleting, metadata.textsByName("labels"));
  }

  private static long seconds(Fields metadata, String field) {
    String text = metadata.text(field);
    if (text == null || text.isEmpty()) {
      return Service.UNKNOWN_AGE;
    }
    try {
      return OffsetDateTime.parse(text).toEpochSecond();
    } catch (DateTimeException e) {
      throw metadata.bad(field, "\"" + text + "\" is not a time like 2026-01-31T12:00:00Z");
    }
  }
}
