package dev.peatmesh.testkit.internal;

import dev.peatmesh.runtime.MeshException;
import dev.peatmesh.sync.DocumentKey;
import dev.peatmesh.sync.internal.store.CompactionReport;
import dev.peatmesh.sync.internal.store.CompactionRequest;
import dev.peatmesh.sync.internal.store.DocumentSnapshot;
import dev.peatmesh.sync.internal.store.DocumentStore;
import dev.peatmesh.sync.internal.store.Recovery;
import dev.peatmesh.sync.internal.store.RecoverySink;
import dev.peatmesh.sync.internal.store.ReplicaState;
import dev.peatmesh.sync.internal.store.StoreWrite;
import dev.peatmesh.sync.internal.store.StoredDocument;
import java.util.List;

/** One opening of a simulated disk, by one process. Dies with it: closing it then marks nothing. */
final class SimulatedStore implements DocumentStore {
  private final SimulatedDisk disk;
  private final ReplicaState replica;
  private boolean recoveryOver;

  SimulatedStore(SimulatedDisk disk, ReplicaState replica) {
    this.disk = disk;
    this.replica = replica;
  }

  @Override
  public ReplicaState replica() {
    return disk.replica(replica);
  }

  @Override
  public Recovery recover(RecoverySink sink) {
    checkOpen();
    if (recoveryOver) {
      throw new AssertionError("recover: called twice, or after the first commit");
    }
    recoveryOver = true;
    return disk.recover(sink);
  }

  @Override
  public void commit(List<? extends StoreWrite> batch) {
    checkOpen();
    recoveryOver = true;
    disk.commit(batch);
  }

  @Override
  public void snapshot(DocumentSnapshot snapshot) {
    checkOpen();
    disk.snapshot(snapshot);
  }

  @Override
  public StoredDocument read(DocumentKey key) {
    checkOpen();
    return disk.read(key);
  }

  @Override
  public CompactionReport compact(CompactionRequest request) {
    checkOpen();
    return disk.compact();
  }

  @Override
  public long storedBytes() {
    return disk.storedBytes();
  }

  @Override
  public void close() {
    disk.close(this);
  }

  private void checkOpen() {
    if (!disk.isOpen(this)) {
      throw new MeshException.StoreFailure(
          "store of " + disk.host() + ": it is closed, or its process died. Open it again.", null);
    }
  }
}
