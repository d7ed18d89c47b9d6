package dev.peatmesh.crypto;

import java.util.HexFormat;

/**
 * The name under which a node is dialled: its Ed25519 transport key, 64 lowercase hex digits.
 * Immutable.
 */
public record EndpointId(String hex) implements Comparable<EndpointId> {
  /** Bytes of the public key. */
  public static final int BYTES = 32;

  public EndpointId {
    if (hex.length() != 2 * BYTES || !hex.chars().allMatch(EndpointId::isLowerHex)) {
      throw new IllegalArgumentException(
          "endpoint id(" + hex + "): is not 64 lowercase hex digits. Print it with derive-id.");
    }
  }

  /** Takes the 32 bytes of a public key. */
  public static EndpointId of(byte[] publicKey) {
    return new EndpointId(HexFormat.of().formatHex(publicKey));
  }

  /** The 32 bytes of the public key. */
  public byte[] publicKey() {
    return HexFormat.of().parseHex(hex);
  }

  /** Orders by key bytes, unsigned. */
  @Override
  public int compareTo(EndpointId other) {
    return hex.compareTo(other.hex);
  }

  @Override
  public String toString() {
    return hex;
  }

  private static boolean isLowerHex(int c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
  }
}
