package dev.peatmesh.sync.internal.engine;

import dev.peatmesh.sync.DocumentKey;
import dev.peatmesh.sync.internal.guard.ChangeChunk;

/** What may happen to the sync engine. */
public sealed interface SyncInput {
  /** A link to an authorised peer stands, and can be written to. */
  record PeerUp(PeerId peer) implements SyncInput {}

  /** The link is gone. */
  record PeerDown(PeerId peer) implements SyncInput {}

  /** A frame has come over the link. */
  record Received(PeerId peer, SyncFrame frame) implements SyncInput {}

  /** The link's queue is full: send nothing bulky until {@link Writable}. */
  record Blocked(PeerId peer) implements SyncInput {}

  /** The link's queue has room. */
  record Writable(PeerId peer) implements SyncInput {}

  /** A change of our own is durable and may leave the node. */
  record Published(DocumentKey key, ChangeChunk chunk) implements SyncInput {}

  /** The time asked for by {@link SyncEffect.Wake} has come. */
  record Woken(PeerId peer) implements SyncInput {}
}
