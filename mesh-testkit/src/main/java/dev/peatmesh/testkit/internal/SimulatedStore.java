package dev.peatmesh.testkit.internal;

import dev.peatmesh.runtime.MeshException;
import dev.peatmesh.sync.DocumentKey;
import dev.peatmesh.sync.internal.guard.ChangeHash;
import dev.peatmesh.sync.internal.store.DocumentStore;
import dev.peatmesh.sync.internal.store.Recovery;
import dev.peatmesh.sync.internal.store.RecoverySink;
import dev.peatmesh.sync.internal.store.ReplicaState;
import dev.peatmesh.sync.internal.store.StoredChange;
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
    return replica;
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
  public void commit(List<StoredChange> batch) {
    checkOpen();
    recoveryOver = true;
    disk.commit(batch);
  }

  @Override
  public void snapshot(DocumentKey key, byte[] saved, List<ChangeHash> covered) {
    checkOpen();
    disk.snapshot(key, saved, covered);
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
