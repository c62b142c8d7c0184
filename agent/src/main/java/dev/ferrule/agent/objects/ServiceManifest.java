// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.objects;

import dev.ferrule.agent.show.PackedDetails;
import dev.ferrule.rules.model.IpFamily;
import dev.ferrule.rules.model.ObjectName;
import dev.ferrule.rules.model.Service;
import dev.ferrule.rules.model.ServiceType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A Service as it is written, before anything is given out to it.
 *
 * @param written addresses and node ports are those that the manifest asks for; a nodePort of 0 is
 *     one it leaves out
 * @param families {@code spec.ipFamilies}, else the families of the written cluster addresses
 * @param foreign it has label {@code service.kubernetes.io/service-proxy-name}: another proxy's
 * @param publishNotReady {@code spec.publishNotReadyAddresses}
 * @param allocateNodePorts whether node ports that are left out are given to it
 * @param allocateBalancer whether load balancer addresses may be given to it
 * @param details what is only for display, if that was asked for
 */
public record ServiceManifest(
    Service written,
    List<IpFamily> families,
    FamilyPolicy familyPolicy,
    boolean headless,
    boolean foreign,
    boolean publishNotReady,
    boolean allocateNodePorts,
    boolean allocateBalancer,
    @Nullable PackedDetails details)
    implements Manifest {

  public ServiceManifest {
    families = List.copyOf(families);
  }

  @Override
  public Kind kind() {
    return Kind.SERVICE;
  }

  @Override
  public ObjectName name() {
    return written.name();
  }

  @Override
  public long created() {
    return written.created();
  }

  /** Whether it has cluster addresses: it is neither headless nor an ExternalName. */
  public boolean hasClusterIps() {
    return !headless && written.type() != ServiceType.EXTERNAL_NAME;
  }
}
