package dev.peatmesh.sync.internal.store;

import dev.peatmesh.sync.DocumentKey;
import dev.peatmesh.sync.internal.guard.ActorId;
import dev.peatmesh.sync.internal.guard.ChangeHash;
import java.time.InstantSource;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * The store of a mesh without a data directory: keeps nothing, and is a new replica at every
 * opening. Thread-safe.
 */
public final class MemoryStore implements DocumentStore {
  private static final int ACTOR_BYTES = 16;

  private final ReplicaState replica;

  private MemoryStore(ReplicaState replica) {
    this.replica = replica;
  }

  /** A new replica: a random actor, the time in milliseconds as its incarnation. */
  public static MemoryStore open(RandomGenerator random, InstantSource clock) {
    byte[] actor = new byte[ACTOR_BYTES];
    random.nextBytes(actor);
    return new MemoryStore(new ReplicaState(ActorId.of(actor), clock.millis(), true));
  }

  @Override
  public ReplicaState replica() {
    return replica;
  }

  @Override
  public Recovery recover(RecoverySink sink) {
    return new Recovery(0, 0, 0, 0);
  }

  @Override
  public void commit(List<StoredChange> batch) {}

  @Override
  public void snapshot(DocumentKey key, byte[] saved, List<ChangeHash> covered) {}

  @Override
  public void close() {}
}
