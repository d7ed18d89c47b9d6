package dev.peatmesh.discovery.k8s.internal;

/**
 * Which endpoints are peers, and what is read of them. Immutable.
 *
 * @param selfId the name of this node, which is never its own peer
 * @param portName the name of the port that QUIC listens on
 * @param annotationPrefix what annotations begin with that become metadata; not empty
 * @param includeNotReady whether pods that are not ready are peers too
 */
public record PeerRules(
    String selfId, String portName, String annotationPrefix, boolean includeNotReady) {}
