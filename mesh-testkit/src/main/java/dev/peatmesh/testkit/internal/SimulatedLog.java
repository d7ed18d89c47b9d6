package dev.peatmesh.testkit.internal;

import dev.peatmesh.runtime.Loop;
import dev.peatmesh.runtime.MeshException;
import dev.peatmesh.sync.DocumentKey;
import dev.peatmesh.sync.internal.store.ChangeLog;
import dev.peatmesh.sync.internal.store.CompactionReport;
import dev.peatmesh.sync.internal.store.CompactionRequest;
import dev.peatmesh.sync.internal.store.DocumentSnapshot;
import dev.peatmesh.sync.internal.store.StoreWrite;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Group commit in virtual time: while one group is on its way to the disk, what is appended forms
 * the next. Most writes take up to a millisecond, one in a hundred up to fifty.
 *
 * <p>When a group fails, its appends are tried one by one. One that fails alone takes with it the
 * later ones of the same documents that were appended before the caller was told: they build on
 * what is gone.
 */
final class SimulatedLog implements ChangeLog {
  /** More than this means that nobody waits for completions. */
  static final int WAITING_MAX = 1_000_000;

  private static final long WRITE_NANOS_LEAST = 150_000;
  private static final long WRITE_NANOS_USUAL = 1_000_000;
  private static final long WRITE_NANOS_SLOW = 50_000_000;
  private static final double SLOW_SHARE = 0.01;

  private final SimulatedDisk disk;
  private final SimulatedStore store;
  private final Loop completions;
  private final Map<DocumentKey, Failed> failed = new HashMap<>();
  private List<Entry> waiting = new ArrayList<>();
  private List<Entry> writing = List.of();
  private long failures;
  private long failuresTold;
  private boolean over;

  SimulatedLog(SimulatedDisk disk, SimulatedStore store, Loop completions) {
    this.disk = disk;
    this.store = store;
    this.completions = completions;
    disk.host().onCrash(this::crashed);
  }

  @Override
  public void append(List<? extends StoreWrite> writes, Completion completion) {
    add(new Append(List.copyOf(writes), completion, failuresTold));
  }

  @Override
  public void snapshot(DocumentSnapshot snapshot) {
    add(new Snapshot(snapshot, failuresTold));
  }

  /** In its turn, and in one step. */
  @Override
  public void compact(
      CompactionRequest request,
      Consumer<CompactionReport> done,
      Consumer<MeshException.StoreFailure> failed) {
    add(new Compaction(request, done, failed));
  }

  /** Takes no virtual time: it commits what waits in the present instant. */
  @Override
  public void close() {
    if (over) {
      return;
    }
    over = true;
    finish(writing);
    writing = List.of();
    finish(waiting);
    waiting = new ArrayList<>();
    store.close();
  }

  private void add(Entry entry) {
    if (over) {
      tell(List.of(new Told(entry, closed())));
      return;
    }
    if (waiting.size() == WAITING_MAX) {
      throw new AssertionError("append: " + WAITING_MAX + " wait already. Wait for completions.");
    }
    waiting.add(entry);
    if (writing.isEmpty()) {
      write();
    }
  }

  private void write() {
    writing = waiting;
    waiting = new ArrayList<>();
    SeededRandom random = disk.random();
    long most = random.chance(SLOW_SHARE) ? WRITE_NANOS_SLOW : WRITE_NANOS_USUAL;
    if (!disk.isHonest()) {
      tell(writing.stream().map(entry -> new Told(entry, null)).toList());
    }
    disk.host().after(WRITE_NANOS_LEAST + random.upTo(most), this::written);
  }

  private void written() {
    if (over) {
      return;
    }
    finish(writing);
    writing = List.of();
    if (!waiting.isEmpty()) {
      write();
    }
  }

  /** Commits the appends of a group together, as far as no snapshot stands between them. */
  private void finish(List<Entry> group) {
    List<Told> results = new ArrayList<>();
    List<Append> together = new ArrayList<>();
    for (Entry entry : group) {
      if (entry instanceof Append append) {
        together.add(append);
      } else {
        commit(together, results);
        together.clear();
        if (entry instanceof Snapshot snapshot) {
          keep(snapshot);
        } else {
          compact((Compaction) entry);
        }
      }
    }
    commit(together, results);
    if (disk.isHonest() || over) {
      tell(results);
    }
  }

