// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab.vm;

import dev.ferrule.lab.fleet.Fleet;
import dev.ferrule.lab.fleet.FleetPods;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * What all scenarios have: the fleet that {@code test-vms/run} has made, with three Pods of app
 * web, which they leave as they found it.
 */
@Tag("vm")
@ExtendWith(AsFound.class)
abstract class Scenario {

  /** How many Pods of app web there are at the beginning and at the end of each scenario. */
  static final int PODS = 3;

  static final int WEB = 30080;
  static final int UDP = 30053;
  static final int LOCAL = 30081;
  static final int STICKY = 30082;
  static final int LOCAL_HEALTH = 30180;

  final Fleet fleet = TheFleet.open();
  final FleetPods pods = new FleetPods(fleet);
}
