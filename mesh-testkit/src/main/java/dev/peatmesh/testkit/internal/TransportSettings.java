package dev.peatmesh.testkit.internal;

import dev.peatmesh.runtime.MeshException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * How a simulated transport behaves, with the limits a real one has.
 *
 * @param dialTimeout an address that does not answer fails after this, over 0
 * @param idleTimeout a connection on which nothing arrives ends after this, over keepAlive
 * @param keepAlive how often either side gives a sign of life, over 0
 * @param sendHighBytes from here on {@code writable()} is false
 * @param sendLowBytes below this {@code writableAgain()} is told, 1 to sendHighBytes
 * @param unreadBytesMax while more delivered bytes than this are not consumed, nothing is
 *     delivered; also how much the other side may send ahead, at least 64 KiB
 */
public record TransportSettings(
    Duration dialTimeout,
    Duration idleTimeout,
    Duration keepAlive,
    int sendHighBytes,
    int sendLowBytes,
    int unreadBytesMax) {
  /** Dial and idle 5 s, keep-alive 1 s, water marks 1 MiB and 512 KiB, 1 MiB unread. */
  public static final TransportSettings DEFAULTS =
      new TransportSettings(
          Duration.ofSeconds(5),
          Duration.ofSeconds(5),
          Duration.ofSeconds(1),
          1 << 20,
          1 << 19,
          1 << 20);

  private static final int UNREAD_BYTES_LEAST = 64 << 10;

  public TransportSettings {
    List<String> problems = new ArrayList<>();
    if (dialTimeout.isNegative() || dialTimeout.isZero()) {
      problems.add("dialTimeout(" + dialTimeout + "): is not over 0. Give a longer one.");
    }
    if (keepAlive.isNegative() || keepAlive.isZero() || keepAlive.compareTo(idleTimeout) >= 0) {
      problems.add(
          "keepAlive(" + keepAlive + "): is not between 0 and idleTimeout " + idleTimeout + ".");
    }
    if (sendLowBytes < 1 || sendLowBytes > sendHighBytes) {
      problems.add("sendLowBytes(" + sendLowBytes + "): is not between 1 and sendHighBytes.");
    }
    if (unreadBytesMax < UNREAD_BYTES_LEAST) {
      problems.add("unreadBytesMax(" + unreadBytesMax + "): is below " + UNREAD_BYTES_LEAST + ".");
    }
    if (!problems.isEmpty()) {
      throw new MeshException.BadConfiguration(problems);
    }
  }
}
