package dev.peatmesh.discovery;

import java.time.Duration;

/**
 * Settings of a {@link HybridDiscovery}. Immutable.
 *
 * @param grace how long a peer stands that no source shows any more; zero to 1 h. A source that
 *     blinks, or a peer that moves from one source to another, is then no loss
 * @param retryMin the wait before a strategy that failed to start is started again; 10 ms to 1 h.
 *     Every failure doubles it, and chance takes up to half of it off
 * @param retryMax the longest such wait; from {@code retryMin} to 1 h
 * @param peersMax the most peers at once, 1 to 1,000,000; beyond it those in their grace give way,
 *     then further ones are dropped, counted and shown in {@link HybridDiscovery#statuses}
 */
public record HybridSettings(Duration grace, Duration retryMin, Duration retryMax, int peersMax) {
  /** Grace 10 s, starts retried after 1 s to 1 min, 10,000 peers. */
  public static final HybridSettings DEFAULT =
      new HybridSettings(
          Duration.ofSeconds(10), Duration.ofSeconds(1), Duration.ofMinutes(1), 10_000);

  private static final int PEERS_LIMIT = 1_000_000;

  public HybridSettings {
    within("grace", grace, Duration.ZERO);
    within("retryMin", retryMin, Duration.ofMillis(10));
    within("retryMax", retryMax, retryMin);
    if (peersMax < 1 || peersMax > PEERS_LIMIT) {
      throw new IllegalArgumentException(
          "peersMax(%d): is out of bounds. Use 1 to %d.".formatted(peersMax, PEERS_LIMIT));
    }
  }

  /** The same with another grace. */
  public HybridSettings withGrace(Duration other) {
    return new HybridSettings(other, retryMin, retryMax, peersMax);
  }

  /** The same with other waits between attempts to start. */
  public HybridSettings withRetries(Duration min, Duration max) {
    return new HybridSettings(grace, min, max, peersMax);
  }

  /** The same with another bound of peers. */
  public HybridSettings withPeersMax(int other) {
    return new HybridSettings(grace, retryMin, retryMax, other);
  }

  private static void within(String name, Duration value, Duration min) {
    Duration max = Duration.ofHours(1);
    if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
      throw new IllegalArgumentException(
          "%s(%s): is out of bounds. Use %s to %s.".formatted(name, value, min, max));
    }
  }
}
