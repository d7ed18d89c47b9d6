package dev.peatmesh.internal.peers;

import dev.peatmesh.crypto.EndpointId;

/** What a timer is for. There is at most one of each; starting it again replaces it. */
public sealed interface Timer {
  /** The wait before the peer is dialled again. */
  record Redial(EndpointId peer) implements Timer {}

  /** The grace before a peer that nobody reports is forgotten. */
  record Forget(EndpointId peer) implements Timer {}

  /** The next step of a dial. */
  record RaceStep(long dial) implements Timer {}

  /** The time that a connection has to prove itself. */
  record Handshake(long connection) implements Timer {}

  /** The grace before the stranger longest unseen is forgotten. */
  record Strangers() implements Timer {}
}
