package dev.peatmesh.testkit;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * What happened in one simulated run, one line per event, each with its virtual time in seconds.
 *
 * <p>Two runs with one seed write the same bytes: compare {@link #hash()}. The hash covers every
 * line; of the lines themselves the last {@value #LINES_KEPT_MAX} are kept. Not thread-safe: a
 * simulation runs on one thread.
 */
public final class EventLog {
  /** How many of the last lines are kept for printing. */
  public static final int LINES_KEPT_MAX = 10_000;

  private static final int NANOS_DIGITS = 9;
  private static final long NANOS_PER_SECOND = 1_000_000_000;

  /** The log begun last on this thread, so that a failing test can print it. */
  private static final ThreadLocal<EventLog> LATEST = new ThreadLocal<>();

  private final MessageDigest digest = sha256();
  private final ArrayDeque<String> kept = new ArrayDeque<>();
  private long lines;

  private EventLog() {}

  /** An empty log, from now on the {@link #latest} of this thread. */
  public static EventLog begin() {
    EventLog log = new EventLog();
    LATEST.set(log);
    return log;
  }

  /** The log begun last on this thread, unless it was forgotten since. */
  static Optional<EventLog> latest() {
    return Optional.ofNullable(LATEST.get());
  }

  static void forgetLatest() {
    LATEST.remove();
  }

  /**
   * Writes one line.
   *
   * @param atNanos virtual time since the start of the run, in nanoseconds, not negative
   * @param event what happened; one line, and nothing that differs between two runs of one seed
   */
  public void add(long atNanos, String event) {
    String line = stamped(atNanos, event);
    digest.update(line.getBytes(StandardCharsets.UTF_8));
    digest.update((byte) '\n');
    lines++;
    if (kept.size() == LINES_KEPT_MAX) {
      kept.removeFirst();
    }
    kept.addLast(line);
  }

  /** How many lines were written, those no longer kept included. */
  public long lines() {
    return lines;
  }

  /** SHA-256 over every line written so far, each ended by a line feed; 64 hex digits. */
  public String hash() {
    try {
      MessageDigest soFar = (MessageDigest) digest.clone();
      return HexFormat.of().formatHex(soFar.digest());
    } catch (CloneNotSupportedException e) {
      throw new AssertionError("every JDK's SHA-256 can be cloned", e);
    }
  }

  /** The last lines, oldest first; at most {@code max} and at most {@link #LINES_KEPT_MAX}. */
  public List<String> last(int max) {
    List<String> all = new ArrayList<>(kept);
    return List.copyOf(all.subList(Math.max(0, all.size() - max), all.size()));
  }

  /** Written by hand: {@code String.format} costs more than the whole simulation of a packet. */
  private static String stamped(long atNanos, String event) {
    StringBuilder line = new StringBuilder(event.length() + 2 * NANOS_DIGITS);
    line.append(atNanos / NANOS_PER_SECOND).append('.');
    String nanos = Long.toString(atNanos % NANOS_PER_SECOND);
    for (int i = nanos.length(); i < NANOS_DIGITS; i++) {
      line.append('0');
    }
    return line.append(nanos).append(' ').append(event).toString();
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }
}
