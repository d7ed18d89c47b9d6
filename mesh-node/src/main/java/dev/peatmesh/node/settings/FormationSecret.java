package dev.peatmesh.node.settings;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.peatmesh.crypto.Formation;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import javax.security.auth.Destroyable;

/**
 * The decoded secret of a formation, as it was configured in base64 (RFC 4648 section 4). Its
 * holder destroys it. Not thread-safe. Neither it nor the text it came from is ever in a message.
 */
public final class FormationSecret implements Destroyable {
  /** No secret that is accepted needs more text than this, line breaks included. */
  private static final int TEXT_BYTES_MAX = 2 * Formation.SECRET_BYTES_MAX;

  private static final String REMEDY = "Make one: openssl rand -base64 32";

  private final byte[] bytes;
  private boolean destroyed;

  private FormationSecret(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * Reads a file that holds the secret in base64. White space around it and line breaks in it do
   * not matter.
   *
   * @param source how the user named the file: a flag
   * @throws IllegalArgumentException when there is no usable secret in it; says why
   */
  public static FormationSecret read(String source, Path file) {
    String named = source + "(" + file + ")";
    byte[] text;
    // Not Files.size: a pipe such as <(pass show mesh) is welcome and has none.
    try (InputStream in = Files.newInputStream(file)) {
      text = in.readNBytes(TEXT_BYTES_MAX + 1);
    } catch (NoSuchFileException missing) {
      throw new IllegalArgumentException(named + ": there is no such file. " + REMEDY, missing);
    } catch (IOException unreadable) {
      throw new IllegalArgumentException(
          named + ": cannot be read: " + reason(unreadable) + ". Check its permissions.",
          unreadable);
    }
    try {
      return decode(named, text);
    } finally {
      Arrays.fill(text, (byte) 0);
    }
  }

  /**
   * Decodes a secret.
   *
   * @param source where the text is from, for the message
   * @throws IllegalArgumentException when the text is no usable secret; says why, never quotes it
   */
  public static FormationSecret decode(String source, String text) {
    byte[] encoded = text.getBytes(ISO_8859_1);
    try {
      return decode(source, encoded);
    } finally {
      Arrays.fill(encoded, (byte) 0);
    }
  }

  private static FormationSecret decode(String source, byte[] text) {
    if (text.length > TEXT_BYTES_MAX) {
      throw bad(source, "is too long; " + TEXT_BYTES_MAX + " characters are the most", "");
    }
    byte[] packed = withoutWhiteSpace(text);
    try {
      return new FormationSecret(checked(source, packed));
    } finally {
      Arrays.fill(packed, (byte) 0);
    }
  }

  private static byte[] checked(String source, byte[] packed) {
    if (packed.length == 0) {
      throw bad(source, "is empty", REMEDY);
    }
    if (packed.length % 4 != 0) {
      throw bad(
          source,
          "is not base64: it has " + packed.length + " characters, which is no multiple of 4",
          "Is a part of it, or the = at its end, missing?");
    }
    byte[] decoded;
    try {
      decoded = Base64.getDecoder().decode(packed);
    } catch (IllegalArgumentException notBase64) {
      // Without the cause: its message quotes a character of the secret.
      throw bad(source, "is not base64", "Allowed are A-Z a-z 0-9 + / and = at the end.");
    }
    if (decoded.length < Formation.SECRET_BYTES_MIN) {
      int length = decoded.length;
      Arrays.fill(decoded, (byte) 0);
      throw bad(
          source,
          "is too short: %d bytes once decoded; %d are the least, 32 random ones are right"
              .formatted(length, Formation.SECRET_BYTES_MIN),
          REMEDY);
    }
    if (decoded.length > Formation.SECRET_BYTES_MAX) {
      int length = decoded.length;
      Arrays.fill(decoded, (byte) 0);
      throw bad(
          source,
          "is too long: %d bytes once decoded; %d are the most"
              .formatted(length, Formation.SECRET_BYTES_MAX),
          "Is it the right one?");
    }
    return decoded;
  }

  /** Around it, anything up to a space; within, line breaks only: other gaps are mistakes. */
  private static byte[] withoutWhiteSpace(byte[] text) {
    int from = 0;
    int to = text.length;
    while (from < to && isWhiteSpace(text[from])) {
      from++;
    }
    while (to > from && isWhiteSpace(text[to - 1])) {
      to--;
    }
    byte[] packed = new byte[to - from];
    int length = 0;
    for (int i = from; i < to; i++) {
      if (text[i] != '\n' && text[i] != '\r') {
        packed[length++] = text[i];
      }
    }
    byte[] exact = Arrays.copyOf(packed, length);
    Arrays.fill(packed, (byte) 0);
    return exact;
  }

  private static boolean isWhiteSpace(byte b) {
    return b == ' ' || b == '\t' || b == '\n' || b == '\r';
  }

  /** A copy of the decoded bytes: zero it after use. */
  public byte[] bytes() {
    if (destroyed) {
      throw new IllegalStateException("formation secret: was destroyed. Read it again.");
    }
    return bytes.clone();
  }

  @Override
  public void destroy() {
    Arrays.fill(bytes, (byte) 0);
    destroyed = true;
  }

  @Override
  public boolean isDestroyed() {
    return destroyed;
  }

  @Override
  public String toString() {
    return "FormationSecret[bytes=" + bytes.length + "]";
  }

  static String reason(IOException failure) {
    return failure.getClass().getSimpleName() + ": " + failure.getMessage();
  }

  private static IllegalArgumentException bad(String source, String problem, String remedy) {
    return new IllegalArgumentException((source + ": " + problem + ". " + remedy).strip());
  }
}
