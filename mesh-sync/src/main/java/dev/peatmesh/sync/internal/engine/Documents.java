package dev.peatmesh.sync.internal.engine;

import dev.peatmesh.runtime.MeshException;
import dev.peatmesh.sync.CollectionSettings;
import dev.peatmesh.sync.DocumentKey;
import dev.peatmesh.sync.internal.guard.ChangeChunk;
import dev.peatmesh.sync.internal.guard.GuardException;
import dev.peatmesh.sync.internal.reconcile.DocumentFacts;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The documents of this node, opened when they are needed. Called by the engine on the document
 * loop, from within {@link SyncEngine#handle}; may read the disk, must not call the engine back.
 */
public interface Documents {
  /** The collections that somebody configured, whether there is anything in them or not. */
  Set<String> collections();

  /** How a collection is kept; of one that nobody configured, the default of its name. */
  CollectionSettings settings(String collection);

  /**
   * Opens a document with history; a new, empty one when nothing is known of it or only a marker is
   * left, which nobody needs to remember until something is applied to it. The engine keeps the
   * answer no longer than one input.
   */
  DocumentState history(DocumentKey key);

  /**
   * Applies changes to the document itself, each after those it stands on. They are in the graph of
   * the given state already. Numbers the event that {@link SyncEffect.Applied} brings about.
   *
   * @return those that the document did not take, with all that stand on them; normally none
   */
  List<ChangeChunk> apply(DocumentState document, List<ChangeChunk> chunks);

  /**
   * What is to be known of a document of either kind as it is now, what was just applied included;
   * its sequence is that of its last event, numbered by {@link #apply}, {@link #merge} or a write
   * of our own.
   */
  DocumentFacts facts(DocumentKey key);

  /** The state of a document without history as it travels; empty when nothing is known of it. */
  Optional<ByteBuffer> latest(DocumentKey key);

  /**
   * Merges a peer's state into a document without history, and numbers the event that {@link
   * SyncEffect.Merged} brings about if it changed something.
   *
   * @throws GuardException when no correct peer sends such a state; nothing was changed
   * @throws MeshException.Refused when the two together are beyond the limits; nothing was changed
   */
  LatestMerge merge(DocumentKey key, ByteBuffer state);

  /** Whether the write is in the document here, durable or not. */
  boolean holds(DocumentKey key, ChangeRef change);

  /**
   * Whether everything that is in the document here is on a disk of ours. What {@link #apply} or
   * {@link #merge} brought is not, from that call on until the store has committed it.
   */
  boolean durable(DocumentKey key);

  /** The same of all documents together. Without a data directory never. */
  boolean durable();

  /** Which history this node's store has. Without a data directory a new one at every start. */
  Lineage lineage();

  /**
   * The number up to which everything that this node's journal numbered is in the documents or came
   * to nothing: writes of our own that are on their way to the disk are above it.
   */
  default long settledSequence() {
    return lineage().sequence();
  }

  /**
   * Deletes the document by a change of this node, as an application would: once that is durable,
   * {@link SyncInput.Published} or {@link SyncInput.PublishedLatest} follows. Does nothing when it
   * is deleted already. The only call that begins a write; it must not complete it within.
   */
  void adoptDeletion(DocumentKey key);

  /**
   * Why the document must not grow by so many bytes, for the operator; empty when it may. For a
   * document without history {@code additionalBytes} is the size of the peer's state.
   */
  Optional<String> tooLarge(DocumentKey key, long additionalBytes);
}
