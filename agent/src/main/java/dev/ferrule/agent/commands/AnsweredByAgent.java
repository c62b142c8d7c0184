// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.commands;

/** A command that a running agent carries out, if there is one and nothing else is asked about. */
interface AnsweredByAgent {

  /** What it is asked about. */
  SourceOptions source();
}
