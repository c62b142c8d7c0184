// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.testapi;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Tests of a server over plain HTTP that holds nothing yet. */
abstract class OnServer {

  ApiServer server;
  Client client;

  @BeforeEach
  void start() throws IOException {
    server = ApiServer.start(Options.defaults());
    client = new Client(server);
  }

  @AfterEach
  void stop() {
    server.close();
  }
}
