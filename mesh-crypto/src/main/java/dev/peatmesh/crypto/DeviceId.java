package dev.peatmesh.crypto;

import java.util.Arrays;

/**
 * The short name of a device: the first 16 bytes of the SHA-256 of its Ed25519 public key, 32
 * lowercase hex digits. Immutable.
 */
public record DeviceId(String hex) implements Comparable<DeviceId> {
  /** Bytes of an id. */
  public static final int BYTES = 16;

  public DeviceId {
    Hex.check("device id", hex, BYTES, "Print it with derive-id.");
  }

  /** The id of the device with this 32-byte public key. */
  public static DeviceId of(byte[] publicKey) {
    Hex.checkLength("public key", publicKey, DevicePublicKey.BYTES);
    return new DeviceId(Hex.format(Arrays.copyOf(Sha256.digest(publicKey), BYTES)));
  }

  /** Orders by bytes, unsigned. */
  @Override
  public int compareTo(DeviceId other) {
    return hex.compareTo(other.hex);
  }

  @Override
  public String toString() {
    return hex;
  }
}
