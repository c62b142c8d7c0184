// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.kernel;

import java.lang.reflect.Proxy;

/**
 * The signal SIGHUP, which asks a daemon to read its settings again.
 *
 * <p>The JDK can tell of signals only through sun.misc.Signal of module jdk.unsupported. It is used
 * by reflection, because javac warns of each mention of it in a way that cannot be silenced.
 */
public final class Hangup {

  private Hangup() {}

  /**
   * From now on the signal does not end the process. One that was ignored when the process started,
   * as nohup does it, stays ignored.
   *
   * @param action is run for each signal, each time by a thread of its own
   * @throws IllegalStateException if this Java cannot tell of signals
   */
  public static void handle(Runnable action) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object proxy =
          Proxy.newProxyInstance(
              Hangup.class.getClassLoader(),
              new Class<?>[] {handler},
              (self, method, arguments) ->
                  switch (method.getName()) {
                    case "handle" -> {
                      action.run();
                      yield null;
                    }
                    case "equals" -> self == arguments[0];
                    case "hashCode" -> System.identityHashCode(self);
                    default -> "SIGHUP";
                  });
      Object hup = signal.getConstructor(String.class).newInstance("HUP");
      signal.getMethod("handle", signal, handler).invoke(null, hup, proxy);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(
          "could not ask for SIGHUP: this Java lacks sun.misc.Signal of module jdk.unsupported", e);
    }
  }
}
