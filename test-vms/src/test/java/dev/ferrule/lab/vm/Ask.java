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
    String url = url(address, port);
    return answers(
        from.must(
            "curl --silent --show-error --fail-early --globoff --max-time 10 $(printf '%s %%.0s' $(seq %d))"
                .formatted(url, times)));
  }

  /** Over UDP, from a port of its own each time. */
  static List<Answer> udp(Vm from, String address, int port, int times) {
    return answers(
        from.must(
            ("for i in $(seq %d); do exec 3<>/dev/udp/%s/%d; echo >&3; read -r -t 10 line <&3; echo"
                    + " \"$line\"; done")
                .formatted(times, address, port)));
  }

  /** How curl ended: 0 served, 7 refused, 28 no answer in three seconds. */
  static int exit(Vm from, String address, int port) {
    return from.run("curl --silent --output /dev/null --globoff --max-time 3 " + url(address, port))
        .exit();
  }

  private static String url(String address, int port) {
    return "http://%s:%d/".formatted(address.contains(":") ? "[" + address + "]" : address, port);
  }

  private static List<Answer> answers(String lines) {
    return lines.lines().map(Answer::of).toList();
  }
}
