// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.doctor;

/**
 * What was found about a topic.
 *
 * @param evidence the value that was found and where
 * @param remedy the command or setting that helps; empty if there is nothing to do
 * @param seen false if it could not be looked at, and {@code evidence} says why
 */
public record Finding(
    Topic topic, Severity severity, String evidence, String remedy, boolean seen) {}