  private void commit(List<Append> appends, List<Told> results) {
    if (appends.isEmpty()) {
      return;
    }
    boolean standAlone = appends.stream().allMatch(append -> lost(append) == null);
    if (standAlone && tryCommit(writesOf(appends)) == null) {
      appends.forEach(append -> results.add(new Told(append, null)));
      return;
    }
    for (Append append : appends) {
      MeshException.StoreFailure failure = lost(append);
      if (failure == null) {
        failure = tryCommit(append.writes());
      }
      if (failure != null) {
        Failed last = new Failed(++failures, failure);
        for (StoreWrite write : append.writes()) {
          if (write.document() != null) {
            failed.put(write.document(), last);
          }
        }
      }
      results.add(new Told(append, failure));
    }
  }

  private MeshException.@Nullable StoreFailure tryCommit(List<StoreWrite> batch) {
    try {
      store.commit(batch);
      return null;
    } catch (MeshException.StoreFailure failure) {
      return failure;
    }
  }

  private void keep(Snapshot snapshot) {
    DocumentKey key = snapshot.snapshot().key();
    if (lostDocument(key, snapshot.failuresTold()) != null) {
      disk.record("snapshot dropped " + key);
      return;
    }
    try {
      store.snapshot(snapshot.snapshot());
    } catch (MeshException.StoreFailure failure) {
      disk.record("snapshot failed " + key);
    }
  }

  private void compact(Compaction compaction) {
    try {
      CompactionReport report = store.compact(compaction.request());
      completions.execute(() -> compaction.done().accept(report));
    } catch (MeshException.StoreFailure failure) {
      disk.record("compaction failed");
      completions.execute(() -> compaction.failed().accept(failure));
    }
  }

  /** The failure of an earlier append on which this one builds. */
  private MeshException.@Nullable StoreFailure lost(Append append) {
    for (StoreWrite write : append.writes()) {
      MeshException.StoreFailure failure = lostDocument(write.document(), append.failuresTold());
      if (failure != null) {
        return failure;
      }
    }
    return null;
  }

  private MeshException.@Nullable StoreFailure lostDocument(
      @Nullable DocumentKey key, long failuresKnown) {
    Failed last = key == null ? null : failed.get(key);
    return last != null && last.number() > failuresKnown ? last.failure() : null;
  }

  private void tell(List<Told> results) {
    long failuresSoFar = failures;
    completions.execute(
        () -> {
          failuresTold = failuresSoFar;
          if (waiting.isEmpty() && writing.isEmpty() && failuresSoFar == failures) {
            failed.clear();
          }
          for (Told told : results) {
            if (told.entry() instanceof Append append) {
              append.completion().done(told.failure());
            }
          }
        });
  }

  private void crashed() {
    if (!over) {
      over = true;
      List<StoreWrite> inFlight = new ArrayList<>();
      for (Entry entry : writing) {
        if (entry instanceof Append append) {
          inFlight.addAll(append.writes());
        }
      }
      if (!inFlight.isEmpty()) {
        disk.crashDuringCommit(inFlight);
      }
    }
  }

  private MeshException.StoreFailure closed() {
    return new MeshException.StoreFailure(
        "append on " + disk.host() + ": the log is closed. Open the store again.", null);
  }

  private static List<StoreWrite> writesOf(List<Append> appends) {
    return appends.stream().flatMap(append -> append.writes().stream()).toList();
  }

  private sealed interface Entry permits Append, Snapshot, Compaction {}

  private record Append(List<StoreWrite> writes, Completion completion, long failuresTold)
      implements Entry {}

  private record Snapshot(DocumentSnapshot snapshot, long failuresTold) implements Entry {}

  private record Compaction(
      CompactionRequest request,
      Consumer<CompactionReport> done,
      Consumer<MeshException.StoreFailure> failed)
      implements Entry {}

  private record Told(Entry entry, MeshException.@Nullable StoreFailure failure) {}

  private record Failed(long number, MeshException.StoreFailure failure) {}
}
