// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab;

import dev.ferrule.kernel.NetworkNamespace;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A thread that has moved into a network namespace with {@code setns(2)}. A namespace is a property
 * of a thread, not of a process: a socket belongs to the namespace of the thread that made it and
 * stays there, whoever uses it later. So one Java process can be dozens of pods.
 */
public final class NamespaceThread implements AutoCloseable {
  private final NetNamespace namespace;
  private final ExecutorService thread;

  private NamespaceThread(NetNamespace namespace) {
    this.namespace = namespace;
    this.thread =
        Executors.newSingleThreadExecutor(
            work -> {
              Thread made = new Thread(work, "in " + namespace.name());
              made.setDaemon(true);
              return made;
            });
  }

  /** Starts a thread and moves it. The caller's own thread stays where it is. */
  public static NamespaceThread enter(NetNamespace namespace) {
    NamespaceThread made = new NamespaceThread(namespace);
    try {
      // The executor's one thread outlives failing tasks, so moving it once is enough.
      made.call(
          () -> {
            NetworkNamespace.enter(Path.of(namespace.path()));
            return namespace;
          });
      return made;
    } catch (Exception e) {
      made.close();
      throw new LabException("could not enter " + namespace.name(), e);
    }
  }

  /** Runs one task in a namespace, for a socket or a setting that is made once. */
  public static <T> T once(NetNamespace namespace, Callable<T> task) throws Exception {
    try (NamespaceThread thread = enter(namespace)) {
      return thread.call(task);
    }
  }

  /** Runs a task in the namespace and waits for it; what the task throws is thrown here. */
  public <T> T call(Callable<T> task) throws Exception {
    try {
      return thread.submit(task).get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Exception cause) {
        throw cause;
      }
      throw e;
    }
  }

  public NetNamespace namespace() {
    return namespace;
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
