// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.http;

import dev.ferrule.agent.log.Log;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * HTTP servers that come and go. One whose address is not free is told once and opened as soon as
 * it can be. One thread talks to the clients of all, and a few make the answers, which end when
 * there is nothing to answer.
 */
public final class HttpServers implements AutoCloseable {

  /** Answers that are made at the same time. */
  private static final int THREADS = 4;

  private static final Duration RETRY = Duration.ofSeconds(5);

  private final String threadName;
  private final Duration retry;
  private final HttpLimits limits;
  private final Log log;
  private final ThreadPoolExecutor threads;

  // Guarded by this object.
  private final Set<InetSocketAddress> open = new HashSet<>();
  private final Map<InetSocketAddress, Site> waiting = new LinkedHashMap<>();
  private @Nullable HttpLoop loop;
  private @Nullable Thread retrying;
  private boolean closed;

  /**
   * Without any server yet.
   *
   * @param threadName of the threads that answer
   * @param log takes each message once; called by any thread
   */
  public HttpServers(String threadName, Log log) {
    this(threadName, log, RETRY, HttpLimits.DEFAULT);
  }

  HttpServers(String threadName, Log log, Duration retry, HttpLimits limits) {
    this.threadName = threadName;
    this.log = log;
    this.retry = retry;
    this.limits = limits;
    ThreadFactory daemons = work -> daemon(threadName, work);
    this.threads =
        new ThreadPoolExecutor(
            THREADS, THREADS, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), daemons);
    this.threads.allowCoreThreadTimeOut(true);
  }

  private static Thread daemon(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    return thread;
  }

  /**
   * Opens a site at once.
   *
   * @throws ListenException if its address cannot be listened on
   */
  public synchronized void open(Site site) throws ListenException {
    try {
      listen(site);
    } catch (IOException e) {
      throw new ListenException(problem(site, e) + "; " + site.wayOut(), e);
    }
  }

  /**
   * Opens a site now or when it becomes possible. Nothing happens if its address is open or waiting
   * already: the pages stay those of before.
   *
   * @return what is wrong if that was found out now, and logged; else null
   */
  public synchronized @Nullable String keepOpen(Site site) {
    if (closed || open.contains(site.address()) || waiting.containsKey(site.address())) {
      return null;
    }
    try {
      listen(site);
      return null;
    } catch (IOException e) {
      log.warning(
          problem(site, e)
              + "; it is tried again every "
              + retry.toSeconds()
              + " s: "
              + site.wayOut());
      waiting.put(site.address(), site);
      if (retrying == null) {
        Thread thread = daemon(threadName + " retry", this::retry);
        retrying = thread;
        thread.start();
      }
      return problem(site, e) + "; " + site.wayOut();
    }
  }

  /** Closes all whose address is not among these, or gives up waiting for it. */
  public synchronized void retain(Set<InetSocketAddress> addresses) {
    waiting.keySet().retainAll(addresses);
    for (InetSocketAddress address : List.copyOf(open)) {
      if (!addresses.contains(address) && loop != null) {
        loop.close(address);
        open.remove(address);
      }
    }
  }

  private static String problem(Site site, IOException e) {
    return "could not listen on "
        + text(site.address())
        + " for "
        + site.name()
        + ": "
        + e.getMessage();
  }

  private static String text(InetSocketAddress address) {
    String host = address.getAddress().getHostAddress();
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
  }

  private synchronized void listen(Site site) throws IOException {
    HttpLoop running = loop;
    if (running == null) {
      running = HttpLoop.start(threadName, threads, limits, log);
      loop = running;
    }
    running.open(site);
    open.add(site.address());
  }

  private void retry() {
    try {
      do {
        Thread.sleep(retry.toMillis());
      } while (tryAgain());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whether some are still waiting. */
  private synchronized boolean tryAgain() {
    for (Site site : List.copyOf(waiting.values())) {
      try {
        listen(site);
        waiting.remove(site.address());
        log.info("now listening on " + text(site.address()) + " for " + site.name());
      } catch (IOException e) {
        // Still not possible, which was said when it was tried first: it stays among those waiting.
      }
    }
    if (waiting.isEmpty()) {
      retrying = null;
    }
    return retrying != null;
  }

  @Override
  public synchronized void close() {
    closed = true;
    waiting.clear();
    if (retrying != null) {
      retrying.interrupt();
    }
    open.clear();
    if (loop != null) {
      loop.close();
    }
    threads.shutdownNow();
  }
}
