package dev.peatmesh.crypto;

import java.util.HexFormat;

/** The one way in which keys and ids are written: lowercase hex digits, of one fixed length. */
final class Hex {
  private static final HexFormat LOWERCASE = HexFormat.of();

  private Hex() {}

  static String format(byte[] bytes) {
    return LOWERCASE.formatHex(bytes);
  }

  static byte[] parse(String hex) {
    return LOWERCASE.parseHex(hex);
  }

  /** Refuses what is not the hex form of so many bytes. A second spelling would be a second id. */
  static void check(String what, String hex, int bytes, String remedy) {
    if (hex.length() != 2 * bytes || !hex.chars().allMatch(Hex::isLowercaseDigit)) {
      throw new IllegalArgumentException(
          "%s(%s): is not %d lowercase hex digits. %s"
              .formatted(what, Names.quoted(hex), 2 * bytes, remedy));
    }
  }

  /** Refuses an array of another length. */
  static void checkLength(String what, byte[] bytes, int expected) {
    if (bytes.length != expected) {
      throw new IllegalArgumentException(
          "%s(%d bytes): must be %d bytes long.".formatted(what, bytes.length, expected));
    }
  }

  private static boolean isLowercaseDigit(int c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
  }
}
