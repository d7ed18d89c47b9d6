package dev.peatmesh.sync.internal.replica;

import java.nio.ByteBuffer;

/** The way to one peer, as far as documents are concerned. Callable from any thread. */
public interface PeerPort {
  /** Queues a frame; never blocks. */
  void send(ByteBuffer frame);

  /** Whether the queue has room for more. */
  boolean writable();

  /** Bytes of received frames have been worked off. */
  void consumed(int bytes);

  /** Ends the link: the peer sent what no correct peer sends. */
  void violation(String detail);
}
