// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.kernel;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Tells which files of one folder were completed or removed (inotify(7)). A file is complete when
 * its writer closed it, or when it was renamed or linked into the folder; one that is still being
 * written is not told. Folders inside of it are not followed.
 *
 * <p>What was there before {@link #open} is not told: open first, then read the folder, and nothing
 * is missed.
 */
public final class FolderWatch implements AutoCloseable {

  /** Something that happened in the folder, in the order it happened. */
  public sealed interface Event {

    /** A file is there and complete: new, or with new content. */
    record Completed(String name) implements Event {}

    /** A file is not there any more. */
    record Removed(String name) implements Event {}

    /** So much happened that some was not told: read the whole folder again. */
    record Overflow() implements Event {}

    /** The folder was deleted, moved or unmounted: nothing more will be told. */
    record FolderGone() implements Event {}
  }

  // linux/inotify.h
  private static final int IN_CLOSE_WRITE = 0x8;
  private static final int IN_MOVED_FROM = 0x40;
  private static final int IN_MOVED_TO = 0x80;
  private static final int IN_CREATE = 0x100;
  private static final int IN_DELETE = 0x200;
  private static final int IN_DELETE_SELF = 0x400;
  private static final int IN_MOVE_SELF = 0x800;
  private static final int IN_UNMOUNT = 0x2000;
  private static final int IN_Q_OVERFLOW = 0x4000;
  private static final int IN_IGNORED = 0x8000;
  private static final int IN_ONLYDIR = 0x0100_0000;
  private static final int IN_ISDIR = 0x4000_0000;

  private static final int FOLDER_GONE = IN_DELETE_SELF | IN_MOVE_SELF | IN_UNMOUNT | IN_IGNORED;

  /** Room for some hundred events; one with the longest name takes 272 bytes. */
  private static final int BUFFER_BYTES = 16 * 1024;

  private final Path folder;
  private final int fd;
  private final Waiter waiter;

  /** Owned by the thread that polls. */
  private final ByteBuffer buffer =
      ByteBuffer.allocateDirect(BUFFER_BYTES).order(ByteOrder.nativeOrder());

  private FolderWatch(Path folder, int fd) throws KernelException {
    this.folder = folder;
    this.fd = fd;
    this.waiter = new Waiter(fd, () -> Libc.get().close(fd));
  }

  /** Starts to follow a folder. */
  public static FolderWatch open(Path folder) throws KernelException {
    Libc.Calls libc = Libc.get();
    int fd = libc.inotify_init1(Libc.IN_CLOEXEC | Libc.IN_NONBLOCK);
    if (fd < 0) {
      throw KernelException.of("start inotify", Libc.errno(), limitReason(Libc.errno()));
    }
    int mask =
        IN_CLOSE_WRITE
            | IN_MOVED_FROM
            | IN_MOVED_TO
            | IN_CREATE
            | IN_DELETE
            | IN_DELETE_SELF
            | IN_MOVE_SELF
            | IN_ONLYDIR;
    if (libc.inotify_add_watch(fd, folder.toString(), mask) < 0) {
      int errno = Libc.errno();
      libc.close(fd);
      throw KernelException.of("follow the folder " + folder, errno, limitReason(errno));
    }
    return new FolderWatch(folder, fd);
  }

  private static String limitReason(int errno) {
    return switch (errno) {
      case Errno.ENOENT -> "it does not exist";
      case Errno.EMFILE, Errno.ENOSPC ->
          "too many inotify watches are in use; try to raise the sysctls"
              + " fs.inotify.max_user_instances and fs.inotify.max_user_watches";
      default -> "";
    };
  }

  /**
   * Waits for events.
   *
   * @return what happened; nothing when the time is over, when {@link #wake} was called, when this
   *     is closed, or earlier if what happened does not matter (a file was begun)
   */
  public List<Event> poll(Duration timeout) throws KernelException {
    return waiter.await(timeout, List.of(), this::read);
  }

  private List<Event> read() throws KernelException {
    long length = Libc.get().read(fd, buffer.clear(), BUFFER_BYTES);
    if (length < 0) {
      int errno = Libc.errno();
      if (errno == Errno.EAGAIN || errno == Errno.EINTR) {
        return List.of();
      }
      throw KernelException.of("read what happened in " + folder, errno);
    }
    List<Event> events = new ArrayList<>();
    // struct inotify_event: watch s32, mask u32, cookie u32, length u32, name with zeros behind it
    for (int at = 0; at + 16 <= length; at += 16 + buffer.getInt(at + 12)) {
      add(events, buffer.getInt(at + 4), name(at + 16, buffer.getInt(at + 12)));
    }
    return events;
  }

  private String name(int start, int length) {
    int end = start;
    while (end < start + length && buffer.get(end) != 0) {
      end++;
    }
    byte[] bytes = new byte[end - start];
    buffer.get(start, bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private void add(List<Event> events, int mask, String name) {
    if ((mask & IN_Q_OVERFLOW) != 0) {
      events.add(new Event.Overflow());
    } else if ((mask & FOLDER_GONE) != 0) {
      if (!events.contains(new Event.FolderGone())) {
        events.add(new Event.FolderGone());
      }
    } else if ((mask & IN_ISDIR) != 0) {
      return;
    } else if ((mask & (IN_CLOSE_WRITE | IN_MOVED_TO)) != 0) {
      events.add(new Event.Completed(name));
    } else if ((mask & (IN_DELETE | IN_MOVED_FROM)) != 0) {
      events.add(new Event.Removed(name));
    } else if ((mask & IN_CREATE) != 0 && isLink(name)) {
      events.add(new Event.Completed(name));
    }
  }

  /** A link is complete when it is made: nobody opens and closes it. */
  private boolean isLink(String name) {
    Path file = folder.resolve(name);
    try {
      return Files.isSymbolicLink(file) || (int) Files.getAttribute(file, "unix:nlink") > 1;
    } catch (IOException e) {
      return false; // gone again, which will be told
    }
  }

  /** Ends the {@link #poll} of another thread. */
  public void wake() {
    waiter.wake();
  }

  /** Stops following; another thread's {@link #poll} ends. */
  @Override
  public void close() {
    waiter.close();
  }
}
