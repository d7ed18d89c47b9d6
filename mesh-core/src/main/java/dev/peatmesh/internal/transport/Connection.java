package dev.peatmesh.internal.transport;

import dev.peatmesh.crypto.EndpointId;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/**
 * An ordered, reliable, encrypted channel of frames to one proven endpoint. {@link #send}, {@link
 * #writable} and {@link #consumed} may be called from any thread, the rest on the mesh loop.
 */
public interface Connection {
  /** The endpoint that the other side has proved to be. */
  EndpointId remoteId();

  /** Where the other side is now; may change while the connection lives (NAT). */
  InetSocketAddress remoteAddress();

  /** Whether this side dialled. */
  boolean dialled();

  /** Names who hears what arrives. Frames that came earlier are delivered first. Call once. */
  void listen(Listener listener);

  /**
   * Queues one frame of 1 to {@link Transport#FRAME_BYTES_MAX} bytes. Takes the buffer over; never
   * blocks; after the end it does nothing. Whoever sends looks at {@link #writable} first: the
   * queue is bounded only by that courtesy.
   */
  void send(ByteBuffer frame);

  /** Whether the send queue is below its high-water mark. */
  boolean writable();

  /**
   * Says that {@code bytes} of delivered frames have been worked off. While too many delivered
   * bytes are not, the connection stops reading and the other side's queue fills instead of ours.
   */
  void consumed(int bytes);

  /** Ends the connection and tells the other side why. Idempotent; {@code closed} follows. */
  void close(Refusal refusal);

  /** Hears what happens on a connection, on the mesh loop. */
  interface Listener {
    /** One whole frame; the buffer is the listener's to keep. */
    void frame(ByteBuffer frame);

    /** The queue has fallen below its low-water mark again. */
    void writableAgain();

    /** The end. Called exactly once, whoever ended it; nothing follows. */
    void closed(Refusal refusal);
  }
}
