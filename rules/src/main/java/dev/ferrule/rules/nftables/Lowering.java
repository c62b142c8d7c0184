// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.nftables;

import dev.ferrule.rules.compile.Backend;
import dev.ferrule.rules.compile.Frontend;
import dev.ferrule.rules.compile.ServicePortName;
import dev.ferrule.rules.compile.Target;
import dev.ferrule.rules.model.Cidr;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What one frontend needs in the table of its family. */
public final class Lowering {

  /** nft reads comments of at most 127 bytes. */
  private static final int MAX_COMMENT_BYTES = 127;

  /** Receives what a frontend needs. */
  public interface Sink {

    /** An element that belongs to this frontend alone. */
    void element(String set, Element element);

    /** One more use of something shared. */
    void use(SharedObject object);
  }

  private final Frontend frontend;
  private final Bytes key;
  private final Sink sink;

  private Lowering(Frontend frontend, Sink sink) {
    this.frontend = frontend;
    this.key = Wire.frontend(frontend.key());
    this.sink = sink;
  }

  /** Tells the sink all that the frontend needs, each element once. */
  public static void lower(Frontend frontend, Sink sink) {
    new Lowering(frontend, sink).lower();
  }

  private void lower() {
    if (frontend.kind() == Frontend.Kind.CLUSTER_IP) {
      sink.use(new SharedObject.ClusterIp(frontend.key().address()));
      sink.use(SharedObject.ClusterIpBlock.of(frontend.key().address()));
    }
    List<Cidr> allowed = frontend.allowedSources();
    if (allowed != null) {
      member(Layout.RESTRICTED);
      for (Cidr range : Ranges.withoutNested(allowed)) {
        ElementKey source = Wire.source(frontend.key(), range);
        sink.element(Layout.ALLOWED_SOURCES, Element.of(source, ElementValue.member()));
      }
    }
    String comment = comment(frontend.owner());
    Target target = frontend.target();
    if (target instanceof Target.Reject) {
      sink.element(
          Layout.NO_ENDPOINTS, new Element(ElementKey.single(key), ElementValue.member(), comment));
      return;
    }
    sink.element(Layout.SERVICES, new Element(ElementKey.single(key), verdict(target), comment));
    backends(target);
    Target outsiders = frontend.outsiders();
    if (outsiders != null) {
      member(Layout.LOCAL_POLICY);
      sink.element(Layout.EXTERNAL_LOCAL, Element.of(ElementKey.single(key), verdict(outsiders)));
      backends(outsiders);
    }
    switch (frontend.masquerade()) {
      case NOBODY -> {}
      case EVERYBODY -> member(Layout.MASQ_ALL);
      case ALL_BUT_PODS -> member(Layout.MASQ_NON_PODS);
      case THE_NODE -> member(Layout.MASQ_NODE);
    }
    if (frontend.affinitySeconds() > 0) {
      AffinityClass affinity =
          new AffinityClass(frontend.key().protocol(), frontend.affinitySeconds());
      sink.use(new SharedObject.Affinity(affinity));
      member(affinity.setName());
    }
  }

  private void member(String set) {
    sink.element(set, Element.of(ElementKey.single(key), ElementValue.member()));
  }

  private ElementValue verdict(Target target) {
    if (!(target instanceof Target.Balance balance)) {
      return ElementValue.drop();
    }
    PickChain chain =
        new PickChain(
            balance.pool(), frontend.affinitySeconds() > 0, balance.hashed(), balance.slotCount());
    sink.use(new SharedObject.Pick(chain));
    if (chain.sticky()) {
      sink.use(new SharedObject.Pick(chain.withoutMemory()));
    }
    return new ElementValue.GotoChain(chain.name());
  }

  private void backends(Target target) {
    if (target instanceof Target.Balance balance) {
      int slot = 0;
      for (Backend backend : balance.slots()) {
        sink.element(
            Layout.backends(balance.pool()),
            Element.of(
                ElementKey.single(Wire.slot(frontend.key(), slot++)),
                new ElementValue.Data(Wire.backend(backend))));
      }
      for (Backend backend : balance.backends()) {
        sink.use(new SharedObject.HairpinOf(backend.address()));
      }
    }
  }

  private static String comment(ServicePortName owner) {
    String whole = owner.toString();
    return whole.getBytes(StandardCharsets.UTF_8).length <= MAX_COMMENT_BYTES
        ? whole
        : owner.service().toString();
  }
}
