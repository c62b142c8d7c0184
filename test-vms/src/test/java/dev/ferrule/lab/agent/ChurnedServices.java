// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab.agent;

import dev.ferrule.lab.LabPod;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * Many Services whose endpoints change all the time, and one that traffic goes to: its endpoints
 * change too, and each of them answers at any time.
 */
final class ChurnedServices implements AutoCloseable {

  private static final int SERVED_EVERY = 5;

  private final Cluster cluster;
  private final List<LabPod> pods;
  private final int services;
  private final Random random;
  private volatile boolean paused = true;
  private volatile boolean enough;
  private volatile int changes;
  private final Thread thread = new Thread(this::run, "churn");

  ChurnedServices(Cluster cluster, List<LabPod> pods, int services, long seed) {
    this.cluster = cluster;
    this.pods = List.copyOf(pods);
    this.services = services;
    this.random = new Random(seed);
    this.thread.setDaemon(true);
    ServiceTraffic.serve(cluster, pods);
    for (int i = 0; i < services; i++) {
      put(i);
    }
    thread.start();
  }

  /** Changes from now on. */
  void resume() {
    paused = false;
  }

  /** No change is made after this. */
  synchronized void pause() {
    paused = true;
  }

  /** How many changes there were so far. */
  int changes() {
    return changes;
  }

  private void run() {
    while (!enough) {
      step();
      Wait.pause(Duration.ofMillis(3));
    }
  }

  private synchronized void step() {
    if (paused) {
      return;
    }
    changes++;
    if (changes % SERVED_EVERY == 0) {
      List<LabPod> some = new ArrayList<>(pods);
      Collections.shuffle(some, random);
      cluster.put(
          "web-slices.yaml", Texts.slices("web", some.subList(0, 1 + random.nextInt(some.size()))));
      return;
    }
    int number = random.nextInt(services);
    if (random.nextInt(10) == 0) {
      cluster.remove(file(number));
    } else {
      put(number);
    }
  }

  private static String file(int number) {
    return "other-" + number + ".yaml";
  }

  /** Every third is given its address by the agent, which has to remember it. */
  private void put(int number) {
    String name = "other-" + number;
    String address = "10.100." + number / 250 + "." + (1 + number % 250);
    List<String> endpoints = new ArrayList<>();
    for (int i = random.nextInt(6); i > 0; i--) {
      endpoints.add("10.244.1." + (2 + random.nextInt(240)));
    }
    String service = Texts.service(name, address, "type: NodePort");
    if (number % 3 == 0) {
      service = service.replaceAll("(?m)^ *clusterIPs?:.*\n", "");
    }
    cluster.put(
        file(number),
        service + "---\n" + Texts.slice(name, "IPv4", endpoints.stream().distinct().toList()));
  }

  @Override
  public void close() {
    enough = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
