// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab.flows;

import dev.ferrule.lab.LabException;
import dev.ferrule.lab.ManifestsInApi;
import dev.ferrule.lab.NamespaceThread;
import dev.ferrule.testapi.ApiServer;
import dev.ferrule.testapi.Options;
import dev.ferrule.testapi.Resource;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Lets a command follow an API server in the node's namespace, and makes the objects there those of
 * the folder at each change.
 */
final class ApiApplier implements Applier {

  private final Place place;
  private final DaemonApplier daemon;
  private @Nullable ApiServer server;
  private @Nullable ManifestsInApi manifests;

  ApiApplier(CommandLine command, Place place) {
    this.place = place;
    this.daemon = new DaemonApplier(command, place);
  }

  @Override
  public void sync() {
    try {
      ManifestsInApi known = manifests;
      if (known == null) {
        ApiServer api =
            NamespaceThread.once(place.node(), () -> ApiServer.start(Options.defaults().withTls()));
        server = api;
        // Only what the scenario has in its cluster.
        api.delete(Resource.SERVICECIDRS, "", "kubernetes");
        api.kubeconfig(place.kubeconfig());
        known = new ManifestsInApi(place.manifests(), api);
        manifests = known;
      }
      known.update();
    } catch (Exception e) {
      throw new LabException("could not bring the manifests to the API server", e);
    }
    daemon.sync();
  }

  @Override
  public void stop() {
    daemon.stop();
  }

  @Override
  public void close() {
    stop();
    if (server != null) {
      server.close();
    }
  }

  @Override
  public Duration patience() {
    return daemon.patience();
  }

  @Override
  public boolean answers() {
    return true;
  }
}
