package dev.peatmesh.sync.internal.reconcile;

/**
 * All positions that begin with the same bits.
 *
 * @param first the lowest position of the range: the bits, then zeros
 * @param prefixBits how many bits they have in common, 0 (every position) to 64 (one position)
 */
public record PositionRange(long first, int prefixBits) {
  /** Every position there is. */
  public static final PositionRange ALL = new PositionRange(0, 0);

  /** The most bits that a range can be cut by at once. */
  static final int CUT_BITS_MAX = 4;

  public PositionRange {
    if (prefixBits < 0 || prefixBits > Long.SIZE) {
      throw new RangeViolation("prefixBits(" + prefixBits + "): not within 0 to 64");
    }
    if ((first & below(prefixBits)) != 0) {
      throw new RangeViolation("prefix: has bits set beyond its " + prefixBits);
    }
  }

  /** Bytes of a range on the wire: the length, and as many bytes as the prefix needs. */
  public int encodedBytes() {
    return 1 + (prefixBits + 7) / 8;
  }

  /** The highest position of the range. */
  long last() {
    return first | below(prefixBits);
  }

  boolean contains(long position) {
    return (position & ~below(prefixBits)) == first;
  }

  /** Whether one of the two lies within the other; ranges never overlap in any other way. */
  boolean overlaps(PositionRange other) {
    return prefixBits < other.prefixBits ? contains(other.first) : other.contains(first);
  }

  /** One of the 2^cutBits equal parts. */
  PositionRange part(int index, int cutBits) {
    int bits = prefixBits + cutBits;
    return new PositionRange(first | ((long) index << (Long.SIZE - bits)), bits);
  }

  /** The bits that a prefix of this length leaves open. */
  private static long below(int prefixBits) {
    return prefixBits == Long.SIZE ? 0 : -1L >>> prefixBits;
  }
}
