package dev.peatmesh.internal.link;

import dev.peatmesh.crypto.DevicePublicKey;
import dev.peatmesh.crypto.EndpointId;
import dev.peatmesh.crypto.Formation;
import dev.peatmesh.crypto.FormationProof;
import dev.peatmesh.crypto.NodeIdentity;
import dev.peatmesh.crypto.Nonce;
import dev.peatmesh.crypto.Party;
import dev.peatmesh.crypto.ProofTranscript;
import dev.peatmesh.crypto.Role;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * This node: who it is, what it belongs to, which start of it this is. Immutable.
 *
 * @param incarnation grows with every start of the node, unsigned; among two links of one identity
 *     the one of the newer incarnation stays
 * @param proofs how it proves itself
 */
public record LocalNode(
    NodeIdentity identity, Formation formation, long incarnation, Proofs proofs) {
  private static final Pattern ENDPOINT_HEX = Pattern.compile("[0-9a-fA-F]{64}");

  /** A node that proves itself by {@link FormationProof}. */
  public LocalNode(NodeIdentity identity, Formation formation, long incarnation) {
    this(identity, formation, incarnation, Proofs.SIGNED);
  }

  /** The id under which this node is dialled. */
  public EndpointId endpointId() {
    return identity.endpointId();
  }

  /** The endpoint that bears a node name in this formation. Costs two key derivations. */
  public EndpointId endpointOf(String nodeName) {
    return formation.endpointId(nodeName);
  }

  /** Whether a discovered node id is an endpoint id rather than a node name. */
  public static boolean isEndpointId(String nodeId) {
    return ENDPOINT_HEX.matcher(nodeId).matches();
  }

  /** The endpoint id that a discovered node id spells. */
  public static EndpointId parseEndpointId(String nodeId) {
    return new EndpointId(nodeId.toLowerCase(Locale.ROOT));
  }

  Party party(Nonce nonce) {
    return Party.self(identity, nonce, incarnation);
  }

  DevicePublicKey deviceOf(String nodeName) {
    return DevicePublicKey.of(formation.devicePublicKey(nodeName));
  }

  byte[] prove(Role role, ProofTranscript transcript) {
    return proofs.prove(formation.key(), identity.deviceKey(), role, transcript);
  }

  boolean verify(Role role, ProofTranscript transcript, byte[] proof) {
    return proofs.verify(formation.key(), role, transcript, proof);
  }
}
