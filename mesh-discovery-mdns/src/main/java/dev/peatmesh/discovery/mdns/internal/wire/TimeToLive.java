package dev.peatmesh.discovery.mdns.internal.wire;

/** Shortens for how long others keep what this node says. Pure. */
public final class TimeToLive {
  /** For records that name a host (RFC 6762, section 10). The responder says an hour for all. */
  public static final int SECONDS_MAX = 120;

  private static final int HEADER_BYTES = 12;

  private TimeToLive() {}

  /**
   * The message, with every time to live of more than {@link #SECONDS_MAX} set to that. Changed in
   * place. What cannot be read stays as it is: our own responder wrote it.
   */
  public static byte[] shorten(byte[] message) {
    int at = HEADER_BYTES;
    for (int i = u16(message, 4); i > 0 && at < message.length; i--) {
      at = afterName(message, at) + 4;
    }
    int records = u16(message, 6) + u16(message, 8) + u16(message, 10);
    for (int i = records; i > 0; i--) {
      at = afterName(message, at);
      if (at + 10 > message.length) {
        return message;
      }
      // The pseudo-record OPT keeps flags where others keep a time.
      if (u16(message, at) != RecordType.OPT) {
        shorten(message, at + 4);
      }
      at += 10 + u16(message, at + 8);
    }
    return message;
  }

  private static void shorten(byte[] message, int at) {
    long ttl = ((long) u16(message, at) << 16) | u16(message, at + 2);
    if (ttl > SECONDS_MAX) {
      message[at] = 0;
      message[at + 1] = 0;
      message[at + 2] = 0;
      message[at + 3] = SECONDS_MAX;
    }
  }

  private static int afterName(byte[] message, int from) {
    int at = from;
    while (at < message.length) {
      int length = message[at] & 0xFF;
      if (length == 0) {
        return at + 1;
      }
      if (length >= 0xC0) {
        return at + 2;
      }
      at += 1 + length;
    }
    return at;
  }

  private static int u16(byte[] message, int at) {
    return at + 2 > message.length ? 0 : ((message[at] & 0xFF) << 8) | (message[at + 1] & 0xFF);
  }
}
