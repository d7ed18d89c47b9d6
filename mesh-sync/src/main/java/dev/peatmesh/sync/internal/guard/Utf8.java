package dev.peatmesh.sync.internal.guard;

/** Tells well-formed UTF-8 (RFC 3629, section 4) without decoding it. */
final class Utf8 {
  private Utf8() {}

  static boolean isValid(byte[] bytes, int from, int end) {
    int at = from;
    while (at < end) {
      int first = bytes[at++];
      if (first < 0) {
        int tail = tailLength(first & 0xff);
        if (tail == 0 || tail > end - at || !isSecond(first & 0xff, bytes[at] & 0xff)) {
          return false;
        }
        for (int i = 1; i < tail; i++) {
          if ((bytes[at + i] & 0xc0) != 0x80) {
            return false;
          }
        }
        at += tail;
      }
    }
    return true;
  }

  /** Bytes that follow this first one; 0 when no character starts with it. */
  private static int tailLength(int first) {
    if (first < 0xc2 || first > 0xf4) {
      return 0;
    }
    return first < 0xe0 ? 1 : first < 0xf0 ? 2 : 3;
  }

  /** Four first bytes narrow the second: no second spelling, no surrogate, none above U+10FFFF. */
  private static boolean isSecond(int first, int second) {
    return switch (first) {
      case 0xe0 -> second >= 0xa0 && second <= 0xbf;
      case 0xed -> second >= 0x80 && second <= 0x9f;
      case 0xf0 -> second >= 0x90 && second <= 0xbf;
      case 0xf4 -> second >= 0x80 && second <= 0x8f;
      default -> second >= 0x80 && second <= 0xbf;
    };
  }
}
