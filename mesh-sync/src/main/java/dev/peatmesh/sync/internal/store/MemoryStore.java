package dev.peatmesh.sync.internal.store;

import dev.peatmesh.runtime.MeshException;
import dev.peatmesh.sync.DocumentKey;
import dev.peatmesh.sync.internal.guard.ActorId;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * The store of a mesh without a data directory: keeps everything in the heap and loses it when it
 * is closed, so it is a new replica at every opening. Thread-safe; no call waits for anything but
 * another short call.
 */
public final class MemoryStore implements DocumentStore {
  private static final int STORE_ID_BYTES = 16;

  private final StoredRecords records;
  private ReplicaState replica;
  private boolean closed;

  private MemoryStore(StoreLimits limits, ReplicaState replica) {
    records = new StoredRecords(limits);
    this.replica = replica;
  }

  /** A new replica: a random actor, the time in milliseconds as its incarnation. */
  public static MemoryStore open(
      StoreSettings settings, RandomGenerator random, InstantSource clock) {
    byte[] storeId = new byte[STORE_ID_BYTES];
    random.nextBytes(storeId);
    return new MemoryStore(
        settings.limits(),
        new ReplicaState(
            Actors.create(settings.device(), random),
            clock.millis(),
            true,
            HexFormat.of().formatHex(storeId),
            1));
  }

  @Override
  public synchronized ReplicaState replica() {
    return replica;
  }

  @Override
  public Recovery recover(RecoverySink sink) {
    return new Recovery(0, 0, 0, 0);
  }

  @Override
  public synchronized StoredDocument read(DocumentKey key) {
    return records.read(key);
  }

  @Override
  public synchronized void commit(List<? extends StoreWrite> batch) {
    checkOpen("commit " + batch.size() + " writes");
    String refusal = records.refusal(batch);
    if (refusal != null) {
      throw failure("commit " + batch.size() + " writes", refusal);
    }
    batch.forEach(records::add);
    ActorId actor = records.actor();
    if (actor != null) {
      replica = replica.with(actor);
    }
  }

  @Override
  public synchronized void snapshot(DocumentSnapshot snapshot) {
    checkOpen("keep a snapshot");
    records.add(snapshot);
  }

  /** There is nothing to give back: replaced content is garbage at once. */
  @Override
  public synchronized CompactionReport compact(CompactionRequest request) {
    long bytes = records.bytes();
    return new CompactionReport(records.takeShortened(), bytes, bytes, 0, true);
  }

  @Override
  public synchronized long storedBytes() {
    return records.bytes();
  }

  @Override
  public synchronized void close() {
    closed = true;
  }

  private void checkOpen(String task) {
    if (closed) {
      throw failure(task, "it is closed");
    }
  }

  private static MeshException.StoreFailure failure(String task, String why) {
    return new MeshException.StoreFailure(
        "store(memory): could not " + task + "; " + why + ".", null);
  }
}
