package dev.peatmesh.internal.peers;

/**
 * How much the peering holds. Immutable.
 *
 * @param peers known peers, linked or not, without strangers
 * @param links authorised links
 * @param handshakes connections that have not proved themselves
 * @param dials peers being dialled
 * @param strangers refused strangers that are remembered
 * @param hintsDropped hints dropped so far because all places for peers were taken
 */
public record PeerCounts(
    int peers, int links, int handshakes, int dials, int strangers, long hintsDropped) {}
