package dev.peatmesh.internal.quic;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.peatmesh.RefusalReason;
import java.util.Arrays;
import java.util.Optional;

/**
 * The numbers and texts with which nodes close connections (application error codes, RFC 9000
 * section 20.2). The numbers are part of the protocol: a number once given never changes.
 */
final class CloseCode {
  /** The longest text that is sent along. */
  static final int TEXT_BYTES_MAX = 512;

  private CloseCode() {}

  /** The number that says this reason. */
  static int of(RefusalReason reason) {
    return switch (reason) {
      // That we stop is, to the other side, that we leave.
      case LEFT, CLOSED -> 0x01;
      case DUPLICATE_LINK -> 0x02;
      case DUPLICATE_IDENTITY -> 0x03;
      case SELF -> 0x04;
      case WRONG_FORMATION -> 0x05;
      case WRONG_SECRET -> 0x06;
      case WRONG_KEY -> 0x07;
      case NO_CLIENT_CERTIFICATE -> 0x08;
      case PROTOCOL_MISMATCH -> 0x09;
      case PROTOCOL_VIOLATION -> 0x0a;
      case OVERLOADED -> 0x0b;
      case HANDSHAKE_TIMEOUT -> 0x0c;
      case TIMED_OUT -> 0x0d;
      case UNREACHABLE -> 0x0e;
      case UNRESOLVED -> 0x0f;
    };
  }

  /** The reason that a number says; empty for a number of no version we know. */
  static Optional<RefusalReason> reason(int code) {
    if (code == of(RefusalReason.LEFT)) {
      return Optional.of(RefusalReason.LEFT);
    }
    return Arrays.stream(RefusalReason.values()).filter(reason -> of(reason) == code).findFirst();
  }

  /** The text as it is sent: cut between characters where it is too long. */
  static byte[] encode(String text) {
    byte[] bytes = text.getBytes(UTF_8);
    if (bytes.length <= TEXT_BYTES_MAX) {
      return bytes;
    }
    int end = TEXT_BYTES_MAX;
    while ((bytes[end] & 0xc0) == 0x80) {
      end--; // Inside a character.
    }
    return Arrays.copyOf(bytes, end);
  }

  /**
   * The text that a peer sent, fit for logs and pages: bounded, no line breaks, no control
   * characters.
   */
  static String decode(byte[] text) {
    String decoded = new String(text, 0, Math.min(text.length, TEXT_BYTES_MAX), UTF_8);
    return decoded.replaceAll("\\p{C}", " ").strip();
  }
}
