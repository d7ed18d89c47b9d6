package dev.peatmesh.crypto;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;

/**
 * All that two nodes must agree on before they trust a connection. Immutable.
 *
 * <p>Each side builds it from what it knows itself. What differs between the two, by error or by
 * somebody in between, makes the proof void.
 */
public record ProofTranscript(String formationId, Party dialer, Party acceptor) {
  /** First in every transcript, so that no other use of the keys yields the same bytes. */
  private static final String LABEL = "peatmesh formation proof v1";

  private static final int PARTY_FIXED_BYTES =
      EndpointId.BYTES + DevicePublicKey.BYTES + Nonce.BYTES + Long.BYTES;

  public ProofTranscript {
    Formation.checkId(formationId);
  }

  /** The side that plays the role. */
  public Party party(Role role) {
    return role == Role.DIALER ? dialer : acceptor;
  }

  /**
   * The bytes that the given role authenticates: label, role, formation id, dialer, acceptor. A
   * text is its length (u16) and its UTF-8, all else has a fixed length, numbers are big endian: no
   * two transcripts have the same bytes.
   */
  byte[] encode(Role role) {
    byte[][] texts = {
      LABEL.getBytes(UTF_8), role.label().getBytes(UTF_8), formationId.getBytes(UTF_8),
    };
    byte[] dialerName = dialer.nodeName().getBytes(UTF_8);
    byte[] acceptorName = acceptor.nodeName().getBytes(UTF_8);
    int length = 2 * PARTY_FIXED_BYTES + 2 * Short.BYTES + dialerName.length + acceptorName.length;
    for (byte[] text : texts) {
      length += Short.BYTES + text.length;
    }
    ByteBuffer out = ByteBuffer.allocate(length);
    for (byte[] text : texts) {
      putText(out, text);
    }
    putParty(out, dialerName, dialer);
    putParty(out, acceptorName, acceptor);
    return out.array();
  }

  private static void putParty(ByteBuffer out, byte[] name, Party party) {
    putText(out, name);
    out.put(party.endpoint().publicKey())
        .put(party.device().bytes())
        .put(party.nonce().bytes())
        .putLong(party.incarnation());
  }

  private static void putText(ByteBuffer out, byte[] text) {
    out.putShort((short) text.length).put(text);
  }
}
