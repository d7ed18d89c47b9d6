package dev.peatmesh.crypto;

/**
 * One of the two sides of a formation proof. Immutable.
 *
 * @param nodeName the name it goes by
 * @param endpoint the transport key it proved in the TLS handshake, not one it merely claims
 * @param device its device key; where identities are derived, the one of {@link
 *     Formation#devicePublicKey}
 * @param nonce what it drew for this one connection
 * @param incarnation which start of the node this is; the newer of two with one identity stays
 */
public record Party(
    String nodeName, EndpointId endpoint, DevicePublicKey device, Nonce nonce, long incarnation) {

  public Party {
    NodeIdentity.checkName(nodeName);
  }

  /** The node with this name, with the keys that the formation derives for it. */
  public static Party derived(Formation formation, String nodeName, Nonce nonce, long incarnation) {
    return new Party(
        nodeName,
        formation.endpointId(nodeName),
        DevicePublicKey.of(formation.devicePublicKey(nodeName)),
        nonce,
        incarnation);
  }

  /** This node. */
  public static Party self(NodeIdentity identity, Nonce nonce, long incarnation) {
    return new Party(
        identity.nodeName(),
        identity.endpointId(),
        DevicePublicKey.of(identity.deviceKey().publicKey()),
        nonce,
        incarnation);
  }
}
