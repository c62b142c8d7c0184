// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ferrule.kernel.FolderWatch.Event;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Needs the kernel's inotify but no privilege. */
@Tag("kernel")
final class FolderWatchKernelTest {

  private static final Duration SOON = Duration.ofMillis(50);
  private static final Duration LONG = Duration.ofSeconds(20);

  @TempDir Path folder = Path.of("");

  @Test
  void aFileIsToldWhenItIsComplete() throws Exception {
    try (FolderWatch watch = FolderWatch.open(folder)) {
      Path file = folder.resolve("a.yaml");
      try (OutputStream out = Files.newOutputStream(file)) {
        out.write("kind: ".getBytes(StandardCharsets.UTF_8));
        out.flush();
        assertThat(watch.poll(SOON)).isEmpty();
        out.write("Service".getBytes(StandardCharsets.UTF_8));
      }
      assertThat(watch.poll(LONG)).containsExactly(new Event.Completed("a.yaml"));
    }
  }

  @Test
  void renamesLinksAndRemovalsAreTold() throws Exception {
    Path elsewhere = Files.createTempFile("elsewhere", ".yaml");
    Path linked = Files.createTempFile("linked", ".yaml");
    try (FolderWatch watch = FolderWatch.open(folder)) {
      Files.move(elsewhere, folder.resolve("in.yaml"));
      assertThat(watch.poll(LONG)).containsExactly(new Event.Completed("in.yaml"));
      Files.move(folder.resolve("in.yaml"), folder.resolve("ä.yaml"));
      assertThat(watch.poll(LONG))
          .containsExactly(new Event.Removed("in.yaml"), new Event.Completed("ä.yaml"));
      Files.delete(folder.resolve("ä.yaml"));
      assertThat(watch.poll(LONG)).containsExactly(new Event.Removed("ä.yaml"));
      Files.createSymbolicLink(folder.resolve("link.yaml"), linked);
      assertThat(watch.poll(LONG)).containsExactly(new Event.Completed("link.yaml"));
      Files.createDirectory(folder.resolve("inner"));
      assertThat(watch.poll(SOON)).isEmpty();
    } finally {
      Files.deleteIfExists(linked);
    }
  }

  @Test
  void theEndOfTheFolderIsTold() throws Exception {
    Path inner = Files.createDirectory(folder.resolve("inner"));
    try (FolderWatch watch = FolderWatch.open(inner)) {
      Files.delete(inner);
      assertThat(watch.poll(LONG)).containsExactly(new Event.FolderGone());
    }
  }

  /** The kernel queues 16,384 events unless a sysctl says otherwise. */
  @Test
  void tooMuchAtOnceIsAnOverflow() throws Exception {
    // Not with Files.readString: it reads byte by byte, and sysctls give no second byte.
    String queue = Command.run("cat", "/proc/sys/fs/inotify/max_queued_events").trim();
    try (FolderWatch watch = FolderWatch.open(folder)) {
      for (int i = 0; i <= Integer.parseInt(queue) / 2; i++) {
        Files.createFile(folder.resolve("f" + i)); // created and closed: two events
      }
      List<Event> events = new ArrayList<>();
      List<Event> some = watch.poll(LONG);
      while (!some.isEmpty()) {
        events.addAll(some);
        some = watch.poll(SOON);
      }
      assertThat(events.get(events.size() - 1)).isEqualTo(new Event.Overflow());
    }
  }

  @Test
  void anotherThreadCanWakeAndClose() throws Exception {
    FolderWatch watch = FolderWatch.open(folder);
    CompletableFuture<List<Event>> woken = polling(watch);
    watch.wake();
    assertThat(woken.get(20, TimeUnit.SECONDS)).isEmpty();
    CompletableFuture<List<Event>> closed = polling(watch);
    watch.close();
    assertThat(closed.get(20, TimeUnit.SECONDS)).isEmpty();
    assertThat(watch.poll(LONG)).isEmpty();
    watch.wake();
    watch.close();
  }

  private static CompletableFuture<List<Event>> polling(FolderWatch watch) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return watch.poll(Duration.ofHours(1));
          } catch (KernelException e) {
            throw new IllegalStateException(e);
          }
        });
  }

  @Test
  void aMissingFolderIsNamed() {
    assertThatThrownBy(() -> FolderWatch.open(folder.resolve("missing")))
        .isInstanceOf(KernelException.class)
        .hasMessageEndingWith("missing because it does not exist [ENOENT]");
  }
}
