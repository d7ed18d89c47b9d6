package dev.peatmesh.crypto;

/** The Ed25519 key by which a device is known, 64 lowercase hex digits. Immutable. */
public record DevicePublicKey(String hex) {
  /** Bytes of a key. */
  public static final int BYTES = 32;

  public DevicePublicKey {
    Hex.check("device public key", hex, BYTES, "Print it with derive-id.");
  }

  /** Takes the 32 bytes of a public key. */
  public static DevicePublicKey of(byte[] publicKey) {
    Hex.checkLength("device public key", publicKey, BYTES);
    return new DevicePublicKey(Hex.format(publicKey));
  }

  /** The 32 bytes of the key. */
  public byte[] bytes() {
    return Hex.parse(hex);
  }

  /** The short name of the device. */
  public DeviceId deviceId() {
    return DeviceId.of(bytes());
  }

  @Override
  public String toString() {
    return hex;
  }
}
