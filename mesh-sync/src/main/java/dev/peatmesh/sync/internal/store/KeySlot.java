package dev.peatmesh.sync.internal.store;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/**
 * The AES key of some rows, derived from a key of the host and a salt. Immutable.
 *
 * <p>Derivation: one block of HKDF-Expand with HMAC-SHA256 (RFC 5869, section 2.3); the host's key
 * is uniformly random already, so that there is nothing to extract.
 */
final class KeySlot {
  /** In place of a slot: the row is in plain text. */
  static final int PLAIN = 0;

  private static final String ENCRYPT = "peatmesh store 1 encrypt";
  private static final String CHECK = "peatmesh store 1 check";
  private static final int SALT_BYTES = 16;
  private static final int CHECK_BYTES = 16;

  private final int number;
  private final String keyId;
  private final String salt;
  private final SecretKey aes;
  private final byte[] check;

  private KeySlot(int number, String keyId, String salt, SecretKey aes, byte[] check) {
    this.number = number;
    this.keyId = keyId;
    this.salt = salt;
    this.aes = aes;
    this.check = check;
  }

  /** Derives what is needed; keeps nothing of the host's key itself. */
  static KeySlot derive(int number, String keyId, byte[] key, String salt) {
    byte[] salted = HexFormat.of().parseHex(salt);
    byte[] check = expand(key, CHECK, salted);
    return new KeySlot(
        number,
        keyId,
        salt,
        new SecretKeySpec(expand(key, ENCRYPT, salted), "AES"),
        Arrays.copyOf(check, CHECK_BYTES));
  }

  static int saltBytes() {
    return SALT_BYTES;
  }

  /** 32 bytes that nobody can tell from random ones without the key. */
  static byte[] expand(byte[] key, String purpose, byte[] salt) {
    try {
      Mac hmac = Mac.getInstance("HmacSHA256");
      hmac.init(new SecretKeySpec(key, "HmacSHA256"));
      hmac.update(purpose.getBytes(StandardCharsets.US_ASCII));
      hmac.update(ByteBuffer.wrap(salt));
      return hmac.doFinal(new byte[] {1});
    } catch (GeneralSecurityException e) {
      throw new AssertionError("every Java platform has HmacSHA256", e);
    }
  }

  int number() {
    return number;
  }

  String keyId() {
    return keyId;
  }

  String salt() {
    return salt;
  }

  SecretKey aes() {
    return aes;
  }

  /** Shows, without telling anything about it, whether a key is the one of this slot. */
  String check() {
    return HexFormat.of().formatHex(check);
  }

  boolean hasCheck(String hex) {
    return MessageDigest.isEqual(
        check().getBytes(StandardCharsets.US_ASCII), hex.getBytes(StandardCharsets.US_ASCII));
  }

  @Override
  public String toString() {
    return "KeySlot(" + number + ", " + keyId + ")";
  }
}
