package dev.peatmesh.crypto;

/**
 * The name under which a node is dialled: its Ed25519 transport key, 64 lowercase hex digits.
 * Immutable.
 */
public record EndpointId(String hex) implements Comparable<EndpointId> {
  /** Bytes of the public key. */
  public static final int BYTES = 32;

  public EndpointId {
    Hex.check("endpoint id", hex, BYTES, "Print it with derive-id.");
  }

  /** Takes the 32 bytes of a public key. */
  public static EndpointId of(byte[] publicKey) {
    Hex.checkLength("endpoint id", publicKey, BYTES);
    return new EndpointId(Hex.format(publicKey));
  }

  /** The 32 bytes of the public key. */
  public byte[] publicKey() {
    return Hex.parse(hex);
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
}
