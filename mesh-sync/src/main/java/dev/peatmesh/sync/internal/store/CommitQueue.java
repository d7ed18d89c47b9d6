package dev.peatmesh.sync.internal.store;

import dev.peatmesh.runtime.MeshException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What waits for the writer of a {@link GroupCommit}, in order and within bounds. Thread-safe; no
 * call waits for anything but another short call.
 */
final class CommitQueue {
  private final GroupCommit.Limits limits;
  private final Deque<Entry> entries = new ArrayDeque<>();

  private long changes;
  private long bytes;
  private long refusalsUntold;
  private boolean awake;
  private boolean closed;

  CommitQueue(GroupCommit.Limits limits) {
    this.limits = limits;
  }

  /**
   * Takes the append. One beyond the limits is queued as refused, without its changes, so that its
   * caller is told in turn; so is every later one until then: it may build on the refused one.
   */
  synchronized Answer offer(Append append) {
    if (closed) {
      return Answer.CLOSED;
    }
    if (refusalsUntold > 0 || !hasRoom(append)) {
      refusalsUntold++;
      return add(append.refused(overflow()));
    }
    return add(append);
  }

  /**
   * Takes the snapshot, or drops it when there is no room, or when it may hold what was refused.
   */
  synchronized Answer offer(Snapshot snapshot) {
    if (closed) {
      return Answer.CLOSED;
    }
    return refusalsUntold > 0 || !hasRoom(snapshot) ? Answer.DROPPED : add(snapshot);
  }

  /** Takes a step of a compaction. */
  synchronized Answer offer(Compaction step) {
    return closed ? Answer.CLOSED : add(step);
  }

  /** To be called right before a refused append is told. */
  synchronized void refusalTold() {
    refusalsUntold--;
  }

  /**
   * Removes the next group: appends in a row, or one of anything else. An empty one puts the writer
   * to sleep; the next offer says so.
   */
  synchronized List<Entry> take() {
    List<Entry> group = new ArrayList<>();
    long groupChanges = 0;
    long groupBytes = 0;
    for (Entry next = entries.peek(); next != null; next = entries.peek()) {
      groupChanges += next.changeCount();
      groupBytes += next.byteCount();
      boolean full = groupChanges > limits.groupChangesMax() || groupBytes > limits.groupBytesMax();
      boolean mixed =
          !(next instanceof Append) || (!group.isEmpty() && !(group.get(0) instanceof Append));
      if (!group.isEmpty() && (full || mixed)) {
        break;
      }
      group.add(remove());
    }
    awake = !group.isEmpty();
    return group;
  }

  /** Takes nothing more. False when it was closed already. */
  synchronized boolean close() {
    boolean first = !closed;
    closed = true;
    return first;
  }

  synchronized boolean isClosed() {
    return closed;
  }

  /** Removes everything. */
  synchronized List<Entry> abandon() {
    List<Entry> left = List.copyOf(entries);
    entries.clear();
    return left;
  }

  private MeshException.StoreFailure overflow() {
    return new MeshException.StoreFailure(
        "store: the change was not kept; "
            + changes
            + " changes ("
            + bytes
            + " bytes) wait for the disk already, at most "
            + limits.queueChangesMax()
            + " ("
            + limits.queueBytesMax()
            + ") may. Write more slowly, or see why the disk is slow.",
        null);
  }

  /** One that is larger than the whole queue waits alone: a file that is imported. */
  private boolean hasRoom(Entry entry) {
    return entries.isEmpty()
        || (changes + entry.changeCount() <= limits.queueChangesMax()
            && bytes + entry.byteCount() <= limits.queueBytesMax());
  }

  private Answer add(Entry entry) {
    entries.add(entry);
    changes += entry.changeCount();
    bytes += entry.byteCount();
    boolean slept = !awake;
    awake = true;
    return slept ? Answer.WAKE : Answer.TAKEN;
  }

  private Entry remove() {
    Entry entry = entries.remove();
    changes -= entry.changeCount();
    bytes -= entry.byteCount();
    return entry;
  }

  /** What became of an offer. */
  enum Answer {
    /** The writer will come to it. */
    TAKEN,
    /** The same, once the caller has woken the writer. */
    WAKE,
    DROPPED,
    CLOSED
  }

  /** What waits. */
  sealed interface Entry {
    int changeCount();

    long byteCount();

    /** The number of the failure that the caller had been told last when it handed this over. */
    long failuresTold();
  }

  /** A refusal says that this append was not to be kept; its writes are gone then. */
  record Append(
      List<StoreWrite> writes,
      long byteCount,
      ChangeLog.Completion completion,
      long failuresTold,
      MeshException.@Nullable StoreFailure refusal)
      implements Entry {

    static Append of(
        List<? extends StoreWrite> writes, ChangeLog.Completion completion, long failuresTold) {
      long bytes = 0;
      for (StoreWrite write : writes) {
        bytes += write.size();
      }
      return new Append(List.copyOf(writes), bytes, completion, failuresTold, null);
    }

    Append refused(MeshException.StoreFailure why) {
      return new Append(List.of(), 0, completion, failuresTold, why);
    }

    @Override
    public int changeCount() {
      return writes.size();
    }
  }

  /** A snapshot in its turn. */
  record Snapshot(DocumentSnapshot snapshot, long failuresTold) implements Entry {
    @Override
    public int changeCount() {
      return 0;
    }

    @Override
    public long byteCount() {
      return snapshot.size();
    }
  }

  /** The next step of a compaction; what the steps before it did, null before the first. */
  record Compaction(
      CompactionRequest request,
      Consumer<CompactionReport> done,
      Consumer<MeshException.StoreFailure> failed,
      @Nullable CompactionReport soFar,
      long failuresTold)
      implements Entry {
    @Override
    public int changeCount() {
      return 0;
    }

    @Override
    public long byteCount() {
      return 0;
    }
  }
}
