package dev.peatmesh.testkit;

import java.time.Duration;

/**
 * What a simulated network does to the packets of one link, in one direction. Immutable.
 *
 * @param loss share of packets that vanish, 0 to 1
 * @param latency the least time a packet takes, 0 to 1 minute
 * @param jitter a packet takes up to so much longer, evenly spread, 0 to 1 minute
 * @param duplicate share of packets that arrive twice, 0 to 1
 * @param reorder share of packets held back by up to five times latency and jitter, so that later
 *     ones overtake them, 0 to 1
 */
public record NetworkRules(
    double loss, Duration latency, Duration jitter, double duplicate, double reorder) {
  /** The longest latency and the longest jitter. */
  public static final Duration DELAY_MAX = Duration.ofMinutes(1);

  /** A quiet local network: 1 ms and up to 0.2 ms of jitter, no fault. */
  public static final NetworkRules LAN =
      new NetworkRules(0, Duration.ofMillis(1), Duration.ofNanos(200_000), 0, 0);

  public NetworkRules {
    checkShare("loss", loss);
    checkDelay("latency", latency);
    checkDelay("jitter", jitter);
    checkShare("duplicate", duplicate);
    checkShare("reorder", reorder);
  }

  /** The same rules with another share of lost packets. */
  public NetworkRules withLoss(double share) {
    return new NetworkRules(share, latency, jitter, duplicate, reorder);
  }

  /** The same rules with another least delay. */
  public NetworkRules withLatency(Duration least) {
    return new NetworkRules(loss, least, jitter, duplicate, reorder);
  }

  /** The same rules with another spread of the delay. */
  public NetworkRules withJitter(Duration most) {
    return new NetworkRules(loss, latency, most, duplicate, reorder);
  }

  /** The same rules with another share of duplicated packets. */
  public NetworkRules withDuplicate(double share) {
    return new NetworkRules(loss, latency, jitter, share, reorder);
  }

  /** The same rules with another share of packets held back. */
  public NetworkRules withReorder(double share) {
    return new NetworkRules(loss, latency, jitter, duplicate, share);
  }

  private static void checkShare(String what, double share) {
    if (!(share >= 0 && share <= 1)) {
      throw new IllegalArgumentException(
          what + "(" + share + "): is not a share. Give a number from 0 to 1.");
    }
  }

  private static void checkDelay(String what, Duration delay) {
    if (delay.isNegative() || delay.compareTo(DELAY_MAX) > 0) {
      throw new IllegalArgumentException(
          what + "(" + delay + "): is out of range. Give 0 to " + DELAY_MAX + ".");
    }
  }
}
