// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.manifests;

import dev.ferrule.agent.manifests.ObjectRegistry.Change;
import dev.ferrule.agent.objects.Kind;
import dev.ferrule.agent.objects.Manifest;
import dev.ferrule.agent.objects.ObjectKey;
import dev.ferrule.agent.objects.PodManifest;
import dev.ferrule.agent.objects.Problem;
import dev.ferrule.agent.objects.ServiceManifest;
import dev.ferrule.agent.show.PackedDetails;
import dev.ferrule.agent.show.ShownService;
import dev.ferrule.agent.source.Source;
import dev.ferrule.rules.model.CatalogChange;
import dev.ferrule.rules.model.IpAddress;
import dev.ferrule.rules.model.ObjectName;
import dev.ferrule.rules.model.Service;
import dev.ferrule.rules.model.ServiceType;
import java.io.IOException;
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
import java.util.function.Consumer;
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
public final class ManifestFolder implements Source {

  private static final String HELD = " (its last good state stays in force)";

  /** Bounds what is in memory twice: the objects of so many files before they are taken in. */
  private static final int FILES_AT_ONCE = 256;

  private final Path directory;
  private final FolderReader files;
  private final ObjectRegistry registry = new ObjectRegistry();
  private final Allocations allocations;
  private final ControlPlane controlPlane;
  private final Map<String, List<Problem>> fileProblems = new TreeMap<>();
  private @Nullable Problem folderProblem;

  /** A folder that is not read before {@link #load}. */
  public ManifestFolder(Path directory, ManifestSettings settings) {
    this.directory = directory;
    this.files = new FolderReader(directory, settings);
    Grants grants = new Grants(settings.nodePorts());
    this.allocations = new Allocations(grants, settings.stateFile());
    this.controlPlane = new ControlPlane(settings, grants);
  }

  @Override
  public String name() {
    return directory.toString();
  }

  @Override
  public void load(Consumer<CatalogChange> parts) {
    parts.accept(load());
  }

  /** Reads the whole folder; to be called once, first. The change is the complete picture. */
  public CatalogChange load() {
    allocations.restore();
    return rescan();
  }

  /**
   * Looks at all files again: after change notifications were lost, or when the folder is there
   * again after it had gone. Files that are as they were are not read again.
   */
  public CatalogChange rescan() {
    Set<String> names = new TreeSet<>(registry.files());
    names.addAll(fileProblems.keySet());
    try {
      names.addAll(files.list());
    } catch (IOException e) {
      return folderGone(e, List.of());
    }
    names.removeIf(files::unchanged);
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
    return files.exists()
        ? read(new TreeSet<>(fileNames))
        : folderGone(new NoSuchFileException(directory.toString()), List.of());
  }

  /** All that is not in force as it is written, in order of files and objects. */
  @Override
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

  @Override
  public @Nullable List<IpAddress> podAddresses(ObjectName name) {
    return registry.inForce(new ObjectKey(Kind.POD, name)) instanceof PodManifest pod
        ? pod.addresses()
        : null;
  }

  /**
   * Remembers in the state file, if there is one, what was given out. A caller that only looks must
   * not call it.
   */
  @Override
  public void inForce() {
    allocations.save();
  }

  private CatalogChange folderGone(IOException cause, Collection<Change> changes) {
    String reason = cause instanceof NoSuchFileException ? "is not there" : "" + cause;
    folderProblem =
        Problem.skipped(
            directory.toString(), "", "", reason + "; what was last known stays in force");
    return controlPlane.apply(changes);
  }

  private CatalogChange read(Set<String> names) {
    folderProblem = null;
    Map<ObjectKey, Change> changes = new HashMap<>();
    List<String> all = names.stream().filter(FileReader::reads).toList();
    for (int from = 0; from < all.size(); from += FILES_AT_ONCE) {
      List<FileOutcome> outcomes =
          files.read(all.subList(from, Math.min(from + FILES_AT_ONCE, all.size())));
      if (outcomes.stream().anyMatch(FileOutcome::gone) && !files.exists()) {
        // Not the files went but the folder.
        return folderGone(new NoSuchFileException(directory.toString()), changes.values());
      }
      for (FileOutcome outcome : outcomes) {
        take(outcome).forEach(change -> changes.merge(change.key(), change, Change::then));
      }
    }
    return controlPlane.apply(changes.values());
  }

  private List<Change> take(FileOutcome outcome) {
    String name = outcome.file();
    fileProblems.remove(name);
    if (outcome.failure() != null) {
      fileProblems.put(
          name, List.of(Problem.skipped(name, "", "", outcome.failure() + held(name))));
      return List.of();
    }
    List<Manifest> objects = new ArrayList<>();
    if (outcome.contents() != null) {
      objects.addAll(outcome.contents().objects());
      List<Problem> problems = new ArrayList<>(outcome.contents().problems());
      hold(name, outcome.contents(), objects, problems);
      if (!problems.isEmpty()) {
        fileProblems.put(name, List.copyOf(problems));
      }
    }
    return registry.replace(name, objects);
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
  @Override
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
              manifest.details() == null ? PackedDetails.NONE : manifest.details(),
              named ? List.of() : controlPlane.slicesOf(manifest)));
    }
    return services;
  }
}
