package dev.peatmesh.internal.link;

import java.net.InetSocketAddress;

/**
 * An authorised connection to a peer. Immutable.
 *
 * @param connection the number of the connection below
 * @param dialled whether this side dialled
 * @param remote where the other side was when the link came up
 * @param upNanos when that was, on the clock of the loop
 */
public record Link(
    long connection, PeerIdentity peer, boolean dialled, InetSocketAddress remote, long upNanos) {}
