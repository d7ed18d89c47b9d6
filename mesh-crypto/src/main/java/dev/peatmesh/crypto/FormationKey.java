package dev.peatmesh.crypto;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.security.auth.Destroyable;

/**
 * The symmetric key that every member of a formation holds. Thread-safe.
 *
 * <p>{@link #challenge} and {@link #respond} are the one-way admission of older nodes. A response
 * is bound to no connection and can be relayed: use {@link FormationProof} between two nodes.
 */
public final class FormationKey implements Destroyable {
  private static final byte[] INFO = "peat-protocol-v1-formation".getBytes(UTF_8);

  private final byte[] formationId;
  private final SecretBytes key;

  private FormationKey(byte[] formationId, byte[] key) {
    this.formationId = formationId;
    this.key = SecretBytes.takeOver("formation key", key);
  }

  /**
   * The key of a formation: HKDF-SHA256 (RFC 5869) with the formation id as salt. A secret of 32
   * bytes is the input key as it is, any other by its SHA-256.
   */
  public static FormationKey derive(String formationId, byte[] secret) {
    Formation.checkId(formationId);
    Formation.checkSecret(secret);
    byte[] salt = formationId.getBytes(UTF_8);
    byte[] inputKey = secret.length == Sha256.BYTES ? secret.clone() : Sha256.digest(secret);
    try {
      return new FormationKey(salt, Sha256.hkdf(inputKey, salt, INFO));
    } finally {
      Arrays.fill(inputKey, (byte) 0);
    }
  }

  /** The question: length of the formation id (u16, little endian), the id, the nonce. */
  public byte[] challenge(Nonce nonce) {
    return ByteBuffer.allocate(Short.BYTES + formationId.length + Nonce.BYTES)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putShort((short) formationId.length)
        .put(formationId)
        .put(nonce.bytes())
        .array();
  }

  /** The answer that only a member can give: HMAC-SHA256 over the nonce and the formation id. */
  public byte[] respond(Nonce nonce) {
    return key.use(bytes -> Sha256.hmac(bytes, nonce.bytes(), formationId));
  }

  /** Whether the response answers the nonce. Takes the same time whatever is wrong. */
  public boolean verifyResponse(Nonce nonce, byte[] response) {
    return MessageDigest.isEqual(respond(nonce), response);
  }

  /**
   * HMAC-SHA256 (RFC 2104) over the message. The message must start with a label of its purpose, or
   * one answer could serve as another. Compare with {@link MessageDigest#isEqual}.
   */
  public byte[] mac(byte[] message) {
    return key.use(bytes -> Sha256.hmac(bytes, message));
  }

  /** Zeroes the key. Idempotent. */
  @Override
  public void destroy() {
    key.destroy();
  }

  @Override
  public boolean isDestroyed() {
    return key.isDestroyed();
  }

  @Override
  public String toString() {
    return "FormationKey[formationId=" + new String(formationId, UTF_8) + "]";
  }
}
