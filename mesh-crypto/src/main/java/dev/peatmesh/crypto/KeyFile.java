package dev.peatmesh.crypto;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Base64;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A secret key on disk: PKCS#8 (RFC 8410, section 7) in PEM (RFC 7468), always 119 bytes. */
final class KeyFile {
  private static final byte[] HEADER = "-----BEGIN PRIVATE KEY-----\n".getBytes(US_ASCII);
  private static final byte[] FOOTER = "\n-----END PRIVATE KEY-----\n".getBytes(US_ASCII);

  /** The fixed DER bytes before the 32 secret ones: version 1, Ed25519, two octet strings. */
  private static final byte[] PKCS8_PREFIX =
      HexFormat.of().parseHex("302e020100300506032b657004220420");

  private static final int PKCS8_BYTES = PKCS8_PREFIX.length + DeviceKeypair.KEY_BYTES;

  /** 48 bytes are 64 base64 digits without padding. */
  private static final int BASE64_BYTES = PKCS8_BYTES / 3 * 4;

  private static final int FILE_BYTES = HEADER.length + BASE64_BYTES + FOOTER.length;

  private static final Set<PosixFilePermission> OWNER_ONLY =
      Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

  private static final Set<PosixFilePermission> OTHERS =
      EnumSet.complementOf(
          EnumSet.of(
              PosixFilePermission.OWNER_READ,
              PosixFilePermission.OWNER_WRITE,
              PosixFilePermission.OWNER_EXECUTE));

  private KeyFile() {}

  static void write(Path file, byte[] secret) throws IOException {
    if (Files.exists(file)) {
      throw failure(
          file,
          "exists already, and a key that is overwritten is lost. Load it, or move it away.",
          null);
    }
    Path directory = file.toAbsolutePath().getParent();
    if (directory == null || !Files.isDirectory(directory)) {
      throw failure(file, "its directory does not exist. Create it first.", null);
    }
    byte[] pem = encode(secret);
    try {
      writeWhole(file, directory, pem);
    } catch (KeyFileException ours) {
      throw ours;
    } catch (IOException e) {
      throw failure(file, "cannot be written: " + e + ". Check directory and disk.", e);
    } finally {
      Arrays.fill(pem, (byte) 0);
    }
  }

  static byte[] read(Path file) throws IOException {
    byte[] pem = new byte[FILE_BYTES + 1];
    try {
      checkReadable(file);
      int length;
      try (InputStream in = Files.newInputStream(file)) {
        length = in.readNBytes(pem, 0, pem.length);
      }
      return decode(file, pem, length);
    } catch (NoSuchFileException e) {
      throw failure(file, "does not exist. Check the path, or save a key there first.", e);
    } catch (KeyFileException ours) {
      throw ours;
    } catch (IOException e) {
      throw failure(file, "cannot be read: " + e + ". Check its owner and the disk.", e);
    } finally {
      Arrays.fill(pem, (byte) 0);
    }
  }

  private static void writeWhole(Path file, Path directory, byte[] pem) throws IOException {
    boolean posix = isPosix(directory);
    FileAttribute<?>[] attributes =
        posix
            ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(OWNER_ONLY)}
            : new FileAttribute<?>[0];
    Path draft = Files.createTempFile(directory, ".key-", ".tmp", attributes);
    try {
      // Asked again before a secret byte is written: some mounts take permissions and forget them.
      if (posix && mayOthersUse(draft)) {
        throw failure(file, "the file system keeps no permissions. Choose another one.", null);
      }
      try (FileChannel channel = FileChannel.open(draft, StandardOpenOption.WRITE)) {
        ByteBuffer buffer = ByteBuffer.wrap(pem);
        while (buffer.hasRemaining()) {
          channel.write(buffer);
        }
        channel.force(true);
      }
      Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
      if (posix) {
        // A rename is durable only once its directory is. Windows cannot open a directory.
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
          channel.force(true);
        }
      }
    } finally {
      Files.deleteIfExists(draft);
    }
  }

  private static void checkReadable(Path file) throws IOException {
    if (isPosix(file) && mayOthersUse(file)) {
      throw failure(
          file,
          ("may be used by others (%s), and a secret key is its owner's alone. Run: chmod 600 %s;"
                  + " if somebody may have read it, make a new key.")
              .formatted(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)), file),
          null);
    }
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      throw failure(file, "is not a regular file. Check the path.", null);
    }
  }

  private static boolean isPosix(Path path) {
    return path.getFileSystem().supportedFileAttributeViews().contains("posix");
  }

  private static boolean mayOthersUse(Path file) throws IOException {
    return Files.getPosixFilePermissions(file).stream().anyMatch(OTHERS::contains);
  }

  private static byte[] encode(byte[] secret) {
    byte[] pkcs8 = ByteBuffer.allocate(PKCS8_BYTES).put(PKCS8_PREFIX).put(secret).array();
    byte[] base64 = Base64.getEncoder().encode(pkcs8);
    byte[] pem = ByteBuffer.allocate(FILE_BYTES).put(HEADER).put(base64).put(FOOTER).array();
    Arrays.fill(pkcs8, (byte) 0);
    Arrays.fill(base64, (byte) 0);
    return pem;
  }

  private static byte[] decode(Path file, byte[] pem, int length) throws IOException {
    if (length != FILE_BYTES
        || !Arrays.equals(pem, 0, HEADER.length, HEADER, 0, HEADER.length)
        || !Arrays.equals(pem, length - FOOTER.length, length, FOOTER, 0, FOOTER.length)) {
      throw notAKey(file);
    }
    byte[] base64 = Arrays.copyOfRange(pem, HEADER.length, HEADER.length + BASE64_BYTES);
    byte[] pkcs8 = new byte[PKCS8_BYTES];
    try {
      int decoded = Base64.getDecoder().decode(base64, pkcs8);
      if (decoded != PKCS8_BYTES
          || !Arrays.equals(pkcs8, 0, PKCS8_PREFIX.length, PKCS8_PREFIX, 0, PKCS8_PREFIX.length)) {
        throw notAKey(file);
      }
      return Arrays.copyOfRange(pkcs8, PKCS8_PREFIX.length, PKCS8_BYTES);
    } catch (IllegalArgumentException e) {
      // Without its cause: the decoder's message quotes what it read.
      throw notAKey(file);
    } finally {
      Arrays.fill(base64, (byte) 0);
      Arrays.fill(pkcs8, (byte) 0);
    }
  }

  private static KeyFileException notAKey(Path file) {
    return failure(
        file,
        "is not an Ed25519 key as PeatMesh saves it (PKCS#8 in PEM, %d bytes). Restore it from a"
                .formatted(FILE_BYTES)
            + " backup, or move it away and make a new key.",
        null);
  }

  private static KeyFileException failure(Path file, String problem, @Nullable Throwable cause) {
    return new KeyFileException("key file(" + file + "): " + problem, cause);
  }

  /** Ours, with a message that is complete: not wrapped again. */
  private static final class KeyFileException extends IOException {
    private static final long serialVersionUID = 1;

    KeyFileException(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }
}
