package dev.peatmesh.sync.internal.store;

import dev.peatmesh.runtime.MeshException;
import dev.peatmesh.sync.DocumentKey;
import java.util.List;

/**
 * Keeps documents, the journal and notes on one disk. Blocking; not thread-safe: after opening, one
 * writer thread owns it (see {@link GroupCommit}), and one other thread may call {@link #read}.
 *
 * <p>Every implementation passes {@code DocumentStoreContract}.
 */
public interface DocumentStore extends AutoCloseable {
  /**
   * Who this replica is, and how it stopped last time. Final after {@link #recover}: when that has
   * refused rows, it is another actor and another store, because changes of the old one may be
   * lost, and their numbers must not be given out again.
   */
  ReplicaState replica();

  /**
   * Reads and checks everything the store holds, and tells what there is. Call once, before the
   * first commit. Takes memory for one document at a time. Rows whose checksum does not hold are
   * left out, deleted and counted.
   *
   * @throws MeshException.StoreFailure when the store cannot be read; nothing was deleted
   */
  Recovery recover(RecoverySink sink);

  /**
   * What is durable of one document. The only method that may be called on a second thread, one at
   * a time, while the writer works; it does not wait for a commit.
   *
   * @throws MeshException.StoreFailure when the store cannot be read
   */
  StoredDocument read(DocumentKey key);

  /**
   * Makes the whole batch durable, or nothing of it. On return it survives a crash of the process
   * and of the machine.
   *
   * @throws MeshException.StoreFailure when it could not; the store stays usable, and the next
   *     commit is tried anew
   */
  void commit(List<? extends StoreWrite> batch);

  /**
   * Replaces the chunks of one document that the snapshot covers by the snapshot.
   *
   * @throws MeshException.StoreFailure when it could not; nothing is lost
   */
  void snapshot(DocumentSnapshot snapshot);

  /**
   * Gives space back to the file system, as far as one step goes. Call again until it is done.
   *
   * @throws MeshException.StoreFailure when it could not; nothing is lost
   */
  CompactionReport compact(CompactionRequest request);

  /** Bytes that the store takes, its log included. For any thread. */
  long storedBytes();

  /** Marks a clean stop and releases files. Idempotent. */
  @Override
  void close();
}
