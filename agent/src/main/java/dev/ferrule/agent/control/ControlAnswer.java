// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.control;

/**
 * What a command that was carried out for a client would have written in its own process.
 *
 * @param out standard output
 * @param errors standard error
 * @param exit exit code
 */
public record ControlAnswer(String out, String errors, int exit) {}
