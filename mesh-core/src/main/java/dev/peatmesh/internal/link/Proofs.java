package dev.peatmesh.internal.link;

import dev.peatmesh.crypto.DeviceKeypair;
import dev.peatmesh.crypto.FormationKey;
import dev.peatmesh.crypto.FormationProof;
import dev.peatmesh.crypto.ProofTranscript;
import dev.peatmesh.crypto.Role;

/**
 * How a node proves itself and judges the proofs of others. Thread-safe.
 *
 * <p>There is one way, {@link #SIGNED}. The simulator has a cheaper one, for it shakes hands a
 * million times; a tidy test sees to it that nobody else knows this type.
 */
public interface Proofs {
  /** By {@link FormationProof}. */
  Proofs SIGNED =
      new Proofs() {
        @Override
        public byte[] prove(
            FormationKey key, DeviceKeypair device, Role role, ProofTranscript transcript) {
          return FormationProof.prove(key, device, role, transcript);
        }

        @Override
        public boolean verify(
            FormationKey key, Role role, ProofTranscript transcript, byte[] proof) {
          return FormationProof.verify(key, role, transcript, proof);
        }
      };

  /** The proof of the side that plays the role: {@link FormationProof#BYTES} bytes. */
  byte[] prove(FormationKey key, DeviceKeypair device, Role role, ProofTranscript transcript);

  /** Whether the side that plays the role gave this proof over this very transcript. */
  boolean verify(FormationKey key, Role role, ProofTranscript transcript, byte[] proof);
}
