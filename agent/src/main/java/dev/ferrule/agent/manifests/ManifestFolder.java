// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.manifests;

import dev.ferrule.agent.manifests.ObjectRegistry.Change;
import dev.ferrule.agent.show.ServiceDetails;
import dev.ferrule.agent.show.ShownService;
import dev.ferrule.rules.model.CatalogChange;
import dev.ferrule.rules.model.ObjectName;
import dev.ferrule.rules.model.Service;
import dev.ferrule.rules.model.ServiceType;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A folder of manifests as a source of Services. {@link #load} reads all of it; after that {@link
 * #refresh} is told which files may have changed. What is faulty is left out, or held in its last
 * good state if it had one, and named in {@link #problems}.
 *
 * <p>The same files always give the same result, in whatever order they were read or changed,
 * except that a Service keeps an address it was given and a faulty object its last good state.
 *
 * <p>Not thread-safe: one thread owns it.
 */
public final class ManifestFolder {

  private static final String HELD = " (its last good state stays in force)";

  private final Path directory;
  private final FileReader reader;
  private final ObjectRegistry registry = new ObjectRegistry();
  private final Allocations allocations;
  private final ControlPlane controlPlane;
  private final Map<String, List<Problem>> fileProblems = new TreeMap<>();
  private @Nullable Problem folderProblem;

  /** A folder that is not read before {@link #load}. */
  public ManifestFolder(Path directory, ManifestSettings settings) {
    this.directory = directory;
    this.reader = new FileReader(settings);
    Grants grants = new Grants(settings.nodePorts());
    this.allocations = new Allocations(grants, settings.stateFile());
    this.controlPlane = new ControlPlane(settings, grants);
  }

  /** Reads the whole folder; to be called once, first. The change is the complete picture. */
  public CatalogChange load() {
    allocations.restore();
    return rescan();
  }

  /**
   * Reads all files again: after change notifications were lost, or when the folder is there again
   * after it had gone.
   */
  public CatalogChange rescan() {
    Set<String> names = new TreeSet<>(registry.files());
    names.addAll(fileProblems.keySet());
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      for (Path entry : entries) {
        names.add(String.valueOf(entry.getFileName()));
      }
    } catch (IOException | DirectoryIteratorException e) {
      return folderGone(e);
    }
    return read(names);
  }

  /**
   * Reads some files again.
   *
   * @param fileNames names of files that were written, added or removed; names that are not those
   *     of manifests do no harm. A name that starts with {@code ..} is the link by which a mounted
   *     ConfigMap changes all its files at once, so everything is read again
   */
  public CatalogChange refresh(Collection<String> fileNames) {
    if (fileNames.stream().anyMatch(name -> name.startsWith(".."))) {
      return rescan();
    }
    if (!Files.isDirectory(directory)) {
      return folderGone(new NoSuchFileException(directory.toString()));
    }
    return read(new TreeSet<>(fileNames));
  }

  /** All that is not in force as it is written, in order of files and objects. */
  public List<Problem> problems() {
    Set<Problem> problems = new TreeSet<>(registry.duplicates());
    Set<String> ignored = new HashSet<>();
    for (List<Problem> ofFile : fileProblems.values()) {
      for (Problem problem : ofFile) {
        boolean unknownKind =
            problem.severity() == Problem.Severity.IGNORED && problem.object().isEmpty();
        // A folder full of objects that we do not know is worth one line for each kind.
        if (!unknownKind || ignored.add(problem.message())) {
          problems.add(problem);
        }
      }
    }
    controlPlane
        .admission()
        .issues()
        .forEach(
            (name, issues) -> {
              ObjectKey key = new ObjectKey(Kind.SERVICE, name);
              for (Issue issue : issues) {
                problems.add(
                    Problem.skipped(
                        registry.fileOf(key), key.toString(), issue.field(), issue.message()));
              }
            });
    if (folderProblem != null) {
      problems.add(folderProblem);
    }
    problems.addAll(allocations.problems());
    return List.copyOf(problems);
  }

  /**
   * Remembers in the state file, if there is one, what was given out. A caller that only looks must
   * not call it.
   */
  public void saveAllocations() {
    allocations.save(controlPlane.admission().claims().names());
  }

  private CatalogChange folderGone(Exception cause) {
    String reason = cause instanceof NoSuchFileException ? "is not there" : "" + cause;
    folderProblem =
        Problem.skipped(
            directory.toString(), "", "", reason + "; what was last known stays in force");
    return controlPlane.apply(List.of());
  }

  private CatalogChange read(Set<String> names) {
    folderProblem = null;
    Map<ObjectKey, Change> changes = new HashMap<>();
    for (String name : names) {
      if (FileReader.reads(name)) {
        for (Change change : read(name)) {
          Change earlier = changes.get(change.key());
          changes.put(
              change.key(),
              earlier == null
                  ? change
                  : new Change(change.key(), earlier.before(), change.after()));
        }
      }
    }
    return controlPlane.apply(changes.values());
  }

  private List<Change> read(String name) {
    fileProblems.remove(name);
    try {
      Path path = directory.resolve(name);
      if (Files.isDirectory(path)) {
        return registry.replace(name, List.of());
      }
      FileContents contents = reader.read(path);
      List<Manifest> objects = new ArrayList<>(contents.objects());
      List<Problem> problems = new ArrayList<>(contents.problems());
      hold(name, contents, objects, problems);
      if (!problems.isEmpty()) {
        fileProblems.put(name, List.copyOf(problems));
      }
      return registry.replace(name, objects);
    } catch (NoSuchFileException e) {
      return registry.replace(name, List.of());
    } catch (UnreadableFileException e) {
      fileProblems.put(name, List.of(Problem.skipped(name, "", "", e.reason() + held(name))));
    } catch (IOException e) {
      fileProblems.put(
          name, List.of(Problem.skipped(name, "", "", "cannot be read: " + e + held(name))));
    }
    return List.of();
  }

  private String held(String name) {
    int count = registry.objects(name).size();
    return count == 0 ? "" : " (what it held before, objects: " + count + ", stays in force)";
  }

  /** Adds the last good state of the objects of a file that are faulty now, and says so. */
  private void hold(
      String name, FileContents contents, List<Manifest> objects, List<Problem> problems) {
    if (contents.refused().isEmpty()) {
      return;
    }
    Set<ObjectKey> missing = new HashSet<>(contents.refused());
    objects.forEach(manifest -> missing.remove(manifest.key()));
    Set<String> heldNames = new HashSet<>();
    for (Manifest earlier : registry.objects(name)) {
      if (missing.remove(earlier.key())) {
        objects.add(earlier);
        heldNames.add(earlier.key().toString());
      }
    }
    problems.replaceAll(
        problem -> heldNames.contains(problem.object()) ? problem.adding(HELD) : problem);
  }

  /**
   * All Services with their endpoints, in order of namespaces and names, for display. Labels and
   * annotations are there if the settings say to keep them.
   */
  public List<ShownService> services() {
    List<ShownService> services = new ArrayList<>();
    for (ObjectName name : controlPlane.admission().claims().names()) {
      ServiceManifest manifest = controlPlane.admission().claims().manifest(name);
      Service service = controlPlane.admission().admitted(name);
      if (manifest == null || service == null) {
        continue;
      }
      boolean named = service.type() == ServiceType.EXTERNAL_NAME;
      services.add(
          new ShownService(
              manifest.headless() ? manifest.written() : service,
              manifest.headless() && !named,
              named ? "" : manifest.familyPolicy().text(),
              named ? List.of() : controlPlane.familiesOf(manifest),
              manifest.publishNotReady(),
              manifest.allocateNodePorts(),
              manifest.details() == null ? ServiceDetails.NONE : manifest.details(),
              named ? List.of() : controlPlane.slicesOf(manifest)));
    }
    return services;
  }
}
