// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
/** Changes as a person reads them: grouped by Service, each group with its reason. */
package dev.ferrule.rules.plan;
