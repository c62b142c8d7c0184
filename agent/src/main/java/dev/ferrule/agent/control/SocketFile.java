// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.control;

import dev.ferrule.kernel.KernelException;
import dev.ferrule.kernel.UnixListener;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The file of a socket that listens. It is made in a directory that nobody else can enter, given to
 * the group, and moved to its place: there is no moment in which others could connect.
 *
 * @param group the number of the group that may connect; empty if there is none of that name
 * @param inode tells it from one that another agent put there later
 */
record SocketFile(Path path, UnixListener listener, OptionalInt group, Object inode) {

  /** Its members may ask an agent. */
  static final String GROUP = "ferrule";

  private static final int TYPE_MASK = 0170000;
  private static final int TYPE_SOCKET = 0140000;

  private static final Set<PosixFilePermission> PRIVATE =
      PosixFilePermissions.fromString("rwx------");
  private static final Set<PosixFilePermission> FOR_GROUP =
      PosixFilePermissions.fromString("rw-rw----");
  private static final Set<PosixFilePermission> FOR_OWNER =
      PosixFilePermissions.fromString("rw-------");

  /**
   * Puts a socket in its place. What an agent left there that was killed is replaced.
   *
   * @throws IOException if an agent that runs has the place, or it cannot be had
   */
  static SocketFile place(Path path) throws IOException, KernelException {
    Path folder = path.toAbsolutePath().getParent();
    if (folder == null) {
      throw new IOException(path + " names no file");
    }
    Files.createDirectories(folder);
    Path lockFile = folder.resolve(path.getFileName() + ".lock");
    try (FileChannel channel =
            FileChannel.open(
                lockFile,
                Set.of(
                    StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS),
                PosixFilePermissions.asFileAttribute(FOR_OWNER));
        FileLock lock = channel.tryLock()) {
      if (lock == null || !lock.isValid()) {
        throw new IOException("another agent is about to take it");
      }
      requireFree(path);
      return make(path, folder.resolve("." + path.getFileName() + ".new"));
    }
  }

  private static void requireFree(Path path) throws IOException {
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    int mode = (int) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
    if ((mode & TYPE_MASK) != TYPE_SOCKET) {
      throw new IOException("the file that is there is no socket; remove it");
    }
    if (isAnswered(path)) {
      throw new IOException("an agent that is running has it");
    }
  }

  /** The socket of a process that is gone refuses. */
  private static boolean isAnswered(Path path) throws IOException {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.configureBlocking(false);
      channel.connect(UnixDomainSocketAddress.of(path));
      return true; // also if it has to wait: somebody is behind it
    } catch (IOException e) {
      if (String.valueOf(e.getMessage()).contains("refused")) {
        return false;
      }
      throw e;
    }
  }

  private static SocketFile make(Path path, Path room) throws IOException, KernelException {
    Path made = room.resolve("s");
    Files.deleteIfExists(made); // of an agent that was killed right here
    Files.deleteIfExists(room);
    Files.createDirectory(room, PosixFilePermissions.asFileAttribute(PRIVATE));
    UnixListener listener = null;
    try {
      listener = UnixListener.bind(made);
      OptionalInt group = giveToGroup(made);
      listener.listen();
      Object inode = inode(made);
      Files.move(made, path, StandardCopyOption.ATOMIC_MOVE);
      return new SocketFile(path, listener, group, inode);
    } catch (IOException | KernelException e) {
      if (listener != null) {
        listener.close();
      }
      throw e;
    } finally {
      Files.deleteIfExists(made);
      Files.delete(room);
    }
  }

  private static OptionalInt giveToGroup(Path made) throws IOException {
    GroupPrincipal group = group(made);
    if (group == null) {
      Files.setPosixFilePermissions(made, FOR_OWNER);
      return OptionalInt.empty();
    }
    PosixFileAttributeView view = Files.getFileAttributeView(made, PosixFileAttributeView.class);
    // The service's files are its group's from the start, and its sandbox refuses chown(2).
    if (!view.readAttributes().group().equals(group)) {
      view.setGroup(group);
    }
    Files.setPosixFilePermissions(made, FOR_GROUP);
    return OptionalInt.of((int) Files.getAttribute(made, "unix:gid"));
  }

  private static @Nullable GroupPrincipal group(Path path) throws IOException {
    try {
      return path.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByGroupName(GROUP);
    } catch (UserPrincipalNotFoundException e) {
      return null;
    }
  }

  private static Object inode(Path path) throws IOException {
    return Files.getAttribute(path, "unix:ino", LinkOption.NOFOLLOW_LINKS);
  }

  /** Nobody can connect any more; a file that another agent put in its place stays. */
  void remove() {
    try {
      if (inode(path).equals(inode)) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      // Gone already; and one that stays is replaced by the next agent.
    }
    listener.close();
  }
}
