package dev.peatmesh.internal.wire;

import dev.peatmesh.crypto.DevicePublicKey;
import dev.peatmesh.crypto.Formation;
import dev.peatmesh.crypto.FormationProof;
import dev.peatmesh.crypto.NodeIdentity;
import dev.peatmesh.crypto.Nonce;
import java.util.HexFormat;

/** One message of the handshake that turns a connection into a link. Immutable. */
public sealed interface LinkFrame {
  /** The version of the link protocol that this build speaks. */
  int VERSION = 1;

  /**
   * Who a side claims to be. Nothing in it is proven yet; the texts are well formed.
   *
   * @param incarnation which start of the node this is, unsigned; the newest of one identity stays
   */
  record Hello(
      String formationId, String nodeName, DevicePublicKey device, long incarnation, Nonce nonce)
      implements LinkFrame {
    public Hello {
      Formation.checkId(formationId);
      NodeIdentity.checkName(nodeName);
    }
  }

  /** A hello in another version than {@link #VERSION}; the rest of it cannot be read. */
  record OtherVersion(int version) implements LinkFrame {}

  /** Shows that the claims of a hello are true; twice {@link FormationProof#BYTES} hex digits. */
  record Proof(String hex) implements LinkFrame {
    public Proof {
      if (hex.length() != 2 * FormationProof.BYTES) {
        throw new IllegalArgumentException(
            "proof(%d hex digits): has another length than %d."
                .formatted(hex.length(), 2 * FormationProof.BYTES));
      }
    }

    /** Takes the bytes of a proof. */
    public static Proof of(byte[] bytes) {
      return new Proof(HexFormat.of().formatHex(bytes));
    }

    /** The bytes of the proof. */
    public byte[] bytes() {
      return HexFormat.of().parseHex(hex);
    }

    /** Says nothing: who has a proof can try secrets on it. */
    @Override
    public String toString() {
      return "Proof[]";
    }
  }
}
