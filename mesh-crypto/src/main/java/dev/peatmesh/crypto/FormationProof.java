package dev.peatmesh.crypto;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * How two nodes prove to each other that they belong to one formation and are who they say. Both
 * give a proof in their own {@link Role}; both verify the other's.
 *
 * <p>A proof is 96 bytes: an HMAC-SHA256 (RFC 2104) by the formation key, then an Ed25519 signature
 * (RFC 8032) by the device key, both over the role and the whole {@link ProofTranscript}. It cannot
 * be replayed (both nonces are in it), relayed to another connection (both endpoint keys are in it)
 * or sent back (the role is in it). The MAC shows the formation; the signature shows the device,
 * which matters wherever device keys are not derived from the formation secret.
 */
public final class FormationProof {
  /** Bytes of a proof. */
  public static final int BYTES = Sha256.BYTES + DeviceKeypair.SIGNATURE_BYTES;

  private FormationProof() {}

  /** The proof of the side that plays the role; {@code device} must be the key named there. */
  public static byte[] prove(
      FormationKey key, DeviceKeypair device, Role role, ProofTranscript transcript) {
    DevicePublicKey named = transcript.party(role).device();
    if (!Arrays.equals(device.publicKey(), named.bytes())) {
      throw new IllegalArgumentException(
          "device key(%s): is not the one the transcript names for the %s, %s."
              .formatted(device.deviceId(), role.label(), named.deviceId()));
    }
    byte[] message = transcript.encode(role);
    return ByteBuffer.allocate(BYTES).put(key.mac(message)).put(device.sign(message)).array();
  }

  /**
   * Whether the side that plays the role gave this proof over this very transcript.
   *
   * @param proof what the other side sent, of any length
   */
  public static boolean verify(
      FormationKey key, Role role, ProofTranscript transcript, byte[] proof) {
    if (proof.length != BYTES) {
      return false;
    }
    byte[] message = transcript.encode(role);
    byte[] mac = Arrays.copyOf(proof, Sha256.BYTES);
    // The cheap check first: a stranger cannot make us verify signatures.
    if (!MessageDigest.isEqual(key.mac(message), mac)) {
      return false;
    }
    byte[] signature = Arrays.copyOfRange(proof, Sha256.BYTES, BYTES);
    return DeviceKeypair.verify(transcript.party(role).device().bytes(), message, signature);
  }
}
