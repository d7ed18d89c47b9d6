package dev.peatmesh.internal.network;

import dev.peatmesh.internal.transport.Refusal;
import java.nio.ByteBuffer;

/**
 * Hears what happens on the links, on the mesh loop. Per peer at most one link is up at a time:
 * where a link replaces another, the other goes down first.
 */
public interface LinkListener {
  /** A peer has proved itself; frames may be sent. */
  void linkUp(PeerLink link);

  /**
   * One whole frame whose first byte is 40 to 7f, unread. The buffer is the listener's to keep; it
   * says {@link PeerLink#consumed} when it is done with it.
   */
  void frame(PeerLink link, ByteBuffer frame);

  /** The send queue of the link has fallen below its low-water mark again. */
  void writableAgain(PeerLink link);

  /** The end of a link that was up. Called exactly once, whoever ended it; nothing follows. */
  void linkDown(PeerLink link, Refusal why);
}
