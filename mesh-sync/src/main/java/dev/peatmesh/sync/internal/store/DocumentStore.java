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
  /**
   * Who this replica is, and how it stopped last time. Known as soon as the store is open; after
   * {@link #recover} has refused rows, it is another actor: changes of the old one may be lost, and
   * their sequence numbers must not be given out again. So read it after recovery.
   */
  ReplicaState replica();

  /**
   * Hands over everything the store holds, each document's snapshot first, then its later chunks in
   * the order they were committed, each of them once. Call once, before the first commit. Rows
   * whose checksum does not hold are left out, deleted and counted.
   *
   * @throws MeshException.StoreFailure when the store cannot be read; nothing was deleted
   */
  Recovery recover(RecoverySink sink);

  /**
   * Makes the whole batch durable, or nothing of it. On return it survives a crash of the process
   * and of the machine. A change that the store holds already does no harm.
   *
   * @throws MeshException.StoreFailure when it could not; the store stays usable, and the next
   *     commit is tried anew
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
