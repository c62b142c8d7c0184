// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.kernel;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A test against the real kernel, on a thread of its own in a fresh network namespace. Needs root:
 * without it the test fails if the environment variable CI is set, and is aborted otherwise.
 */
@Test
@Tag("kernel")
@ExtendWith(FreshNamespace.class)
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@interface KernelTest {}
