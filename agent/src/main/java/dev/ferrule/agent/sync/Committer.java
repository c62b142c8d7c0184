// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.sync;

import dev.ferrule.kernel.KernelException;
import dev.ferrule.rules.diff.Changes;
import dev.ferrule.rules.diff.DesiredState;
import dev.ferrule.rules.model.IpFamily;
import java.time.Duration;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Commits changes, and when the kernel refuses some, writes all tables anew: the way back from
 * whatever else has happened to them.
 */
final class Committer {

  /** Reading the tables to look for foreign changes may take one part in so many of our time. */
  private static final int SHARE_OF_TIME = 20;

  private static final Duration AFTER_ERROR = Duration.ofSeconds(1);

  private final KernelRules kernel;
  private final DesiredState desired;
  private final Consumer<String> log;
  private boolean failed;
  private long readAgainAt = System.nanoTime();
  private String complaint = "";

  Committer(KernelRules kernel, DesiredState desired, Consumer<String> log) {
    this.kernel = kernel;
    this.desired = desired;
    this.log = log;
  }

  /** Carries out an update of the desired state; after a failed one, all that is missing too. */
  void commit(DesiredState.Update update) {
    boolean rewritten = failed;
    if (!failed) {
      try {
        kernel.commit(update.changes(), desired);
      } catch (KernelException e) {
        log.accept("commit failed, writing all tables anew: " + e.getMessage());
        rewritten = true;
      }
    }
    if (rewritten) {
      rewrite();
    }
    if (!failed) {
      forget(rewritten ? Set.of(IpFamily.values()) : update.forgetClients());
    }
  }

  /**
   * Puts right what somebody else did to our tables. Where others commit to their own tables all
   * the time, it looks only now and then.
   *
   * @return what was put right; nothing if that failed
   */
  Changes mend() {
    long start = System.nanoTime();
    Changes changes = Changes.NONE;
    if (failed || start - readAgainAt < 0) {
      return changes;
    }
    try {
      if (kernel.mayHaveChanged()) {
        changes = desired.differenceTo(kernel.read());
        mend(changes);
        complaint = "";
        long end = System.nanoTime();
        readAgainAt = end + SHARE_OF_TIME * (end - start);
      }
    } catch (KernelException e) {
      complain("could not look whether somebody changed our tables: " + e.getMessage());
      readAgainAt = System.nanoTime() + AFTER_ERROR.toNanos();
    }
    return failed ? Changes.NONE : changes;
  }

  private void mend(Changes changes) {
    if (changes.isEmpty()) {
      return;
    }
    log.accept("somebody changed our tables; differences put right: " + changes.list().size());
    commit(new DesiredState.Update(changes, Set.of(IpFamily.values())));
  }

  private void rewrite() {
    try {
      Changes all = desired.rewrite(kernel.readToReplace(), "the kernel refused a change");
      kernel.commit(all, desired);
      log.accept("all tables written anew");
      complaint = "";
      failed = false;
    } catch (KernelException e) {
      complain("could not write the tables: " + e.getMessage());
      failed = true;
    }
  }

  /** Says a thing once, however often it is tried again. */
  private void complain(String text) {
    if (!text.equals(complaint)) {
      complaint = text;
      log.accept(text);
    }
  }

  private void forget(Set<IpFamily> families) {
    try {
      kernel.forgetClients(families, desired);
    } catch (KernelException e) {
      log.accept("could not make clients forget endpoints that are gone: " + e.getMessage());
    }
  }

  /** Whether the kernel does not hold what is wanted, because the last commit failed. */
  boolean failed() {
    return failed;
  }
}
