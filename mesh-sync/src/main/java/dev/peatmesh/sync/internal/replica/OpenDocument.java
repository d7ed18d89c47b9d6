package dev.peatmesh.sync.internal.replica;

import dev.peatmesh.sync.DocumentKey;
import dev.peatmesh.sync.internal.guard.ChangeHash;
import dev.peatmesh.sync.internal.reconcile.DocumentFacts;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A document in memory, of either kind, that can be closed and opened again from the store. Belongs
 * to the document loop.
 *
 * <p>It has two faces: what is durable or came from others, which peers may see, and what this node
 * sees of it, its own writes under way included.
 */
sealed interface OpenDocument extends AutoCloseable permits HistoryDocument, LatestReplica {
  /** Which one. */
  DocumentKey key();

  /** About how much memory it takes, in and outside of the heap. */
  long bytes();

  /** What peers may see of it. */
  DocumentFacts facts();

  /** Whether there is nothing: no content, no tombstone, and nothing that waits. */
  boolean isBlank();

  /** What this node sees: whether the document was deleted or never written. */
  boolean absent();

  /** What this node sees: the content, immutable. */
  Map<String, @Nullable Object> value();

  /** What this node sees: the heads, ascending. */
  List<ChangeHash> tips();

  /** What this node sees: when it expires, in milliseconds of the Unix epoch; 0 for never. */
  long expiresMillis();

  /** When the store believes that it expires. */
  StoredExpiry storedExpiry();

  /** Whether no own write is on its way to the disk. */
  boolean settled();

  /** Whether everything that others wrote is on our disk. */
  boolean durable();

  /** So much of what others wrote is on our disk now. */
  void saved(int contents);

  /** Whether the store holds all of it and nothing waits for it: only then it may be closed. */
  default boolean closable() {
    return settled() && durable();
  }

  @Override
  void close();
}
