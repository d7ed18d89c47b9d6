package dev.peatmesh.internal.network;

import dev.peatmesh.crypto.DeviceId;
import dev.peatmesh.crypto.EndpointId;
import dev.peatmesh.internal.transport.Refusal;
import java.nio.ByteBuffer;

/** The one link to a peer that has proved itself. May be used from any thread. */
public interface PeerLink {
  /** The name that the peer has proved. */
  String nodeName();

  EndpointId endpointId();

  DeviceId deviceId();

  /** Which start of the peer this is, unsigned. */
  long incarnation();

  /**
   * Queues one frame, whose first byte is 40 to 7f. Takes the buffer over; never blocks; does
   * nothing once the link is down. Whoever sends looks at {@link #writable} first: the queue is
   * bounded only by that courtesy.
   */
  void send(ByteBuffer frame);

  /** Whether the send queue is below its high-water mark. */
  boolean writable();

  /**
   * Says that {@code bytes} of delivered frames have been worked off; the link stops reading while
   * too many are not.
   */
  void consumed(int bytes);

  /** Ends the link and tells the peer why; {@link LinkListener#linkDown} follows. Idempotent. */
  void close(Refusal why);
}
