// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.sync;

import dev.ferrule.kernel.KernelException;
import dev.ferrule.kernel.RulesetEvents;
import dev.ferrule.rules.diff.Changes;
import dev.ferrule.rules.diff.DesiredState;
import dev.ferrule.rules.diff.KernelState;
import dev.ferrule.rules.model.IpAddress;
import dev.ferrule.rules.model.IpFamily;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;

/** Our rules of one kind in the kernel of this network namespace. */
public sealed interface KernelRules extends AutoCloseable permits KernelTables, KernelChains {

  /** What is there of ours. */
  KernelState read() throws KernelException;

  /** As much of {@link #read} as must be known to write everything anew. */
  KernelState readToReplace() throws KernelException;

  /**
   * Whether somebody else may have changed our rules since we read them or wrote to them. It costs
   * some microseconds.
   */
  Suspicion suspicion() throws KernelException;

  /**
   * Begins to follow the commits of others, so that {@link #suspicion} can tell whose they are.
   *
   * @return what to wait on; empty if the kernel does not tell of changes to rules of this kind
   */
  Optional<RulesetEvents> follow() throws KernelException;

  /**
   * Says that rules of ours of the other kind are in force. The clients with session affinity that
   * they remember stay with their endpoints when the first commit makes ours; a client whose first
   * connection falls between reading them and that commit may be given another one.
   */
  void takeOverClients();

  /**
   * Remembers clients that the rules in force do not know: each stays with the endpoint of its
   * list.
   *
   * @param idleMillis by the name of the list as {@link
   *     dev.ferrule.rules.iptables.ClientLists#name} gives it: the clients, and for how long they
   *     have not been seen
   */
  void remember(IpFamily family, Map<String, Map<IpAddress, Long>> idleMillis, DesiredState desired)
      throws KernelException;

  /**
   * Carries out changes. Clients with session affinity stay with their endpoints.
   *
   * @throws KernelException if the kernel refused
   */
  void commit(Changes changes, DesiredState desired) throws KernelException;

  /**
   * Forgets clients whose endpoint they may not be sent to any more. To be called after the commit
   * that removed the endpoint, so that no packet can bring such an entry back.
   */
  void forgetClients(Collection<IpFamily> families, DesiredState desired) throws KernelException;

  /** Removes all that is ours, whatever it is. */
  void remove() throws KernelException;

  @Override
  void close();
}
