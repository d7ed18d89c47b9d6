package dev.peatmesh.sync.internal.store;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Puts a value into a row and takes it out again: three columns in a row, the number of the key
 * slot, the bytes, their checksum. Not thread-safe: each connection has its own.
 *
 * <p>Encrypted bytes are a nonce of 12, the AES-256-GCM ciphertext, a tag of 16. What the row is
 * and which numbers it bears is authenticated with it: no row passes for another one.
 */
final class RowSeal {
  private static final String TRANSFORMATION = "AES/GCM/NoPadding";
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BYTES = 16;

  private final Keyring keys;
  private final RandomGenerator random;
  private final Cipher cipher;
  private final Mac hmac;

  RowSeal(Keyring keys, RandomGenerator random) {
    this.keys = keys;
    this.random = random;
    try {
      cipher = Cipher.getInstance(TRANSFORMATION);
      hmac = Mac.getInstance("HmacSHA256");
    } catch (GeneralSecurityException e) {
      throw new AssertionError("every Java platform has AES/GCM and HmacSHA256", e);
    }
  }

  /**
   * Sets three parameters: slot, bytes, checksum. Part of a transaction.
   *
   * @param id number of the row
   * @param document number of the document, or another one that belongs to the row
   * @param sequence of the event that wrote it, or zero
   */
  void seal(
      PreparedStatement into,
      int first,
      RowKind kind,
      long id,
      long document,
      long sequence,
      byte[] plain)
      throws SQLException {
    KeySlot slot = keys.next();
    int number = slot == null ? KeySlot.PLAIN : slot.number();
    byte[] aad = aad(kind, id, document, sequence);
    byte[] value = slot == null ? plain : encrypt(slot, aad, plain);
    into.setInt(first, number);
    into.setBytes(first + 1, value);
    into.setLong(first + 2, checksum(aad, number, value));
  }

  /** The value of the three columns; null when it is not what was put in. */
  byte @Nullable [] open(
      ResultSet row, int first, RowKind kind, long id, long document, long sequence)
      throws SQLException {
    int number = row.getInt(first);
    byte[] value = row.getBytes(first + 1);
    byte[] aad = aad(kind, id, document, sequence);
    if (value == null || row.getLong(first + 2) != checksum(aad, number, value)) {
      return null;
    }
    if (number == KeySlot.PLAIN) {
      return value;
    }
    KeySlot slot = keys.slot(number);
    return slot == null ? null : decrypt(slot, aad, value);
  }

  /** Under which tags a name may stand in an index: the one it is written under comes first. */
  List<Long> tags(byte[] name) {
    List<Long> tags = new ArrayList<>(2);
    for (Keyring.NameKey key : keys.nameKeys()) {
      tags.add(tag(key.bytes(), name));
    }
    return tags;
  }

  private long tag(byte[] key, byte[] name) {
    try {
      hmac.init(new SecretKeySpec(key, "HmacSHA256"));
      return ByteBuffer.wrap(hmac.doFinal(name)).getLong();
    } catch (GeneralSecurityException e) {
      throw new AssertionError("HMAC takes any key", e);
    }
  }

  private byte[] encrypt(KeySlot slot, byte[] aad, byte[] plain) {
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    byte[] value = Arrays.copyOf(nonce, NONCE_BYTES + plain.length + TAG_BYTES);
    try {
      cipher.init(
          Cipher.ENCRYPT_MODE, slot.aes(), new GCMParameterSpec(TAG_BYTES * Byte.SIZE, nonce));
      cipher.updateAAD(aad);
      cipher.doFinal(plain, 0, plain.length, value, NONCE_BYTES);
      return value;
    } catch (GeneralSecurityException e) {
      throw new AssertionError("AES-GCM takes any value with a new nonce", e);
    }
  }

  private byte @Nullable [] decrypt(KeySlot slot, byte[] aad, byte[] value) {
    if (value.length < NONCE_BYTES + TAG_BYTES) {
      return null;
    }
    try {
      cipher.init(
          Cipher.DECRYPT_MODE,
          slot.aes(),
          new GCMParameterSpec(TAG_BYTES * Byte.SIZE, value, 0, NONCE_BYTES));
      cipher.updateAAD(aad);
      return cipher.doFinal(value, NONCE_BYTES, value.length - NONCE_BYTES);
    } catch (GeneralSecurityException notWhatWasEncrypted) {
      return null;
    }
  }

  private static byte[] aad(RowKind kind, long id, long document, long sequence) {
    return ByteBuffer.allocate(1 + 3 * Long.BYTES)
        .put((byte) kind.code())
        .putLong(id)
        .putLong(document)
        .putLong(sequence)
        .array();
  }

  private static long checksum(byte[] aad, int number, byte[] value) {
    return new RowChecksum().with(aad).with(number).with(value).value();
  }
}
