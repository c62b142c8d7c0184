// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
/**
 * Objects of the Kubernetes API as a service proxy reads them: each is checked by itself, reduced
 * to what decides about connections, and what is wrong with it is named by field. Whether they come
 * from files or from an API server is of no matter here.
 */
package dev.ferrule.agent.objects;
