package dev.peatmesh.internal.transport;

import dev.peatmesh.crypto.EndpointId;
import java.net.InetSocketAddress;
import java.util.Set;

/**
 * Opens and accepts connections whose two ends have proved their endpoint keys. All methods and all
 * callbacks run on the mesh loop.
 */
public interface Transport {
  /** The most bytes one frame may have. A longer one announced by a peer ends the connection. */
  int FRAME_BYTES_MAX = 8 << 20;

  /** The local address that accepts connections. */
  InetSocketAddress localAddress();

  /**
   * Opens a connection. Exactly one of {@link DialListener}'s methods is called, unless the dial is
   * cancelled first.
   *
   * @param expected the keys of which the other side must prove one; empty: any key will do
   */
  Dial dial(InetSocketAddress remote, Set<EndpointId> expected, DialListener listener);

  /**
   * Ends every connection, then stops listening. The other sides hear {@link
   * dev.peatmesh.RefusalReason#LEFT}, ours {@link dev.peatmesh.RefusalReason#CLOSED}; so do dials
   * under way.
   */
  void close();

  /** One attempt under way. */
  interface Dial {
    /** Gives the attempt up; the listener hears nothing more. Idempotent. */
    void cancel();
  }

  /** Hears how a dial went. */
  interface DialListener {
    /**
     * The other side proved an expected key and took ours, as far as the transport can tell. Frames
     * may be sent; none is lost before a listener.
     */
    void connected(Connection connection);

    /** It did not come about. */
    void failed(Refusal refusal);
  }

  /** Hears of connections from outside. */
  interface AcceptListener {
    /** A stranger proved that it holds {@link Connection#remoteId}; nothing more is known. */
    void accepted(Connection connection);

    /** Somebody tried and failed before a connection existed. */
    void refused(InetSocketAddress remote, Refusal refusal);
  }
}
