// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.http;

import java.time.Duration;

/**
 * What clients may use of us, whoever they are.
 *
 * @param connections open at the same time; for one more the oldest is closed, so that clients who
 *     only hold theirs cannot keep others out
 * @param bytes of answers that wait for their readers; for more the oldest of them is closed
 * @param request from the first moment of a connection to the end of its request
 * @param idle between an answer and the next request on the same connection
 * @param answer until the whole of it is read
 * @param linger after our end of a connection was closed: what the client was about to send is read
 *     and thrown away, because the kernel would else take its answer back with a reset
 */
record HttpLimits(
    int connections, int bytes, Duration request, Duration idle, Duration answer, Duration linger) {

  static final HttpLimits DEFAULT =
      new HttpLimits(
          256,
          16 << 20,
          Duration.ofSeconds(5),
          Duration.ofSeconds(60),
          Duration.ofSeconds(30),
          Duration.ofSeconds(2));
}
