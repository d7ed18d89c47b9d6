package dev.peatmesh;

/** How far this node has come with a peer. */
public enum PeerState {
  /** It was found or was here, and is not being dialled: no address of it is known. */
  KNOWN,
  /** Its addresses are being tried, or it is proving itself. */
  DIALLING,
  /** It has proved itself and its link is up. */
  CONNECTED,
  /** It could not be reached, or its link broke; it will be dialled again. */
  BACKING_OFF,
  /** It was reached and refused, by us or by it; where it is wanted, it will be dialled again. */
  REFUSED
}
