package dev.peatmesh.sync.internal.store;

import dev.peatmesh.runtime.MeshException;
import dev.peatmesh.runtime.ThreadLoop;
import dev.peatmesh.sync.internal.store.CommitQueue.Answer;
import dev.peatmesh.sync.internal.store.CommitQueue.Append;
import dev.peatmesh.sync.internal.store.CommitQueue.Compaction;
import dev.peatmesh.sync.internal.store.CommitQueue.Entry;
import dev.peatmesh.sync.internal.store.CommitQueue.Snapshot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes appends durable in groups: whatever waits while one commit is on its way to the disk goes
 * into the next, on one writer thread. {@link #append} and {@link #snapshot} never block.
 *
 * <p><b>Order.</b> Appends are committed and told in the order they came, refused and failed ones
 * included. Whoever is told that an append failed knows the fate of all before it.
 *
 * <p><b>Failure.</b> When the commit of a group fails, its appends are tried one by one, so that
 * one that cannot be stored does not fail its neighbours. An append that fails takes with it the
 * later ones that touch one of its documents and were handed over before the caller was told: the
 * caller takes a document back to its durable state when it is told, and those build on what is
 * then gone. Snapshots of such a document are dropped. What is handed over in the completion or
 * after it is a fresh start. See {@link FailedDocuments}.
 *
 * <p><b>Overflow.</b> When the queue is full, an append is refused; so is every later one until
 * that was told. Snapshots that find the queue full are dropped. A refused append costs a few dozen
 * bytes until it is told; the caller bounds how many it has under way.
 *
 * <p>Completions run on the executor given, one task for a whole group. For the rules above that
 * executor has to run one task at a time, and {@code append} is to be called on it; otherwise this
 * class may be called from any thread.
 */
public final class GroupCommit implements ChangeLog {
  private static final Logger LOG = LoggerFactory.getLogger(GroupCommit.class);
  private static final Duration THREAD_END = Duration.ofSeconds(1);

  private final DocumentStore store;
  private final Executor completions;
  private final Limits limits;
  private final CommitQueue queue;
  private final ThreadLoop writer;
  private final CountDownLatch storeClosed = new CountDownLatch(1);

  private final AtomicBoolean compacting = new AtomicBoolean();

  /** Belongs to the writer. */
  private final FailedDocuments failed = new FailedDocuments();

  /** The failure that the caller was told last. Written by the completing thread alone. */
  private volatile long failuresTold;

  /**
   * Starts the writer thread.
   *
   * @param store belongs to the writer from now on, and is closed by {@link #close}
   * @param completions where completions run: the loop of the caller
   * @param threadName of the writer: {@code mesh-<node>-store}
   */
  public GroupCommit(DocumentStore store, Executor completions, String threadName, Limits limits) {
    this.store = store;
    this.completions = completions;
    this.limits = limits;
    queue = new CommitQueue(limits);
    writer = new ThreadLoop(threadName);
  }

  @Override
  public void append(List<? extends StoreWrite> writes, Completion completion) {
    Append append = Append.of(writes, completion, failuresTold);
    Answer answer = queue.offer(append);
    if (answer == Answer.WAKE) {
      writer.execute(this::drain);
    } else if (answer == Answer.CLOSED) {
      execute(() -> tell(completion, closedFailure()));
    }
  }

  @Override
  public void snapshot(DocumentSnapshot snapshot) {
    Answer answer = queue.offer(new Snapshot(snapshot, failuresTold));
    if (answer == Answer.WAKE) {
      writer.execute(this::drain);
    } else if (answer == Answer.DROPPED) {
      LOG.atDebug()
          .addKeyValue("document", snapshot.key())
          .log("snapshot dropped, the queue is full");
    }
  }

  @Override
  public void compact(
      CompactionRequest request,
      Consumer<CompactionReport> done,
      Consumer<MeshException.StoreFailure> failed) {
    if (compacting.compareAndSet(false, true)) {
      offer(new Compaction(request, done, failed, null, failuresTold));
    } else {
      LOG.atDebug().log("compaction not begun, another one is under way");
    }
  }

  private void offer(Compaction step) {
    if (queue.offer(step) == Answer.WAKE) {
      writer.execute(this::drain);
    }
  }

  /**
   * Commits what waits, completes it, closes the store and ends the writer. When the disk hangs
   * beyond {@link Limits#patience}, what still waits fails, and the writer closes the store when
   * the disk answers.
   */
  @Override
  public void close() {
    if (queue.close()) {
      writer.execute(this::drain);
    }
    boolean done = false;
    try {
      done = storeClosed.await(limits.patience().toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    if (!done) {
      LOG.atWarn().addKeyValue("patience", limits.patience()).log("store hangs, left behind");
      abandon();
    }
    writer.close(done ? THREAD_END : Duration.ZERO);
  }

  private void drain() {
    for (List<Entry> group = queue.take(); !group.isEmpty(); group = queue.take()) {
      failed.turnOf(group.get(0));
      if (group.get(0) instanceof Snapshot snapshot) {
        keep(snapshot.snapshot(), failed.under(snapshot) != null);
      } else if (group.get(0) instanceof Compaction step) {
        compact(step);
      } else {
        commit(group.stream().map(Append.class::cast).toList());
      }
    }
    if (queue.isClosed() && storeClosed.getCount() > 0) {
      try {
        store.close();
      } finally {
        storeClosed.countDown();
      }
    }
  }

  private void commit(List<Append> group) {
    List<StoreWrite> writes = new ArrayList<>();
    boolean sound = true;
    for (Append append : group) {
      sound &= failed.under(append) == null;
      writes.addAll(append.writes());
    }
    MeshException.StoreFailure failure = sound ? tryCommit(writes) : null;
    List<Outcome> outcomes = new ArrayList<>(group.size());
    for (Append append : group) {
      if (append.refusal() != null) {
        outcomes.add(new Outcome(append, append.refusal(), 0));
      } else if (sound && failure == null) {
        outcomes.add(new Outcome(append, null, 0));
      } else {
        outcomes.add(commitAlone(append, group.size() == 1 ? failure : null));
      }
    }
    execute(() -> outcomes.forEach(this::tell));
  }

  private Outcome commitAlone(Append append, MeshException.@Nullable StoreFailure known) {
    MeshException.StoreFailure failure = known != null ? known : failed.under(append);
    if (failure == null) {
      failure = tryCommit(append.writes());
    }
    return failure == null
        ? new Outcome(append, null, 0)
        : new Outcome(append, failure, failed.add(append, failure));
  }

  private MeshException.@Nullable StoreFailure tryCommit(List<StoreWrite> writes) {
    if (writes.isEmpty()) {
      return null;
    }
    try {
      store.commit(writes);
      return null;
    } catch (MeshException.StoreFailure failure) {
      return failure;
    } catch (RuntimeException | Error defect) {
      // Whatever it is, it must neither end the writer nor leave a caller without an answer.
      LOG.atError().setCause(defect).log("commit failed unexpectedly");
      return new MeshException.StoreFailure(
          "store: could not commit " + writes.size() + " changes; " + defect + ".", defect);
    }
  }

  private void keep(DocumentSnapshot snapshot, boolean buildsOnWhatIsLost) {
    if (buildsOnWhatIsLost) {
      LOG.atDebug().addKeyValue("document", snapshot.key()).log("snapshot dropped");
      return;
    }
    try {
      store.snapshot(snapshot);
    } catch (RuntimeException | Error failure) {
      LOG.atWarn()
          .addKeyValue("document", snapshot.key())
          .setCause(failure)
          .log("snapshot not kept; nothing is lost");
    }
  }

  /** One step; the next one waits behind what was appended meanwhile. */
  private void compact(Compaction step) {
    CompactionReport soFar;
    try {
      CompactionReport report = store.compact(step.request());
      soFar = step.soFar() == null ? report : step.soFar().then(report);
    } catch (RuntimeException | Error failure) {
      compacting.set(false);
      LOG.atWarn().setCause(failure).log("compaction given up; nothing is lost");
      MeshException.StoreFailure told =
          failure instanceof MeshException.StoreFailure known
              ? known
              : new MeshException.StoreFailure(
                  "store: could not compact; " + failure + ".", failure);
      execute(() -> step.failed().accept(told));
      return;
    }
    if (soFar.done()) {
      compacting.set(false);
      execute(() -> step.done().accept(soFar));
    } else {
      offer(new Compaction(step.request(), step.done(), step.failed(), soFar, step.failuresTold()));
    }
  }

  private void abandon() {
    List<Entry> left = queue.abandon();
    execute(
        () -> {
          for (Entry entry : left) {
            if (entry instanceof Append append) {
              tell(append.completion(), closedFailure());
            }
          }
        });
  }

  private void tell(Outcome outcome) {
    if (outcome.append().refusal() != null) {
      queue.refusalTold();
    }
    failuresTold = Math.max(failuresTold, outcome.failureNumber());
    tell(outcome.append().completion(), outcome.failure());
  }

  private static void tell(Completion completion, MeshException.@Nullable StoreFailure failure) {
    try {
      completion.done(failure);
    } catch (RuntimeException | AssertionError thrown) {
      LOG.atError().setCause(thrown).log("completion of an append failed");
    }
  }

  private void execute(Runnable task) {
    try {
      completions.execute(task);
    } catch (RejectedExecutionException ended) {
      LOG.atDebug().log("completions dropped, their executor has ended");
    }
  }

  private static MeshException.StoreFailure closedFailure() {
    return new MeshException.StoreFailure(
        "store: the change was not kept; the mesh is closing. Write it again after the next start.",
        null);
  }

  private record Outcome(
      Append append, MeshException.@Nullable StoreFailure failure, long failureNumber) {}

  /**
   * Bounds of a {@link GroupCommit}.
   *
   * @param queueChangesMax changes that may wait; further appends are refused
   * @param queueBytesMax bytes that may wait; further appends are refused
   * @param groupChangesMax changes in one commit, unless one append has more
   * @param groupBytesMax bytes in one commit, unless one append has more
   * @param patience how long closing waits for the disk
   */
  public record Limits(
      int queueChangesMax,
      long queueBytesMax,
      int groupChangesMax,
      long groupBytesMax,
      Duration patience) {

    /** 65,536 changes and 64 MiB wait; 4,096 changes and 4 MiB per commit; 10 s. */
    public static final Limits DEFAULT =
        new Limits(65_536, 64 << 20, 4_096, 4 << 20, Duration.ofSeconds(10));

    public Limits {
      if (queueChangesMax < 1
          || queueBytesMax < 1
          || groupChangesMax < 1
          || groupBytesMax < 1
          || patience.isNegative()) {
        throw new IllegalArgumentException("every limit is at least 1");
      }
    }
  }
}
