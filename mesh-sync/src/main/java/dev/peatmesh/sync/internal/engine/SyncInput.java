package dev.peatmesh.sync.internal.engine;

import dev.peatmesh.sync.DocumentKey;
import dev.peatmesh.sync.internal.guard.ChangeChunk;
import dev.peatmesh.sync.internal.reconcile.DocumentFacts;
import org.jspecify.annotations.Nullable;

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

  /**
   * What happened to the document has become durable.
   *
   * @param sequence the number of the last event of which that is so; later ones may still be on
   *     their way, so that a document that is written all the time is confirmed all the same
   */
  record Stored(DocumentKey key, long sequence) implements SyncInput {}

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

  /**
   * What was known of a document was wrong: it was found damaged in the store.
   *
   * @param facts what is left of it; null when nothing is
   */
  record Corrected(DocumentKey key, @Nullable DocumentFacts facts) implements SyncInput {}

  /** The store has lost something, nobody knows what: {@link Documents#lineage} tells. */
  record SetBack() implements SyncInput {}

  /** Some time has passed: collect tombstones. To be told about once a minute. */
  record Housekeep() implements SyncInput {}

  /** The time asked for by {@link SyncEffect.Wake} has come. */
  record Woken(PeerId peer) implements SyncInput {}
}
