package dev.peatmesh.sync;

import dev.peatmesh.runtime.MeshException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A write is done and durable on this node. Thread-safe; holds no resource.
 *
 * <p>It can wait for other nodes: {@code collection.put(id, value).awaitReplicated(2, timeout)}
 * returns once two others hold the write durably, and so survives the loss of this node.
 */
public interface WriteReceipt {
  /** Which document. */
  DocumentKey key();

  /** False when the document already was as the write wanted it. */
  boolean changed();

  /**
   * What the document stands on after the write, ascending: hashes in lower-case hex. Two nodes
   * with equal heads hold the same document.
   */
  List<String> heads();

  /**
   * Blocks until that many other nodes hold this write and everything it stands on durably. Nodes
   * without a data directory never count. Asking costs a frame per peer; writes that nobody waits
   * for cost none.
   *
   * @param nodes how many other nodes, at least 1
   * @param timeout how long at most, from 1 ms to 1 day
   * @throws MeshException.NotReplicated when time is over; the write stands all the same, goes on
   *     to travel, and may be waited for again
   */
  void awaitReplicated(int nodes, Duration timeout);

  /**
   * As {@link #awaitReplicated}, without blocking. Completes on the callback executor, with the
   * same failure.
   */
  CompletableFuture<Void> replicated(int nodes, Duration timeout);
}
