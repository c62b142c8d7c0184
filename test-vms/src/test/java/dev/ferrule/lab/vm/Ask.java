// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab.vm;

import dev.ferrule.lab.fleet.Vm;
import java.util.List;

/** Single questions of the client, and the lines that Pods answer: POD NODE CLIENT-ADDRESS. */
final class Ask {

  private Ask() {}

  /**
   * What a Pod said.
   *
   * @param source whom the Pod saw
   */
  record Answer(String pod, String node, String source) {

    private static Answer of(String line) {
      String[] words = line.split(" ", -1);
      return new Answer(words[0], words[1], words[2]);
    }
  }

  /** Over HTTP, so many connections one after the other; fails if one is not answered. */
  static List<Answer> http(Vm from, String address, int port, int times) {
    String host = address.contains(":") ? "[" + address + "]" : address;
    return answers(
        from.must(
            "for i in $(seq %d); do curl --silent --show-error --max-time 10 http://%s:%d/; done"
                .formatted(times, host, port)));
  }

  /** Over UDP, from a port of its own each time. */
  static List<Answer> udp(Vm from, String address, int port, int times) {
    return answers(
        from.must(
            ("for i in $(seq %d); do exec 3<>/dev/udp/%s/%d; echo >&3; timeout 10 head -n 1 <&3;"
                    + " done")
                .formatted(times, address, port)));
  }

  /** How curl ended: 0 served, 7 refused, 28 no answer in three seconds. */
  static int exit(Vm from, String address, int port) {
    return from.run(
            "curl --silent --output /dev/null --max-time 3 http://%s:%d/".formatted(address, port))
        .exit();
  }

  private static List<Answer> answers(String lines) {
    return lines.lines().map(Answer::of).toList();
  }
}
