package dev.peatmesh.sync.internal.latest;

/**
 * How large a state may be that comes from outside. Reading one takes memory in proportion to its
 * own bytes, never to a number written inside it.
 *
 * @param bytesMax bytes of the encoded state
 */
public record LatestLimits(int bytesMax) {
  /** The most fields at the top of a document, hidden ones included. */
  public static final int FIELDS_MAX = 4_096;

  /** The most authors that a document remembers. */
  public static final int ACTORS_MAX = 4_096;

  /** The most values of all fields together; more than the fields where they are concurrent. */
  public static final int ENTRIES_MAX = 65_536;

  /** 5 MiB. */
  public static final LatestLimits DEFAULT = new LatestLimits(5 << 20);

  public LatestLimits {
    if (bytesMax < 1) {
      throw new IllegalArgumentException(
          "bytesMax(" + bytesMax + "): is below 1. Set it to 1 or more.");
    }
  }
}
