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

  /** A change of our own is durable and may leave the node. It is in no graph yet. */
  record Published(DocumentKey key, ChangeChunk chunk) implements SyncInput {}

  /** A write of our own to a document without history is durable and may leave the node. */
  record PublishedLatest(DocumentKey key) implements SyncInput {}

  /** What peers wrote to the document has become durable. */
  record Stored(DocumentKey key) implements SyncInput {}

  /**
   * Somebody waits until other nodes hold this write: answer with {@link SyncEffect.Confirmed} for
   * each, until {@link Unconfirm}.
   *
   * @param id the question's name; not in use by another
   */
  record Confirm(long id, DocumentKey key, ChangeRef change) implements SyncInput {}

  /** Nobody waits any more. */
  record Unconfirm(long id) implements SyncInput {}

  /** Send nothing and take nothing until {@link Resume}. */
  record Pause() implements SyncInput {}

  /** Go on, with a comparison. */
  record Resume() implements SyncInput {}

  /** Some time has passed: collect tombstones. To be told about once a minute. */
  record Housekeep() implements SyncInput {}

  /** The time asked for by {@link SyncEffect.Wake} has come. */
  record Woken(PeerId peer) implements SyncInput {}
}
