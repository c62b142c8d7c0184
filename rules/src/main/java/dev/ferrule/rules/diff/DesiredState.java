// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.diff;

import dev.ferrule.rules.compile.ForwardingSettings;
import dev.ferrule.rules.compile.ForwardingTable;
import dev.ferrule.rules.compile.Frontend;
import dev.ferrule.rules.compile.FrontendKey;
import dev.ferrule.rules.compile.NodeContext;
import dev.ferrule.rules.compile.ServiceCompiler;
import dev.ferrule.rules.compile.TrackedPort;
import dev.ferrule.rules.model.CatalogChange;
import dev.ferrule.rules.model.Cidr;
import dev.ferrule.rules.model.EndpointSlice;
import dev.ferrule.rules.model.IpAddress;
import dev.ferrule.rules.model.IpFamily;
import dev.ferrule.rules.model.NodeObject;
import dev.ferrule.rules.model.NodeView;
import dev.ferrule.rules.model.ObjectName;
import dev.ferrule.rules.model.Service;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The whole way from what a source says to what the kernel must change. A change of one Service
 * recompiles that Service alone; a change of the node recompiles all.
 *
 * <p>Owned by one thread.
 */
public final class DesiredState {

  private final ForwardingSettings settings;
  private final String nodeName;
  private final Map<ObjectName, Service> services = new HashMap<>();
  private final Map<ObjectName, List<EndpointSlice>> slices = new HashMap<>();
  private final ForwardingTable forwarding = new ForwardingTable();
  private final Rendering rendering;
  private final DesiredRules rules;
  private @Nullable NodeObject node;
  private List<Cidr> serviceCidrs = List.of();
  private List<IpAddress> interfaceAddresses;
  private NodeContext context;

  /**
   * What the kernel must change, and what to look after once it has.
   *
   * @param forgetClients families in which clients may be remembered with an endpoint that is gone
   * @param tracked for each Service whose tracked ports are different: all that it has now
   */
  public record Update(
      Changes changes, Set<IpFamily> forgetClients, Map<ObjectName, List<TrackedPort>> tracked) {
    public Update {
      forgetClients = Set.copyOf(forgetClients);
      tracked = Map.copyOf(tracked);
    }

    /** Without news of tracked ports. */
    public Update(Changes changes, Set<IpFamily> forgetClients) {
      this(changes, forgetClients, Map.of());
    }
  }

  /** Starts without any Service, for nftables. */
  public DesiredState(
      ForwardingSettings settings, String nodeName, List<IpAddress> interfaceAddresses) {
    this(settings, new Rendering.Nftables(), nodeName, interfaceAddresses);
  }

  /**
   * Starts without any Service.
   *
   * @param rendering what the rules are written in
   * @param nodeName this node's name, in lower case
   * @param interfaceAddresses what the host's interfaces have
   */
  public DesiredState(
      ForwardingSettings settings,
      Rendering rendering,
      String nodeName,
      List<IpAddress> interfaceAddresses) {
    this.settings = settings;
    this.nodeName = nodeName;
    this.interfaceAddresses = List.copyOf(interfaceAddresses);
    this.context = currentContext();
    this.rendering = rendering;
    if (rendering instanceof Rendering.Nftables nftables) {
      this.rules = new NftablesRules(context, serviceCidrs, nftables.counting());
    } else {
      this.rules = new IptablesRules((Rendering.Iptables) rendering, context);
    }
  }

  /**
   * Takes in a part of the first picture. Nothing is worked out for the kernel: {@link
   * #differenceTo} is to be asked when all parts are in.
   *
   * @return for each Service whose tracked ports are different: all that it has now
   */
  public Map<ObjectName, List<TrackedPort>> load(CatalogChange part) {
    Compiled compiled = compile(take(part), part.serviceCidrs());
    rules.load(compiled.changes());
    if (compiled.ranges()) {
      rules.update(List.of(), context, serviceCidrs, forwarding.frontends());
    }
    return compiled.tracked();
  }

  /** What changes because the source says something new. */
  public Update update(CatalogChange change) {
    return recompile(take(change), change.serviceCidrs());
  }

  /** The Services that are other ones now. */
  private Set<ObjectName> take(CatalogChange change) {
    change.applyTo(services, slices);
    Set<ObjectName> touched = new TreeSet<>(change.services().keySet());
    touched.addAll(change.slices().keySet());
    node = change.node();
    return touched;
  }

  /** What changes because the host's interfaces have other addresses. */
  public Update updateInterfaces(List<IpAddress> addresses) {
    interfaceAddresses = List.copyOf(addresses);
    return recompile(Set.of(), serviceCidrs);
  }

  private Update recompile(Collection<ObjectName> touched, List<Cidr> newServiceCidrs) {
    Compiled compiled = compile(touched, newServiceCidrs);
    Changes all =
        rules.update(
            compiled.changes(),
            compiled.ranges() ? context : null,
            serviceCidrs,
            forwarding.frontends());
    return new Update(all, losingClients(compiled.changes()), compiled.tracked());
  }

