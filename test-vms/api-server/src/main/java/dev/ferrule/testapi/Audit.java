// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.testapi;

/** Is told what the server does. */
interface Audit {

  /** A request has arrived and is not answered yet. */
  void asked(Request request);

  /** The last byte of a list was handed to the kernel. */
  void listed();
}
