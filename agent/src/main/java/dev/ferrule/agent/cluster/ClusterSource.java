// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.cluster;

import dev.ferrule.agent.log.Log;
import dev.ferrule.agent.source.FollowedSource;
import dev.ferrule.agent.source.Notice;
import dev.ferrule.agent.source.SourceState;
import dev.ferrule.rules.model.CatalogChange;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * A cluster that is followed. Until all lists are complete for the first time it tells what was
 * known when the last run ended, or nothing at all if that is not known or its rules are there.
 */
public final class ClusterSource extends ClusterPicture implements FollowedSource {

  private final ClusterSettings settings;
  private final Duration behind;
  private final Log log;
  private final List<Follower> followers = new CopyOnWriteArrayList<>();
  private final StateKeeper keeper;
  private final SavedState saved;
  private final EventSender events;
  private final Waiting waiting;

  private final Object news = new Object();

  // Guarded by news.
  private Runnable listener = () -> {};
  private boolean told;

  // Owned by the thread that owns the source.
  private BooleanSupplier rules = () -> false;
  private boolean complete;
  private boolean restored;

  /**
   * Nothing is asked for before {@link #load}.
   *
   * @param log takes what the operator should know, a sentence each
   */
  public ClusterSource(ClusterSettings settings, Log log) {
    this(settings, Follower.BEHIND, log);
  }

  ClusterSource(ClusterSettings settings, Duration behind, Log log) {
    super(settings, log);
    this.behind = behind;
    this.settings = settings;
    this.log = log;
    this.saved = new SavedState(settings.stateDirectory(), server.url(), settings.nodeName());
    this.keeper = new StateKeeper(saved, catalog, log);
    this.events = new EventSender(server, settings.nodeName(), log);
    this.waiting = new Waiting(catalog, settings.nodeName(), log);
  }

  @Override
  public void rulesInForce(BooleanSupplier inForce) {
    rules = inForce;
  }

  @Override
  public void load(Consumer<CatalogChange> parts) throws InterruptedException {
    if (rules.getAsBoolean()) {
      // The state may be some changes older than they are.
      waiting.meanwhile("the rules of the last run stay in force");
    } else {
      restore();
    }
    catalog.tell(this::changed);
    for (Resource resource : Resource.values()) {
      Follower follower =
          new Follower(
              resource,
              server,
              catalog,
              settings.nodeName(),
              catalog.versionOf(resource),
              settings.silence(),
              behind,
              log);
      followers.add(follower);
      follower.start();
    }
    keeper.start();
    events.start();
    if (restored) {
      waiting.meanwhile("what was last known stays in force");
      waiting.start();
    } else {
      awaitLists(parts);
    }
    parts.accept(changes());
  }

  private void restore() {
    try {
      SavedState.Content content = saved.read(reader);
      if (content != null) {
        catalog.restore(content);
        restored = true;
        log.info(
            saved.file()
                + ": forwarding for "
                + content.size(Resource.SERVICES)
                + " Services as last known, until "
                + server.url()
                + " has told all");
      }
    } catch (SavedState.UnusableException e) {
      log.warning(saved.file() + " " + e.getMessage() + "; it is not used");
    }
  }

  /** What is here already is handed on, so that little is left to do after the last of it. */
  private void awaitLists(Consumer<CatalogChange> parts) throws InterruptedException {
    while (waiting.still()) {
      synchronized (news) {
        if (!told) {
          news.wait(Waiting.LOOK_MILLIS);
        }
        told = false;
      }
      if (catalog.hasChanges()) {
        parts.accept(catalog.changes(true));
      }
    }
  }

  /** Called by the threads that follow, often: whoever is to act is told once. */
  private void changed() {
    Runnable tell;
    synchronized (news) {
      if (told) {
        return;
      }
      told = true;
      tell = listener;
      news.notifyAll();
    }
    tell.run();
  }

  @Override
  public void follow(Runnable changed) {
    synchronized (news) {
      listener = changed;
      told = false;
    }
    // Not inside: who follows holds the catalog when it asks for the news.
    if (catalog.hasChanges()) {
      changed();
    }
  }

  @Override
  public CatalogChange changes() {
    synchronized (news) {
      told = false;
    }
    if (!complete && catalog.missing(settings.nodeName()).isEmpty()) {
      complete = true;
      if (restored) {
        log.info(server.url() + " has told all: what was last known is replaced");
      }
    }
    return catalog.changes(complete);
  }

  @Override
  public void tell(Notice notice) {
    events.tell(notice);
  }

  @Override
  public void inForce() {
    if (complete) {
      keeper.due();
    }
  }

  @Override
  public List<SourceState> states() {
    return followers.stream().map(Follower::state).toList();
  }

  @Override
  public void close() {
    followers.forEach(Follower::close);
    waiting.close();
    keeper.close();
    events.close();
    server.close();
  }
}
