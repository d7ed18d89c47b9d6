package dev.peatmesh.sync.internal.guard;

import java.util.HexFormat;

/** One author of changes, as hex: one replica between two unclean stops. 1 to 128 bytes. */
public record ActorId(String hex) {
  /** The most bytes an actor id may have. */
  public static final int BYTES_MAX = 128;

  /** Takes 1 to 128 bytes. */
  public static ActorId of(byte[] bytes) {
    if (bytes.length == 0 || bytes.length > BYTES_MAX) {
      throw new IllegalArgumentException("an actor id has 1 to 128 bytes, not " + bytes.length);
    }
    return new ActorId(HexFormat.of().formatHex(bytes));
  }

  /** The bytes. */
  public byte[] bytes() {
    return HexFormat.of().parseHex(hex);
  }

  @Override
  public String toString() {
    return hex;
  }
}
