// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
/**
 * The only code that talks to the kernel: netlink, inotify and network namespaces through jnr-ffi.
 */
package dev.ferrule.kernel;
