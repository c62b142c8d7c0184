// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.cluster;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.io.SerializedString;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ferrule.agent.objects.ManifestWriter;
import dev.ferrule.agent.objects.ObjectReader;
import dev.ferrule.agent.source.Seal;
import dev.ferrule.agent.source.StateFile;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * What was last known of a cluster, in a file, so that a node can forward after a reboot before the
 * API server answers: that one is often reached through a Service itself.
 *
 * <p>The file is a line {@code ferrule-state 1 CRC-32 LENGTH} and then, compressed, a line of JSON
 * that says where it is from and one for each object, in the form of the API. It is replaced as a
 * whole; one that is damaged, of another version or of another cluster is named and not used.
 */
final class SavedState {

  private static final Seal SEAL = new Seal("ferrule-state 1");
  private static final String NAME = "cluster.state";
  private static final JsonMapper JSON = new JsonMapper();

  /** Thrown away with the message. */
  static final class UnusableException extends Exception {
    private static final long serialVersionUID = 1;

    UnusableException(String message) {
      super(message);
    }
  }

  /** All that is kept of a cluster, with the versions up to which it is complete. */
  record Content(Map<Resource, String> versions, Map<Resource, List<ClusterCatalog.Kept>> objects) {

    int size(Resource resource) {
      return objects.getOrDefault(resource, List.of()).size();
    }
  }

  private final Path file;
  private final String server;
  private final String nodeName;

  /**
   * @param server what the state is of: that of another is of no use
   */
  SavedState(Path directory, String server, String nodeName) {
    this.file = directory.resolve(NAME);
    this.server = server;
    this.nodeName = nodeName;
  }

  Path file() {
    return file;
  }

  boolean isThere() {
    return Files.exists(file);
  }

  /**
   * Reads the file.
   *
   * @return null if there is none
   */
  @Nullable Content read(ObjectReader reader) throws UnusableException {
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      return null;
    } catch (IOException e) {
      throw new UnusableException("cannot be read: " + e);
    }
    return read(bytes, reader, server, nodeName);
  }

  /** Takes a file apart that is to be of that server and node. */
  static Content read(byte[] bytes, ObjectReader reader, String server, String nodeName)
      throws UnusableException {
    try (GZIPInputStream body = new GZIPInputStream(new ByteArrayInputStream(SEAL.open(bytes)));
        MappingIterator<ObjectNode> lines = JSON.readerFor(ObjectNode.class).readValues(body)) {
      return content(lines, reader, server, nodeName);
    } catch (Seal.BrokenException e) {
      throw new UnusableException(String.valueOf(e.getMessage()));
    } catch (IOException | RuntimeException e) {
      throw new UnusableException("is damaged: " + e.getMessage());
    }
  }

  /** The first line of a file with these compressed lines. */
  static String head(byte[] payload) {
    return SEAL.head(payload);
  }

  private static Content content(
      MappingIterator<ObjectNode> lines, ObjectReader reader, String server, String nodeName)
      throws UnusableException {
    if (!lines.hasNext()) {
      throw new UnusableException("is damaged: it is empty");
    }
    ObjectNode head = lines.next();
    String from = head.path("server").asText();
    String node = head.path("node").asText();
    if (!from.equals(server) || !node.equals(nodeName)) {
      throw new UnusableException(
          "is of node " + node + " and " + from + ", and this is " + nodeName + " and " + server);
    }
    Map<Resource, String> versions = new EnumMap<>(Resource.class);
    Map<Resource, List<ClusterCatalog.Kept>> objects = new EnumMap<>(Resource.class);
    for (Resource resource : Resource.values()) {
      String version = head.path("versions").path(resource.text()).asText("");
      if (!version.isEmpty()) {
        versions.put(resource, version);
      }
      objects.put(resource, new ArrayList<>());
    }
    while (lines.hasNext()) {
      ObjectNode object = lines.next();
      ObjectReader.Result read = reader.read(NAME, object, 0);
      if (read.manifest() == null) {
        throw new UnusableException("is damaged: " + read.problems());
      }
      for (Resource resource : Resource.values()) {
        if (resource.kind() == read.manifest().kind()) {
          long version =
              Versions.number(object.path("metadata").path("resourceVersion").asText(""));
          objects
              .computeIfAbsent(resource, one -> new ArrayList<>())
              .add(new ClusterCatalog.Kept(version, read.manifest()));
        }
      }
    }
    return new Content(versions, objects);
  }

  /** Removes what a process left that was killed while it wrote. */
  void removeLeftover() throws IOException {
    StateFile.removeLeftover(file);
  }

  /** Replaces the file; a crash at any instant leaves the old one or the new one. */
  void write(Content content) throws IOException {
    byte[] payload = compressed(content);
    StateFile.replace(file, out -> out.write(SEAL.close(payload)));
  }

  private byte[] compressed(Content content) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream zip = new GZIPOutputStream(bytes, 1 << 16);
        JsonGenerator json = JSON.createGenerator(zip)) {
      json.setRootValueSeparator(new SerializedString("\n"));
      ObjectNode head = JSON.createObjectNode().put("server", server).put("node", nodeName);
      ObjectNode versions = head.putObject("versions");
      content.versions().forEach((resource, version) -> versions.put(resource.text(), version));
      json.writeTree(head);
      for (List<ClusterCatalog.Kept> kept : content.objects().values()) {
        for (ClusterCatalog.Kept one : kept) {
          ObjectNode object = ManifestWriter.write(one.manifest());
          if (object != null) {
            if (object.path("metadata") instanceof ObjectNode metadata) {
              metadata.put("resourceVersion", Long.toString(one.version()));
            }
            json.writeTree(object);
          }
        }
      }
    }
    return bytes.toByteArray();
  }
}
