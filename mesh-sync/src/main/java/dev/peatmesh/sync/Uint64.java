package dev.peatmesh.sync;

/**
 * An unsigned number of 64 bits: a type of its own in Automerge, apart from the signed one.
 *
 * @param bits the number; from 2^63 on it reads negative as a {@code long}
 */
public record Uint64(long bits) implements Comparable<Uint64> {
  /** Reads an unsigned decimal number up to 18446744073709551615. */
  public static Uint64 parse(String decimal) {
    return new Uint64(Long.parseUnsignedLong(decimal));
  }

  @Override
  public int compareTo(Uint64 other) {
    return Long.compareUnsigned(bits, other.bits);
  }

  /** The unsigned decimal number. */
  @Override
  public String toString() {
    return Long.toUnsignedString(bits);
  }
}