  /**
   * What became of Services.
   *
   * @param ranges whether those of Pods or of Services may be other ones
   */
  private record Compiled(
      List<ForwardingTable.Change> changes,
      boolean ranges,
      Map<ObjectName, List<TrackedPort>> tracked) {}

  private Compiled compile(Collection<ObjectName> touched, List<Cidr> newServiceCidrs) {
    NodeContext newContext = currentContext();
    boolean everything = !newContext.equals(context);
    context = newContext;
    ServiceCompiler compiler = new ServiceCompiler(context);
    Coalesced coalesced = new Coalesced();
    Map<ObjectName, List<TrackedPort>> tracked = new HashMap<>();
    for (ObjectName name : everything ? allNames(touched) : touched) {
      Service service = services.get(name);
      List<TrackedPort> trackedBefore = forwarding.tracked(name);
      coalesced.add(
          service == null
              ? forwarding.remove(name)
              : forwarding.put(compiler.compile(service, slices.getOrDefault(name, List.of()))));
      if (!forwarding.tracked(name).equals(trackedBefore)) {
        tracked.put(name, forwarding.tracked(name));
      }
    }
    boolean ranges = everything || !newServiceCidrs.equals(serviceCidrs);
    serviceCidrs = newServiceCidrs;
    return new Compiled(coalesced.changes(), ranges, tracked);
  }

  private Set<ObjectName> allNames(Collection<ObjectName> touched) {
    Set<ObjectName> all = new TreeSet<>(services.keySet());
    all.addAll(touched);
    return all;
  }

  /** All that was taken in, as a first picture that leads to this state. */
  public CatalogChange catalog() {
    Map<ObjectName, Optional<Service>> all = new HashMap<>();
    services.forEach((name, service) -> all.put(name, Optional.of(service)));
    return new CatalogChange(all, slices, node, serviceCidrs);
  }

  /** Endpoints in the slices of all Services, ready or not. */
  public int endpoints() {
    int endpoints = 0;
    for (List<EndpointSlice> all : slices.values()) {
      for (EndpointSlice slice : all) {
        endpoints += slice.endpoints().size();
      }
    }
    return endpoints;
  }

  /** What leads from what the kernel holds to what is wanted. */
  public Changes differenceTo(KernelState kernel) {
    return rules.differenceTo(kernel, forwarding.frontends());
  }

  /**
   * The same as {@link #differenceTo}, but a table that is not there yet is not told element by
   * element: at the start of an agent that would double what it needs in memory.
   */
  public Changes firstDifferenceTo(KernelState kernel) {
    return rules.firstDifferenceTo(kernel, forwarding.frontends());
  }

  /** What a kernel holds that was written by this state alone. */
  public KernelState wanted() {
    return rules.state(forwarding.frontends());
  }

  /**
   * Writes everything anew: tables in one batch, whatever the kernel holds of them.
   *
   * @param kernel what is there; counts only for chains of iptables
   */
  public Changes rewrite(KernelState kernel, String reason) {
    return rules.rewrite(kernel, forwarding.frontends(), reason);
  }

  /** How many elements each set is to hold, by family; none where rules are no sets. */
  public Map<IpFamily, Map<String, Integer>> elements() {
    return rules.elements();
  }

  /** What the rules are written in. */
  public Rendering rendering() {
    return rendering;
  }

  /** What happens to each connection. */
  public ForwardingTable forwarding() {
    return forwarding;
  }

  /** The ranges that Services get addresses from, of both families. */
  public List<Cidr> serviceCidrs() {
    return serviceCidrs;
  }

  /** This node and the settings as they count now. */
  public NodeContext context() {
    return context;
  }

  /** This node's Node object; null without one. */
  public @Nullable NodeObject node() {
    return node;
  }

  private NodeContext currentContext() {
    NodeView view =
        node == null
            ? new NodeView(nodeName, null, List.of(), interfaceAddresses, List.of())
            : new NodeView(
                nodeName,
                node.zone(),
                node.primaryAddresses(),
                interfaceAddresses,
                node.podCidrs());
    return NodeContext.of(view, settings);
  }

  private static Set<IpFamily> losingClients(List<ForwardingTable.Change> changes) {
    Set<IpFamily> families = EnumSet.noneOf(IpFamily.class);
    for (ForwardingTable.Change change : changes) {
      Frontend before = change.before();
      if (before != null && before.affinitySeconds() > 0) {
        families.add(before.key().family());
      }
    }
    return families;
  }

  /** Several changes of one key in a row are one: from the first state to the last. */
  private static final class Coalesced {

    private final Map<FrontendKey, ForwardingTable.Change> byKey = new TreeMap<>();

    void add(List<ForwardingTable.Change> changes) {
      for (ForwardingTable.Change change : changes) {
        byKey.merge(
            change.key(),
            change,
            (first, last) -> new ForwardingTable.Change(first.before(), last.after()));
      }
    }

    List<ForwardingTable.Change> changes() {
      List<ForwardingTable.Change> changes = new ArrayList<>(byKey.values());
      changes.removeIf(ForwardingTable.Change::isNothing);
      return changes;
    }
  }
}
