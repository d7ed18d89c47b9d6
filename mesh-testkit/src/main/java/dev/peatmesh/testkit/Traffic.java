package dev.peatmesh.testkit;

/**
 * What a node, or a whole mesh, has handed to the network. Immutable.
 *
 * @param documentFrames frames of the document layer
 * @param documentBytes bytes in them, without what the transport adds
 * @param handshakeFrames frames by which links prove themselves
 * @param handshakeBytes bytes in them
 * @param packets everything put on the wire: segments, confirmations, repetitions, dials. Without
 *     keep-alives: those are the transport's own, and the simulator draws their fate without
 *     sending them.
 */
public record Traffic(
    long documentFrames,
    long documentBytes,
    long handshakeFrames,
    long handshakeBytes,
    long packets) {
  /** Nothing. */
  public static final Traffic NONE = new Traffic(0, 0, 0, 0, 0);

  /** Both together. */
  public Traffic plus(Traffic other) {
    return new Traffic(
        documentFrames + other.documentFrames,
        documentBytes + other.documentBytes,
        handshakeFrames + other.handshakeFrames,
        handshakeBytes + other.handshakeBytes,
        packets + other.packets);
  }

  /** What came after an earlier reading of the same counter. */
  public Traffic since(Traffic earlier) {
    return new Traffic(
        documentFrames - earlier.documentFrames,
        documentBytes - earlier.documentBytes,
        handshakeFrames - earlier.handshakeFrames,
        handshakeBytes - earlier.handshakeBytes,
        packets - earlier.packets);
  }
}
