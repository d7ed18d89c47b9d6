package dev.peatmesh.sync.internal.nativelib;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLConnection;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A folder of native libraries that were taken out of jars: each content once, for every start and
 * every process of this user. Thread-safe, also between processes.
 *
 * <p>Loaders that extract at every start leave their copy behind when the process is killed. Here
 * the path is {@code <cache>/<hash of the content>/<name>}, written aside and moved into place, so
 * that a file is either absent or whole, and nothing is left to clean up.
 *
 * <p>The cache is the folder named by the system property {@value #DIRECTORY_PROPERTY}; without it
 * the user's cache folder ({@code XDG_CACHE_HOME}, {@code ~/.cache}, {@code %LOCALAPPDATA%}), or,
 * where that cannot be written, a folder of this user in {@code java.io.tmpdir}. A folder that
 * another user owns or may write to is refused: a library planted there would run as this process.
 */
public final class NativeCache {
  /** Names the cache folder. When it is set, no other folder is tried. */
  public static final String DIRECTORY_PROPERTY = "peatmesh.native.cache";

  /** The largest library taken, in bytes. */
  static final int LIBRARY_BYTES_MAX = 64 << 20;

  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rwx------");

  private final List<Path> candidates;

  /** Uses the first of the folders that is, or can be made, private and writable. */
  NativeCache(List<Path> candidates) {
    this.candidates = List.copyOf(candidates);
  }

  /**
   * Returns the path of a file that holds the resource's bytes and bears the given name; extracts
   * it first when it is not there yet. Its parent folder holds nothing else, so that it can go on a
   * library path.
   *
   * @throws IOException when no private folder can be written, or the resource cannot be read; the
   *     message says what to do
   */
  public static Path extract(URL resource, String name) throws IOException {
    return new NativeCache(candidates(System::getProperty, System::getenv))
        .place(read(resource), name);
  }

  /** The folders to try, best first. */
  static List<Path> candidates(
      UnaryOperator<@Nullable String> property, UnaryOperator<@Nullable String> environment) {
    Path chosen = path(property.apply(DIRECTORY_PROPERTY));
    if (chosen != null) {
      return List.of(chosen.toAbsolutePath());
    }
    List<Path> found = new ArrayList<>();
    Path home = path(property.apply("user.home"));
    addUnder(found, path(environment.apply("XDG_CACHE_HOME")));
    addUnder(found, path(environment.apply("LOCALAPPDATA")));
    addUnder(found, home == null ? null : home.resolve(".cache"));
    Path temporary = path(property.apply("java.io.tmpdir"));
    if (temporary != null) {
      String user = property.apply("user.name");
      // "?" is what the JDK says for a user without a name, as in many containers.
      String suffix = user == null ? "" : user.replaceAll("[^A-Za-z0-9._-]", "_");
      found.add(temporary.toAbsolutePath().resolve("peatmesh-" + suffix));
    }
    return found;
  }

  /** As {@link #extract}, for bytes at hand. */
  Path place(byte[] library, String name) throws IOException {
    Path folder = directory().resolve(hash(library));
    Path target = folder.resolve(name);
    if (holds(target, library)) {
      return target;
    }
    createPrivate(folder);
    Path aside = Files.createTempFile(folder, name, ".part");
    try {
      write(aside, library);
      moveInto(target, aside);
    } finally {
      Files.deleteIfExists(aside);
    }
    return target;
  }

  private Path directory() throws IOException {
    List<String> refused = new ArrayList<>();
    for (Path candidate : candidates) {
      try {
        return privateDirectory(candidate);
      } catch (IOException unfit) {
        refused.add(candidate + " (" + reason(unfit) + ")");
      }
    }
    throw new IOException(
        "native library cache: no folder is fit for it. Tried: "
            + String.join(", ", refused)
            + ". Set -D"
            + DIRECTORY_PROPERTY
            + " to a folder that only this user can write.");
  }

  private static Path privateDirectory(Path candidate) throws IOException {
    createPrivate(candidate);
    // From here on the real path: a link on the way could be turned elsewhere later.
    Path directory = candidate.toRealPath();
    Path probe = Files.createTempFile(directory, "owner", ".probe");
    try {
      if (!isPosix(directory)) {
        return directory;
      }
      // The owner of a new file is the one user name that holds in containers, too.
      if (!Files.getOwner(directory).equals(Files.getOwner(probe))) {
        throw new IOException("belongs to another user");
      }
      Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(directory);
      if (permissions.contains(PosixFilePermission.GROUP_WRITE)
          || permissions.contains(PosixFilePermission.OTHERS_WRITE)) {
        throw new IOException("others may write to it; chmod go-w it");
      }
      return directory;
    } finally {
      Files.deleteIfExists(probe);
    }
  }

  private static void createPrivate(Path directory) throws IOException {
    FileAttribute<?>[] attributes =
        isPosix(directory)
            ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(OWNER_ONLY)}
            : new FileAttribute<?>[0];
    Files.createDirectories(directory, attributes);
  }

  private static boolean isPosix(Path path) {
    return path.getFileSystem().supportedFileAttributeViews().contains("posix");
  }

  private static void write(Path file, byte[] library) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      ByteBuffer bytes = ByteBuffer.wrap(library);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      // A mapped library that is shorter than its headers say kills the process.
      channel.force(true);
    }
  }

  private static void moveInto(Path target, Path aside) throws IOException {
    try {
      Files.move(aside, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException plain) {
      Files.move(aside, target, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private static boolean holds(Path file, byte[] library) throws IOException {
    try {
      return Files.size(file) == library.length
          && hash(Files.readAllBytes(file)).equals(hash(library));
    } catch (NoSuchFileException absent) {
      return false;
    }
  }

  private static byte[] read(URL resource) throws IOException {
    URLConnection connection = resource.openConnection();
    // A cached jar connection would be closed under other readers of the same jar.
    connection.setUseCaches(false);
    try (InputStream in = connection.getInputStream()) {
      byte[] bytes = in.readNBytes(LIBRARY_BYTES_MAX + 1);
      if (bytes.length > LIBRARY_BYTES_MAX) {
        throw new IOException(
            "native library("
                + resource
                + "): is larger than "
                + LIBRARY_BYTES_MAX
                + " bytes; it cannot be one of ours.");
      }
      return bytes;
    }
  }

  /**
   * Two checksums and the length: what differs here are releases of one library, and the folder is
   * private, so chance is the only adversary. A cryptographic hash would cost 35 ms of a cold
   * start; these are fast from the first call.
   */
  private static String hash(byte[] library) {
    CRC32C castagnoli = new CRC32C();
    castagnoli.update(library);
    CRC32 ethernet = new CRC32();
    ethernet.update(library);
    return String.format(
        Locale.ROOT, "%08x%08x-%x", castagnoli.getValue(), ethernet.getValue(), library.length);
  }

  private static String reason(IOException unfit) {
    // File system exceptions say the path only; their class is the reason.
    return unfit.getClass() == IOException.class
        ? String.valueOf(unfit.getMessage())
        : unfit.getClass().getSimpleName() + ": " + unfit.getMessage();
  }

  private static void addUnder(List<Path> found, @Nullable Path cache) {
    // The XDG specification: a relative path is invalid and to be ignored.
    if (cache != null && cache.isAbsolute()) {
      found.add(cache.resolve("peatmesh").resolve("native"));
    }
  }

  private static @Nullable Path path(@Nullable String text) {
    if (text == null || text.isBlank()) {
      return null;
    }
    try {
      return Path.of(text);
    } catch (InvalidPathException unusable) {
      return null;
    }
  }
}
