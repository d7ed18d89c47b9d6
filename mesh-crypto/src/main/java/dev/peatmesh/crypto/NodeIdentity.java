package dev.peatmesh.crypto;

import javax.security.auth.Destroyable;

/**
 * The two keys of one node. The device key signs what the node says; the endpoint key carries its
 * connections. Immutable but for {@link #destroy}; {@link #toString} names public parts only.
 *
 * <p>Derived identities ({@link Formation#identity}) take the node name as context of the device
 * key and {@code iroh:} with the node name as context of the endpoint key: one secret and one name
 * are one identity, wherever they run.
 */
public record NodeIdentity(String nodeName, DeviceKeypair deviceKey, DeviceKeypair endpointKey)
    implements Destroyable {

  public NodeIdentity {
    checkName(nodeName);
  }

  /**
   * Refuses what cannot be a node name and says why; returns what can. A name has 1 to 253 bytes of
   * UTF-8, no control character, no {@code @} or comma, no white space at its ends, does not start
   * with {@code iroh:}, is not 64 hex digits and is no reserved context.
   */
  public static String checkName(String nodeName) {
    return Names.checkNodeName(nodeName);
  }

  /** The id under which the node is dialled. */
  public EndpointId endpointId() {
    return endpointKey.endpointId();
  }

  /** The short name of the device. */
  public DeviceId deviceId() {
    return deviceKey.deviceId();
  }

  /** Zeroes both secrets. Idempotent. */
  @Override
  public void destroy() {
    deviceKey.destroy();
    endpointKey.destroy();
  }

  @Override
  public boolean isDestroyed() {
    return deviceKey.isDestroyed() && endpointKey.isDestroyed();
  }

  @Override
  public String toString() {
    return "NodeIdentity[nodeName=%s, deviceId=%s, endpointId=%s]"
        .formatted(nodeName, deviceId(), endpointId());
  }
}
