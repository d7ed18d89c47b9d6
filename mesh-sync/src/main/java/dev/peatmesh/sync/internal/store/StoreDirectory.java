package dev.peatmesh.sync.internal.store;

import dev.peatmesh.runtime.MeshException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The folder a store lives in, held for one user: this object, until it is closed. Thread-safe.
 *
 * <p>{@code documents.lock} keeps other processes and other class loaders of this process out. It
 * stays on the disk when the store is closed; the lock is what counts, not the file.
 */
final class StoreDirectory implements AutoCloseable {
  private static final String DATABASE = "documents.db";
  private static final String LOCK = "documents.lock";
  private static final byte[] SQLITE_MAGIC =
      "SQLite format 3\0".getBytes(StandardCharsets.US_ASCII);

  /** The locked byte lies beyond the content, which others may then read on every platform. */
  private static final long LOCKED_BYTE = Long.MAX_VALUE - 1;

  /**
   * Folders in use in this class loader. Looked at before the lock file is touched: closing any
   * channel on a file gives up all locks that this process holds on it (POSIX).
   */
  private static final Set<Path> IN_USE = ConcurrentHashMap.newKeySet();

  private final Path directory;
  private final FileChannel lockFile;

  private StoreDirectory(Path directory, FileChannel lockFile) {
    this.directory = directory;
    this.lockFile = lockFile;
  }

  /**
   * Creates what is missing, for the owner only, and takes the lock.
   *
   * @throws MeshException.StoreFailure when the folder is in use or cannot be used
   */
  static StoreDirectory claim(Path chosen) {
    Path directory = create(chosen);
    if (!IN_USE.add(directory)) {
      throw failure(
          chosen,
          "is in use by this process already; a store has one user. Close the other mesh, or choose"
              + " another directory.",
          null);
    }
    boolean claimed = false;
    try {
      StoreDirectory held = new StoreDirectory(directory, lock(chosen, directory.resolve(LOCK)));
      claimed = true;
      return held;
    } finally {
      if (!claimed) {
        IN_USE.remove(directory);
      }
    }
  }

  /** The folder itself, without links on the way. */
  Path path() {
    return directory;
  }

  /**
   * The database file, which exists from now on, perhaps empty; whatever else it is, not foreign.
   */
  Path database() {
    Path database = directory.resolve(DATABASE);
    try {
      if (Files.notExists(database)) {
        Files.createFile(database, forOwner(database, "rw-------"));
        sync(directory);
      }
      checkIsSqlite(database);
      return database;
    } catch (IOException failure) {
      throw failure(
          database,
          "cannot be created or read; " + reason(failure) + " Check its rights and the disk.",
          failure);
    }
  }

  /** SQLite's write-ahead log; exists only while a store is open, or was not closed. */
  Path writeAheadLog() {
    return directory.resolve(DATABASE + "-wal");
  }

  @Override
  public void close() {
    try {
      lockFile.close();
    } catch (IOException ignored) {
      // The lock ends with the channel, however it ends.
    } finally {
      IN_USE.remove(directory);
    }
  }

  private static Path create(Path chosen) {
    try {
      Path missing = chosen.toAbsolutePath();
      if (Files.exists(missing) && !Files.isDirectory(missing)) {
        throw failure(chosen, "is a file; the store needs a directory. Choose another path.", null);
      }
      if (Files.notExists(missing)) {
        Files.createDirectories(missing, forOwner(missing, "rwx------"));
        // A new entry is durable only once the folder that lists it is.
        sync(missing.resolve(".."));
      }
      return missing.toRealPath();
    } catch (IOException failure) {
      throw unwritable(chosen, failure);
    }
  }

  private static FileChannel lock(Path chosen, Path file) {
    FileChannel channel = null;
    boolean locked = false;
    try {
      channel = open(file);
      locked = channel.tryLock(LOCKED_BYTE, 1, false) != null;
      if (!locked) {
        throw inUse(chosen, holder(channel));
      }
      noteHolder(channel);
      return channel;
    } catch (OverlappingFileLockException otherClassLoader) {
      throw inUse(chosen, "");
    } catch (IOException failure) {
      throw unwritable(chosen, failure);
    } finally {
      if (!locked && channel != null) {
        closeQuietly(channel);
      }
    }
  }

  private static FileChannel open(Path file) throws IOException {
    return FileChannel.open(
        file,
        Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
        forOwner(file, "rw-------"));
  }

  private static void noteHolder(FileChannel lockFile) {
    try {
      lockFile.truncate(0);
      lockFile.write(StandardCharsets.US_ASCII.encode(ProcessHandle.current().pid() + "\n"), 0);
    } catch (IOException unimportant) {
      // It only makes the message to the next one better.
    }
  }

  private static String holder(FileChannel lockFile) throws IOException {
    ByteBuffer text = ByteBuffer.allocate(20);
    lockFile.read(text, 0);
    String pid = new String(text.array(), 0, text.position(), StandardCharsets.US_ASCII).strip();
    return pid.matches("[0-9]+") ? " (pid " + pid + ")" : "";
  }

  private static void checkIsSqlite(Path database) throws IOException {
    byte[] start;
    try (var in = Files.newInputStream(database)) {
      start = in.readNBytes(SQLITE_MAGIC.length);
    }
    if (start.length > 0 && !Arrays.equals(start, SQLITE_MAGIC)) {
      throw failure(
          database,
          "is not an SQLite database; it was damaged or belongs to something else. Move it and its"
              + " -wal file away: the mesh fills a new one from its peers. It was not touched.",
          null);
    }
  }

  private static void sync(Path directory) {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException unsupported) {
      // Windows has no such thing and needs none.
    }
  }

  private static FileAttribute<?>[] forOwner(Path path, String permissions) {
    return path.getFileSystem().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        }
        : new FileAttribute<?>[0];
  }

  private static void closeQuietly(FileChannel channel) {
    try {
      channel.close();
    } catch (IOException ignored) {
      // nothing was written
    }
  }

  private static MeshException.StoreFailure inUse(Path chosen, String holder) {
    return failure(
        chosen,
        "is in use by another process"
            + holder
            + "; a store has one user. Stop that process, or choose another directory.",
        null);
  }

  private static MeshException.StoreFailure unwritable(Path chosen, IOException failure) {
    return failure(
        chosen,
        "cannot be written; "
            + reason(failure)
            + " Let this user write there and see that the disk has room, or choose another"
            + " directory.",
        failure);
  }

  private static MeshException.StoreFailure failure(
      Path path, String problem, @Nullable Throwable cause) {
    return new MeshException.StoreFailure("dataDirectory(" + path + "): " + problem, cause);
  }

  private static String reason(IOException failure) {
    String name = failure.getClass().getSimpleName();
    String words =
        failure instanceof NoSuchFileException ? "a parent is missing" : failure.getMessage();
    return name + ": " + words + ".";
  }
}
