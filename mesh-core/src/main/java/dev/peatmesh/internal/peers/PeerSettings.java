package dev.peatmesh.internal.peers;

import java.time.Duration;

/**
 * Bounds and times of the peering. Immutable.
 *
 * @param redial whether a peer is dialled again after a failure or the loss of its link. Switched
 *     off only by tests that must see a mesh fail to heal.
 */
public record PeerSettings(Limits limits, Timing timing, boolean redial) {
  /** What production uses unless told otherwise. */
  public static final PeerSettings DEFAULT = new PeerSettings(Limits.DEFAULT, Timing.DEFAULT, true);

  /**
   * How much is kept at most.
   *
   * @param peersMax peers known at once; hints of further ones are dropped, counted and logged
   * @param addressesMax addresses per peer and per dial; further ones are not tried, and logged
   * @param linksMax links at once; further peers are refused with OVERLOADED
   * @param handshakesMax accepted connections that have not proved themselves; further ones are
   *     refused with OVERLOADED
   * @param dialsMax peers dialled at once; further ones wait their turn
   * @param strangersMax refused strangers that are remembered; the longest unseen gives way
   */
  public record Limits(
      int peersMax,
      int addressesMax,
      int linksMax,
      int handshakesMax,
      int dialsMax,
      int strangersMax) {
    /** What production uses unless told otherwise. */
    public static final Limits DEFAULT = new Limits(10_000, 32, 1_024, 64, 128, 64);

    public Limits {
      Check.atLeastOne("peersMax", peersMax);
      Check.atLeastOne("addressesMax", addressesMax);
      Check.atLeastOne("linksMax", linksMax);
      Check.atLeastOne("handshakesMax", handshakesMax);
      Check.atLeastOne("dialsMax", dialsMax);
      Check.atLeastOne("strangersMax", strangersMax);
    }
  }

  /**
   * How long things take.
   *
   * @param dialStagger between the starts of dials to two addresses of one peer (RFC 8305: 250 ms)
   * @param dialTimeout of one address, and of the resolution of names
   * @param handshakeTimeout from the connection to the authorised link
   * @param redialMin the least wait after a failed dial
   * @param redialMax the longest wait after failed dials
   * @param redialPrompt the longest wait before the first dial after the loss of a link
   * @param settled a link that lived so long wipes out earlier failures
   * @param nudgeMin a repeated hint or a sign of life dials at once, but only this long after the
   *     last dial
   * @param forgetAfter how long a peer is remembered that discovery does not show and that has no
   *     link, and a stranger that was refused
   */
  public record Timing(
      Duration dialStagger,
      Duration dialTimeout,
      Duration handshakeTimeout,
      Duration redialMin,
      Duration redialMax,
      Duration redialPrompt,
      Duration settled,
      Duration nudgeMin,
      Duration forgetAfter) {
    /** What production uses unless told otherwise. */
    public static final Timing DEFAULT =
        new Timing(
            Duration.ofMillis(250),
            Duration.ofSeconds(5),
            Duration.ofSeconds(5),
            Duration.ofSeconds(1),
            Duration.ofSeconds(60),
            Duration.ofMillis(250),
            Duration.ofSeconds(10),
            Duration.ofSeconds(10),
            Duration.ofSeconds(60));

    public Timing {
      Check.positive("dialStagger", dialStagger);
      Check.positive("dialTimeout", dialTimeout);
      Check.positive("handshakeTimeout", handshakeTimeout);
      Check.positive("redialMin", redialMin);
      Check.positive("redialMax", redialMax);
      Check.positive("redialPrompt", redialPrompt);
      Check.positive("settled", settled);
      Check.positive("nudgeMin", nudgeMin);
      Check.positive("forgetAfter", forgetAfter);
      if (redialMax.compareTo(redialMin) < 0) {
        throw new IllegalArgumentException(
            "redialMax(%s): is less than redialMin, %s. Make it longer."
                .formatted(redialMax, redialMin));
      }
    }
  }

  /** The same with other bounds. */
  public PeerSettings withLimits(Limits other) {
    return new PeerSettings(other, timing, redial);
  }

  /** The same with other times. */
  public PeerSettings withTiming(Timing other) {
    return new PeerSettings(limits, other, redial);
  }

  /** The same with re-dialling on or off. */
  public PeerSettings withRedial(boolean other) {
    return new PeerSettings(limits, timing, other);
  }

  /**
   * Stands beside the records, not in PeerSettings: a check there would initialise PeerSettings
   * while Limits is half initialised, and its DEFAULT would have no limits for ever.
   */
  private static final class Check {
    static void atLeastOne(String name, int value) {
      if (value < 1) {
        throw new IllegalArgumentException("%s(%d): is not positive.".formatted(name, value));
      }
    }

    static void positive(String name, Duration value) {
      if (value.isZero() || value.isNegative()) {
        throw new IllegalArgumentException("%s(%s): is not positive.".formatted(name, value));
      }
    }
  }
}
