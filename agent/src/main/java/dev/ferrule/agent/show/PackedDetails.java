// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.show;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Details of a Service in a small space: an agent keeps those of all Services and shows them
 * rarely, and as texts in maps they would take several times as much.
 */
public final class PackedDetails {

  /** Nothing to tell. */
  public static final PackedDetails NONE = new PackedDetails(new byte[0]);

  private final byte[] bytes;

  private PackedDetails(byte[] bytes) {
    this.bytes = bytes;
  }

  /** Packs details. */
  public static PackedDetails of(ServiceDetails details) {
    if (details.equals(ServiceDetails.NONE)) {
      return NONE;
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      write(out, details.labels());
      write(out, details.annotations());
      write(out, details.externalName());
      write(out, details.loadBalancerClass());
      out.writeInt(details.balancerHostnames().size());
      for (String hostname : details.balancerHostnames()) {
        write(out, hostname);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e); // there is no device behind it
    }
    return new PackedDetails(bytes.toByteArray());
  }

  /** What was packed. */
  public ServiceDetails unpack() {
    if (bytes.length == 0) {
      return ServiceDetails.NONE;
    }
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      Map<String, String> labels = readMap(in);
      Map<String, String> annotations = readMap(in);
      String externalName = readText(in);
      String loadBalancerClass = readText(in);
      List<String> hostnames = new ArrayList<>();
      for (int left = in.readInt(); left > 0; left--) {
        hostnames.add(readText(in));
      }
      return new ServiceDetails(labels, annotations, externalName, loadBalancerClass, hostnames);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** In order, so that equal details have equal bytes. */
  private static void write(DataOutputStream out, Map<String, String> texts) throws IOException {
    out.writeInt(texts.size());
    for (Map.Entry<String, String> entry : new TreeMap<>(texts).entrySet()) {
      write(out, entry.getKey());
      write(out, entry.getValue());
    }
  }

  private static void write(DataOutputStream out, String text) throws IOException {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    out.writeInt(utf8.length);
    out.write(utf8);
  }

  private static Map<String, String> readMap(DataInputStream in) throws IOException {
    Map<String, String> texts = new TreeMap<>();
    for (int left = in.readInt(); left > 0; left--) {
      String key = readText(in);
      texts.put(key, readText(in));
    }
    return texts;
  }

  private static String readText(DataInputStream in) throws IOException {
    return new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof PackedDetails details && Arrays.equals(bytes, details.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }
}
