package dev.peatmesh;

/** Why two nodes did not become peers, or ceased to be. Each has one cause and one remedy. */
public enum RefusalReason {
  /** Nothing answered at the address in time. */
  UNREACHABLE("nothing answered; check address, port and firewall (UDP)"),
  /** The host name did not resolve. */
  UNRESOLVED("the host name does not resolve; check the name and the DNS server"),
  /** The other side proved another key than the one expected. */
  WRONG_KEY(
      "the other side holds another key than expected; check the peer's name, its formation secret"
          + " and its address"),
  /** The other side sent no certificate. */
  NO_CLIENT_CERTIFICATE("the other side sent no certificate; it is not a PeatMesh node"),
  /** No common application protocol (ALPN). */
  PROTOCOL_MISMATCH("no common protocol version (ALPN); run compatible versions on both sides"),
  /** The other side belongs to another formation. */
  WRONG_FORMATION("the other side belongs to another formation; set the same formation id"),
  /** The other side does not hold the formation secret. */
  WRONG_SECRET("the other side does not hold our formation secret; set the same secret"),
  /** The other side did not finish its proof in time. */
  HANDSHAKE_TIMEOUT("the other side did not prove itself in time"),
  /** A newer instance of the same identity is alive. */
  DUPLICATE_IDENTITY(
      "another instance of this identity started later and is alive; give every node its own name"),
  /** Both sides dialled; the other connection stays. */
  DUPLICATE_LINK("both sides dialled; the other connection stays"),
  /** We reached ourselves. */
  SELF("the address is our own; remove it from the peer list"),
  /** Bytes that no correct peer sends. */
  PROTOCOL_VIOLATION("the other side sent what no correct node sends; it is broken or hostile"),
  /** All places for connections are taken. */
  OVERLOADED("no place for another connection; raise the limit or remove peers"),
  /** The other side left in good order. */
  LEFT("the other side left in good order"),
  /** No sign of life within the idle time. */
  TIMED_OUT("no sign of life within the idle time; the node or the network is down"),
  /** We closed the connection because this node stops. */
  CLOSED("this node stops");

  private final String explanation;

  RefusalReason(String explanation) {
    this.explanation = explanation;
  }

  /** The cause in plain words, and what to do next. */
  public String explanation() {
    return explanation;
  }
}
