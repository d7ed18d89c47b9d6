package dev.peatmesh.testkit.internal;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.peatmesh.crypto.DeviceKeypair;
import dev.peatmesh.crypto.FormationKey;
import dev.peatmesh.crypto.FormationProof;
import dev.peatmesh.crypto.Party;
import dev.peatmesh.crypto.ProofTranscript;
import dev.peatmesh.crypto.Role;
import dev.peatmesh.internal.link.Proofs;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * Proofs of simulated nodes: of a formation proof the MAC alone, with zeros where the signature of
 * the device would be. In a simulation all keys are derived from one secret, so that the signature
 * shows nothing more, and costs a fifth of all.
 */
public final class MacProofs implements Proofs {
  @Override
  public byte[] prove(
      FormationKey key, DeviceKeypair device, Role role, ProofTranscript transcript) {
    return Arrays.copyOf(key.mac(message(role, transcript)), FormationProof.BYTES);
  }

  @Override
  public boolean verify(FormationKey key, Role role, ProofTranscript transcript, byte[] proof) {
    byte[] expected = Arrays.copyOf(key.mac(message(role, transcript)), FormationProof.BYTES);
    return MessageDigest.isEqual(expected, proof);
  }

  /** Names have no control characters: no two transcripts have the same text. */
  private static byte[] message(Role role, ProofTranscript transcript) {
    return String.join(
            "\n",
            "simulated proof",
            role.name(),
            transcript.formationId(),
            text(transcript.dialer()),
            text(transcript.acceptor()))
        .getBytes(UTF_8);
  }

  private static String text(Party party) {
    return String.join(
        "\n",
        party.nodeName(),
        party.endpoint().hex(),
        party.device().hex(),
        party.nonce().hex(),
        Long.toString(party.incarnation()));
  }
}
