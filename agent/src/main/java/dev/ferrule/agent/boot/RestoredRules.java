// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.boot;

import dev.ferrule.agent.log.Log;
import dev.ferrule.agent.sync.Commit;
import dev.ferrule.agent.sync.EarlyRules;
import dev.ferrule.agent.sync.SyncObserver;
import dev.ferrule.rules.model.IpAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Rules that were restored before the network of this boot was up, for the agent that goes on from
 * them. Owned by its sync thread.
 */
public final class RestoredRules implements EarlyRules, SyncObserver {

  /**
   * How long an address is awaited, from the restore on: as long as systemd waits for a network
   * before it calls it late (systemd-networkd-wait-online.service(8)). Whatever comes later has its
   * rules some milliseconds after the address.
   */
  static final Duration AWAITED = Duration.ofMinutes(2);

  private final Path stateDirectory;
  private final Log log;
  private final Moment moment;

  /** Null if nothing was restored in this boot. */
  private @Nullable RestoreMark mark;

  private final Set<IpAddress> awaited = new LinkedHashSet<>();

  /** Tells what time it is. */
  @FunctionalInterface
  interface Moment {
    ThisBoot now() throws IOException;
  }

  RestoredRules(Path stateDirectory, Moment moment, Log log) {
    this.stateDirectory = stateDirectory;
    this.moment = moment;
    this.log = log;
    RestoreMark found = find();
    if (found != null) {
      mark = found;
      awaited.addAll(found.awaited());
    }
  }

  /** What was restored in this boot, if anything was. */
  public static RestoredRules of(Path stateDirectory, Log log) {
    return new RestoredRules(stateDirectory, ThisBoot::now, log);
  }

  /**
   * To be told by who restores rules, before they are in force. Without a state directory nobody
   * will know.
   *
   * @param addresses that the rules count with and that no interface has
   */
  public static void mark(Path stateDirectory, Collection<IpAddress> addresses) throws IOException {
    if (Files.isDirectory(stateDirectory)) {
      ThisBoot now = ThisBoot.now();
      new RestoreMark(now.id(), now.micros(), false, List.copyOf(addresses)).write(stateDirectory);
    }
  }

  private @Nullable RestoreMark find() {
    try {
      RestoreMark found = RestoreMark.read(stateDirectory);
      return found != null && found.boot().equals(moment.now().id()) ? found : null;
    } catch (IOException | RuntimeException e) {
      log.warning(RestoreMark.file(stateDirectory) + " is not used: " + e);
      return null;
    }
  }

  @Override
  public boolean areAsSaved() {
    return mark != null && !mark.adopted();
  }

  @Override
  public List<IpAddress> withAwaited(List<IpAddress> present) {
    present.forEach(awaited::remove);
    if (!awaited.isEmpty() && !inTime()) {
      log.info(
          "no interface has got "
              + String.join(", ", awaited.stream().map(IpAddress::toString).toList())
              + ", as this node had before its reboot: node ports are not open there any more");
      awaited.clear();
    }
    Set<IpAddress> all = new LinkedHashSet<>(present);
    all.addAll(awaited);
    return List.copyOf(all);
  }

  @Override
  public Set<IpAddress> awaited() {
    return Set.copyOf(awaited);
  }

  private boolean inTime() {
    try {
      long passed = mark == null ? -1 : moment.now().micros() - mark.micros();
      return passed >= 0 && passed < TimeUnit.NANOSECONDS.toMicros(AWAITED.toNanos());
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public void committed(Commit commit) {
    if (mark == null || mark.adopted()) {
      return;
    }
    mark = mark.adopt();
    try {
      mark.write(stateDirectory);
    } catch (IOException e) {
      log.warning(
          RestoreMark.file(stateDirectory)
              + " cannot be written ("
              + e
              + "): if the agent crashes before the next reboot, it goes back to the saved state."
              + " Make the directory writable");
    }
  }
}
