// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.manifests;

import dev.ferrule.agent.log.Log;
import dev.ferrule.agent.objects.Problem;
import dev.ferrule.agent.show.ShownService;
import dev.ferrule.agent.source.FollowedSource;
import dev.ferrule.agent.source.SourceState;
import dev.ferrule.kernel.FolderWatch;
import dev.ferrule.kernel.KernelException;
import dev.ferrule.rules.model.CatalogChange;
import dev.ferrule.rules.model.IpAddress;
import dev.ferrule.rules.model.ObjectName;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A folder of manifests whose changes are noticed by the kernel's notifications. */
public final class FollowedFolder implements FollowedSource {

  private final ManifestFolder folder;
  private final ChangedFiles changed = new ChangedFiles();
  private final FolderFollower follower;
  private final Path directory;
  private volatile @Nullable Instant read;

  private FollowedFolder(Path directory, ManifestFolder folder, FolderWatch watch, Log log) {
    this.folder = folder;
    this.directory = directory;
    this.follower = new FolderFollower(directory, watch, changed, log);
  }

  /**
   * Notifications begin here, before the folder is read for the first time, so that nothing is
   * missed.
   *
   * @param folder the same directory, not loaded yet
   * @param log takes what the operator should know, a sentence each
   * @throws KernelException if the folder cannot be watched
   */
  public static FollowedFolder open(Path directory, ManifestFolder folder, Log log)
      throws KernelException {
    return new FollowedFolder(directory, folder, FolderWatch.open(directory), log);
  }

  @Override
  public String name() {
    return folder.name();
  }

  @Override
  public void load(Consumer<CatalogChange> parts) {
    folder.load(parts);
    read = Instant.now();
  }

  @Override
  public void follow(Runnable listener) {
    changed.tell(listener);
    follower.start();
  }

  @Override
  public CatalogChange changes() {
    ChangedFiles.Names names = changed.take();
    CatalogChange change = names.all() ? folder.rescan() : folder.refresh(names.files());
    read = Instant.now();
    return change;
  }

  @Override
  public List<Problem> problems() {
    return folder.problems();
  }

  @Override
  public List<ShownService> services() {
    return folder.services();
  }

  @Override
  public @Nullable List<IpAddress> podAddresses(ObjectName pod) {
    return folder.podAddresses(pod);
  }

  @Override
  public void inForce() {
    folder.inForce();
  }

  @Override
  public List<SourceState> states() {
    return List.of(follower.state(directory.toString(), read));
  }

  @Override
  public void close() {
    follower.close();
  }
}
