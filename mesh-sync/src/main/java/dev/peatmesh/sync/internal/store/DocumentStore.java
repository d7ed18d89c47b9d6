package dev.peatmesh.sync.internal.store;

import dev.peatmesh.runtime.MeshException;
import dev.peatmesh.sync.DocumentKey;
import dev.peatmesh.sync.internal.guard.ChangeHash;
import java.util.List;

/**
 * Keeps change chunks and snapshots on one disk. Blocking; not thread-safe: after opening, one
 * writer thread owns it (see {@link GroupCommit}).
 *
 * <p>Every implementation passes {@code DocumentStoreContract}.
 */
public interface DocumentStore extends AutoCloseable {
  /** Who this replica is, and how it stopped last time. Known as soon as the store is open. */
  ReplicaState replica();

  /**
   * Hands over everything the store holds, each document's snapshot first, then its later chunks in
   * the order they were committed. Call once, before the first commit. Rows whose checksum does not
   * hold are left out, deleted and counted.
   */
  Recovery recover(RecoverySink sink);

  /**
   * Makes the whole batch durable, or nothing of it. On return it survives a crash of the process
   * and of the machine.
   *
   * @throws MeshException.StoreFailure when it could not; the store stays usable for reading
   */
  void commit(List<StoredChange> batch);

  /**
   * Replaces the chunks of one document that the snapshot covers by the snapshot.
   *
   * @param saved the document as the CRDT core saves it
   * @param covered hashes of every chunk inside {@code saved}
   * @throws MeshException.StoreFailure when it could not; nothing is lost
   */
  void snapshot(DocumentKey key, byte[] saved, List<ChangeHash> covered);

  /** Marks a clean stop and releases files. Idempotent. */
  @Override
  void close();
}
