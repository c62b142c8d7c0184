// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab.flows;

import dev.ferrule.lab.NetNamespace;
import java.nio.file.Path;
import java.time.Duration;

/** What is being tested: it turns a folder of manifests into rules of the node's kernel. */
interface Applier extends AutoCloseable {

  /** Where one scenario takes place. */
  record Place(Bench bench, Path config, Path manifests, Path log) {
    NetNamespace node() {
      return bench.node();
    }

    /** Credentials for the API server, if there is one. */
    Path kubeconfig() {
      return config.resolveSibling("kubeconfig");
    }
  }

  /** Makes one for each scenario. */
  interface Factory {
    Applier at(Place place);
  }

  /** Called when the folder is ready and after each change; returns when rules may be expected. */
  void sync();

  /** Ends whatever runs, leaving the rules as they are; the next sync starts it again. */
  void stop();

  /** How long a flow may still be wrong after a change. */
  Duration patience();

  /** Whether something runs between the syncs that answers on health and metrics ports. */
  boolean answers();

  @Override
  default void close() {
    stop();
  }
}
