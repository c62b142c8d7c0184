// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
/** The whole agent against the real kernel: from manifest files to tables. */
package dev.ferrule.lab.agent;
