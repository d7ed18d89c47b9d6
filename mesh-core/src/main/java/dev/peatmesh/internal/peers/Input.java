package dev.peatmesh.internal.peers;

import dev.peatmesh.crypto.EndpointId;
import dev.peatmesh.internal.transport.Refusal;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.List;

/** What happened, as far as the peering cares. */
public sealed interface Input {
  /** Dials can be made from now on. */
  record Started() implements Input {}

  /**
   * Discovery shows a peer, or something of it is new. Replaces what discovery showed of it before.
   *
   * @param nodeId a node name, or an endpoint id as 64 hex digits
   * @param sources who shows it now; none when they have lost it, but not for long
   * @param addresses where it may be; unresolved ones are resolved at every dial
   */
  record Discovered(String nodeId, List<String> sources, List<InetSocketAddress> addresses)
      implements Input {
    public Discovered {
      sources = List.copyOf(sources);
      addresses = List.copyOf(addresses);
    }
  }

  /** Discovery no longer shows a peer. */
  record Lost(String nodeId) implements Input {}

  /** A connection came from outside; its endpoint has been proved. */
  record Accepted(long connection, EndpointId remote, InetSocketAddress from) implements Input {}

  /** Somebody outside failed before there was a connection. */
  record RefusedAtDoor(InetSocketAddress from, Refusal refusal) implements Input {}

  /** A host name was resolved. Empty: it was not. */
  record Resolved(long dial, InetSocketAddress name, List<InetAddress> addresses) implements Input {
    public Resolved {
      addresses = List.copyOf(addresses);
    }
  }

  /** A dial became a connection; its endpoint is the expected one. */
  record DialConnected(long attempt, long connection, EndpointId remote) implements Input {}

  /** A dial failed. */
  record DialFailed(long attempt, Refusal refusal) implements Input {}

  /** A frame that is not of the sync layer, or one on a connection that is no link yet. */
  record FrameArrived(long connection, ByteBuffer frame) implements Input {}

  /** A connection ended. */
  record ConnectionClosed(long connection, Refusal refusal) implements Input {}

  /** The layer above ends a link. */
  record LinkClosed(long connection, Refusal refusal) implements Input {}

  /** A timer ran out. */
  record TimerFired(Timer timer) implements Input {}

  /** This node stops. Everything after this is refused. */
  record Stopped() implements Input {}
}
