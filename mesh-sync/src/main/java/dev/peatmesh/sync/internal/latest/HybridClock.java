package dev.peatmesh.sync.internal.latest;

import java.time.Duration;

/**
 * Stamps by which concurrent writes are ordered: a hybrid logical clock (Kulkarni, Demirbas,
 * Madappa, Avva, Leone: "Logical Physical Clocks", 2014). A stamp is 48 bits of milliseconds since
 * 1970 above 16 bits that count; as a {@code long} it is never negative.
 *
 * <p>Follows the wall clock, and the stamps of others where they are ahead of it; but never by more
 * than {@link #AHEAD_MAX}, so that one node with a wrong clock cannot take the others along.
 * Belongs to one loop.
 */
public final class HybridClock {
  /** How far ahead of the wall clock this one may be. */
  public static final Duration AHEAD_MAX = Duration.ofHours(24);

  private static final int LOGICAL_BITS = 16;
  private static final long MILLIS_MAX = Long.MAX_VALUE >>> LOGICAL_BITS;

  private long last;

  /** The stamp of the next event; larger than all before, unless the wall clock fell far back. */
  public long now(long wallMillis) {
    if (isTooFarAhead(last, wallMillis)) {
      // The wall clock was wrong and was set right: to stay there would keep the error for ever.
      last = 0;
    }
    last = Math.max(last + 1, stamp(wallMillis));
    return last;
  }

  /**
   * Takes note of another node's stamp, so that what happens here afterwards is stamped higher.
   *
   * @return false when it is too far ahead of the wall clock to be followed
   */
  public boolean observe(long remote, long wallMillis) {
    if (isTooFarAhead(remote, wallMillis)) {
      return false;
    }
    last = Math.max(last, remote);
    return true;
  }

  /** The smallest stamp of that millisecond. */
  public static long stamp(long wallMillis) {
    return Math.max(0, Math.min(wallMillis, MILLIS_MAX)) << LOGICAL_BITS;
  }

  /** The milliseconds of a stamp. */
  public static long millis(long stamp) {
    return stamp >>> LOGICAL_BITS;
  }

  /** The next larger stamp. The largest there is stays: only a hostile node uses it. */
  static long after(long stamp) {
    return stamp == Long.MAX_VALUE ? stamp : stamp + 1;
  }

  private static boolean isTooFarAhead(long stamp, long wallMillis) {
    return millis(stamp) - AHEAD_MAX.toMillis() > Math.max(0, wallMillis);
  }
}
