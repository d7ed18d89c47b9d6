package dev.peatmesh.sync.internal.replica;

import dev.peatmesh.runtime.MeshException;
import dev.peatmesh.sync.DocumentKey;
import dev.peatmesh.sync.internal.guard.ActorId;
import dev.peatmesh.sync.internal.store.Actors;
import dev.peatmesh.sync.internal.store.ChangeLog;
import dev.peatmesh.sync.internal.store.CompactionReport;
import dev.peatmesh.sync.internal.store.CompactionRequest;
import dev.peatmesh.sync.internal.store.DocumentSnapshot;
import dev.peatmesh.sync.internal.store.DocumentStore;
import dev.peatmesh.sync.internal.store.Recovery;
import dev.peatmesh.sync.internal.store.RecoverySink;
import dev.peatmesh.sync.internal.store.ReplicaState;
import dev.peatmesh.sync.internal.store.StoreLimits;
import dev.peatmesh.sync.internal.store.StoreWrite;
import dev.peatmesh.sync.internal.store.StoredDocument;
import dev.peatmesh.sync.internal.store.StoredRecords;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One disk in memory: outlives its nodes, fails, hesitates and loses things when told. */
class TestDisk implements DocumentStore, ChangeLog {
  private final Random random;
  private final ActorId firstActor;
  private StoredRecords records = new StoredRecords(StoreLimits.DEFAULT);
  private final Set<DocumentKey> damaged = new HashSet<>();

  /** The document cannot be read any more after it was read so often. */
  final Map<DocumentKey, Integer> unreadableAfter = new HashMap<>();

  private final List<Runnable> held = new ArrayList<>();
  private String storeId;
  private long jump;
  MeshException.@Nullable StoreFailure failure;
  boolean hold;
  int snapshots;
  int reads;
  MeshException.@Nullable StoreFailure readFailure;

  /** After so many reads that succeed, one fails; never when negative. */
  int readsUntilFailure = -1;

  TestDisk(int number) {
    random = new Random(number);
    firstActor =
        Actors.create(Actors.device(HexFormat.of().parseHex(TestMesh.id(number).value())), random);
    storeId = newStoreId();
  }

  /** Everything that was ever written is gone, and nothing says so. */
  void setBack() {
    records = new StoredRecords(StoreLimits.DEFAULT);
  }

  /** What is stored of the document cannot be read any more; its heads are still known. */
  void damage(DocumentKey key) {
    damaged.add(key);
  }

  /** The process ends without closing; numbers that may have been given out are skipped. */
  void stoppedUncleanly() {
    jump = 1_000_000;
    held.clear();
    hold = false;
  }

  int changes() {
    return records.changes();
  }

  /** What is written from here on stays on its way. */
  void hold() {
    hold = true;
  }

  void release(MeshException.@Nullable StoreFailure outcome) {
    hold = false;
    failure = outcome;
    List<Runnable> commits = List.copyOf(held);
    held.clear();
    commits.forEach(Runnable::run);
  }

  @Override
  public void append(List<? extends StoreWrite> writes, Completion completion) {
    Runnable commit =
        () -> {
          if (failure == null) {
            writes.forEach(records::add);
          }
          completion.done(failure);
        };
    if (hold) {
      held.add(commit);
    } else {
      commit.run();
    }
  }

  @Override
  public void snapshot(DocumentSnapshot snapshot) {
    snapshots++;
    damaged.remove(snapshot.key());
    records.add(snapshot);
  }

  @Override
  public void compact(
      CompactionRequest request,
      Consumer<CompactionReport> done,
      Consumer<MeshException.StoreFailure> failed) {
    if (failure == null) {
      done.accept(compact(request));
    } else {
      failed.accept(failure);
    }
  }

  @Override
  public CompactionReport compact(CompactionRequest request) {
    return new CompactionReport(records.takeShortened(), records.bytes(), records.bytes(), 0, true);
  }

  @Override
  public ReplicaState replica() {
    ActorId actor = records.actor();
    return new ReplicaState(
        actor == null ? firstActor : actor,
        1,
        jump == 0,
        storeId,
        records.lastSequence() + 1 + jump);
  }

  @Override
  public Recovery recover(RecoverySink sink) {
    return records.tell(sink);
  }

  @Override
  public StoredDocument read(DocumentKey key) {
    reads++;
    if (readFailure != null) {
      throw readFailure;
    }
    if (readsUntilFailure >= 0 && readsUntilFailure-- == 0) {
      throw new MeshException.StoreFailure("store: could not read", null);
    }
    if (unreadableAfter.containsKey(key) && unreadableAfter.merge(key, -1, Integer::sum) < 0) {
      throw new MeshException.StoreFailure("could not read " + key, null);
    }
    if (damaged.contains(key)) {
      return new StoredDocument(null, List.of(), null, 1);
    }
    return records.read(key);
  }

  @Override
  public void commit(List<? extends StoreWrite> batch) {
    throw new AssertionError("the log commits");
  }

  @Override
  public long storedBytes() {
    return records.bytes();
  }

  @Override
  public void close() {
    release(failure);
  }

  private String newStoreId() {
    byte[] bytes = new byte[16];
    random.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }
}
