// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.sync;

import dev.ferrule.agent.log.Log;
import dev.ferrule.kernel.KernelException;
import dev.ferrule.rules.diff.Changes;
import dev.ferrule.rules.diff.DesiredState;
import dev.ferrule.rules.model.IpFamily;
import java.util.Set;

/**
 * Commits changes, and when the kernel refuses some, writes all tables anew: the way back from
 * whatever else has happened to them.
 */
final class Committer {

  private final KernelRules kernel;
  private final DesiredState desired;
  private final Log log;
  private boolean failed;
  private String complaint = "";

  Committer(KernelRules kernel, DesiredState desired, Log log) {
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
        log.warning("commit failed, writing all tables anew: " + e.getMessage());
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

  private void rewrite() {
    try {
      Changes all = desired.rewrite(kernel.readToReplace(), "the kernel refused a change");
      kernel.commit(all, desired);
      log.info("all tables written anew");
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
      log.error(text);
    }
  }

  private void forget(Set<IpFamily> families) {
    try {
      kernel.forgetClients(families, desired);
    } catch (KernelException e) {
      log.warning("could not make clients forget endpoints that are gone: " + e.getMessage());
    }
  }

  /** Whether the kernel does not hold what is wanted, because the last commit failed. */
  boolean failed() {
    return failed;
  }
}
