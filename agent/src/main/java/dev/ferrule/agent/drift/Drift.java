// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.drift;

import java.time.Duration;
import java.time.Instant;

/**
 * A change that another program made to our rules, and that was put right.
 *
 * @param at when it was put right
 * @param program the name of the program, at most 15 characters; empty if it is not known
 * @param author the program with its process, or {@code somebody}
 * @param what what was different, for people
 * @param differences how many objects were different
 * @param after from hearing of it, or from looking if nobody told, to the end of the repair
 * @param took what reading, comparing and the commit took of that
 */
public record Drift(
    Instant at,
    String program,
    String author,
    String what,
    int differences,
    Duration after,
    Duration took) {}
