// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ferrule.rules.iptables.RestoreScript;
import dev.ferrule.rules.iptables.XtAction;
import dev.ferrule.rules.iptables.XtRule;
import dev.ferrule.rules.model.IpFamily;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.FutureTask;

/** Other programs that hold the lock of iptables-legacy; here it is a file of the test. */
final class IptablesLockKernelTest {

  private static final RestoreScript SCRIPT =
      SampleChains.writing(IpFamily.IPV4, "FERRULE-A", XtRule.of(new XtAction.Return()));

  private static Iptables open(Path lock, int seconds) throws KernelException {
    return Iptables.open(
        IptablesVariant.LEGACY,
        IptablesPrograms.ofThisHost(),
        new Iptables.Running(
            Duration.ofSeconds(seconds),
            Duration.ofSeconds(60),
            Map.of("XTABLES_LOCKFILE", lock.toString())));
  }

  /** Holds the lock until its input is closed. */
  private static Process hold(Path lock) throws Exception {
    Process holder = new ProcessBuilder("flock", lock.toString(), "sh", "-c", "echo; cat").start();
    holder.getInputStream().read(); // the lock is taken
    return holder;
  }

  @KernelTest
  void aLockThatIsNotGivenBackIsNamedAndAfterwardsItGoesOn() throws Exception {
    Path lock = Files.createTempFile("xtables", ".lock");
    Process holder = hold(lock);
    try (Iptables iptables = open(lock, 1)) {
      assertThatThrownBy(() -> iptables.restore(SCRIPT))
          .isInstanceOf(KernelException.class)
          .hasMessageContaining("another program holds the xtables lock")
          .hasMessageContaining("waited 1 seconds")
          .extracting(e -> ((KernelException) e).errnoName())
          .isEqualTo("EAGAIN");
      assertThat(iptables.read(IpFamily.IPV4).isEmpty()).isTrue();
      holder.getOutputStream().close();
      holder.waitFor();
      iptables.restore(SCRIPT);
      assertThat(iptables.read(IpFamily.IPV4).isEmpty()).isFalse();
    } finally {
      holder.getOutputStream().close();
      holder.waitFor();
      Files.delete(lock);
    }
  }

  @KernelTest
  void aRestoreThatIsInterruptedLeavesNoProgramBehind() throws Exception {
    Path lock = Files.createTempFile("xtables", ".lock");
    Process holder = hold(lock);
    try (Iptables iptables = open(lock, 30)) {
      FutureTask<Boolean> task =
          new FutureTask<>(
              () -> {
                assertThatThrownBy(() -> iptables.restore(SCRIPT))
                    .isInstanceOf(KernelException.class)
                    .hasMessageContaining("interrupted");
                return Thread.currentThread().isInterrupted();
              });
      Thread thread = new Thread(task, "restore");
      thread.start();
      while (restores() == 0) {
        Thread.sleep(10);
        assertThat(thread.isAlive()).isTrue();
      }
      thread.interrupt();
      assertThat(task.get()).isTrue();
      assertThat(restores()).isZero();
      assertThat(iptables.read(IpFamily.IPV4).isEmpty()).isTrue();
    } finally {
      holder.getOutputStream().close();
      holder.waitFor();
      Files.delete(lock);
    }
  }

  private static long restores() {
    return ProcessHandle.current()
        .children()
        .filter(child -> child.info().command().orElse("").contains("xtables-legacy"))
        .count();
  }
}
