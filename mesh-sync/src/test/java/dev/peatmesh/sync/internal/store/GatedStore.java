package dev.peatmesh.sync.internal.store;

import dev.peatmesh.runtime.MeshException;
import dev.peatmesh.sync.DocumentKey;
import dev.peatmesh.sync.internal.guard.ActorId;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** A store whose disk answers when the test says so, and fails where the test says so. */
final class GatedStore implements DocumentStore {
  /** Each successful commit, in order, as change sequence numbers; snapshots as text. */
  final List<Object> kept = new CopyOnWriteArrayList<>();

  final CountDownLatch closed = new CountDownLatch(1);

  private final Semaphore gate;
  private final Semaphore arrivals = new Semaphore(0);
  private volatile Predicate<StoreWrite.Change> bad = change -> false;
  private volatile RuntimeException defect;

  /** How many steps a compaction takes. */
  volatile int steps = 1;

  private GatedStore(int permits) {
    gate = new Semaphore(permits);
  }

  static GatedStore open() {
    return new GatedStore(Integer.MAX_VALUE / 2);
  }

  /** Every commit waits for a {@link #release}. */
  static GatedStore shut() {
    return new GatedStore(0);
  }

  void release(int commits) {
    gate.release(commits);
  }

  /** Waits until the writer stands at the gate. */
  void awaitArrival() throws InterruptedException {
    if (!arrivals.tryAcquire(10, TimeUnit.SECONDS)) {
      throw new AssertionError("the writer did not come");
    }
  }

  void failWhen(Predicate<StoreWrite.Change> condition) {
    bad = condition;
  }

  void throwAlways(RuntimeException thrown) {
    defect = thrown;
  }

  @Override
  public void commit(List<? extends StoreWrite> writes) {
    List<StoreWrite.Change> batch = writes.stream().map(StoreWrite.Change.class::cast).toList();
    arrivals.release();
    gate.acquireUninterruptibly();
    if (defect != null) {
      throw defect;
    }
    if (batch.stream().anyMatch(bad)) {
      throw new MeshException.StoreFailure("bad change", null);
    }
    kept.add(batch.stream().map(change -> change.chunk().seq()).toList());
  }

  @Override
  public void snapshot(DocumentSnapshot snapshot) {
    kept.add("snapshot of " + snapshot.key());
  }

  @Override
  public StoredDocument read(DocumentKey key) {
    return StoredDocument.NONE;
  }

  @Override
  public CompactionReport compact(CompactionRequest request) {
    kept.add("step of a compaction");
    steps--;
    return new CompactionReport(1, 100, 90, 0, steps <= 0);
  }

  @Override
  public long storedBytes() {
    return 0;
  }

  @Override
  public ReplicaState replica() {
    return new ReplicaState(new ActorId("00"), 1, true, "00".repeat(16), 1);
  }

  @Override
  public Recovery recover(RecoverySink sink) {
    return new Recovery(0, 0, 0, 0);
  }

  @Override
  public void close() {
    closed.countDown();
  }
}
