// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.kernel;

/**
 * A commit of another program that touched our rules, as the kernel told of it ({@code
 * nf_tables_gen_notify} in {@code net/netfilter/nf_tables_api.c}).
 *
 * @param generation the kernel's generation number that it made
 * @param processId the thread that committed, as the first PID namespace of the host numbers it;
 *     with most programs the process. It may have ended by now. 0 if the kernel does not say
 * @param processName its name, at most 15 characters; empty if the kernel does not say
 * @param objects how many rules, chains, sets and packets of elements of ours it added, changed or
 *     removed
 * @param heardAt when we heard of it, as {@link System#nanoTime} counts
 */
public record ForeignCommit(
    int generation, long processId, String processName, int objects, long heardAt) {

  /** For example {@code nft (process 4711)}. */
  public String author() {
    String name = processName.isEmpty() ? "an unknown program" : processName;
    return processId == 0
        ? name + " (a process of another PID namespace)"
        : name + " (process " + processId + ")";
  }
}
