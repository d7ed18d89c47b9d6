package dev.peatmesh.internal.link;

import dev.peatmesh.crypto.DeviceId;
import dev.peatmesh.crypto.EndpointId;

/**
 * Who the other side has proved to be. Immutable.
 *
 * @param incarnation which start of the node this is, unsigned
 */
public record PeerIdentity(
    String nodeName, EndpointId endpointId, DeviceId deviceId, long incarnation) {}
