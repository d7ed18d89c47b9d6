package dev.peatmesh.testkit.internal;

import dev.peatmesh.runtime.Loop;
import dev.peatmesh.runtime.MeshException;
import dev.peatmesh.sync.DocumentKey;
import dev.peatmesh.sync.internal.guard.ActorId;
import dev.peatmesh.sync.internal.store.Actors;
import dev.peatmesh.sync.internal.store.ChangeLog;
import dev.peatmesh.sync.internal.store.CompactionReport;
import dev.peatmesh.sync.internal.store.DocumentSnapshot;
import dev.peatmesh.sync.internal.store.DocumentStore;
import dev.peatmesh.sync.internal.store.Recovery;
import dev.peatmesh.sync.internal.store.RecoverySink;
import dev.peatmesh.sync.internal.store.ReplicaState;
import dev.peatmesh.sync.internal.store.StoreLimits;
import dev.peatmesh.sync.internal.store.StoreWrite;
import dev.peatmesh.sync.internal.store.StoredDocument;
import dev.peatmesh.sync.internal.store.StoredRecords;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The disk of one simulated host. It survives the host's crashes; what a crashed process had not
 * committed does not. It can fail, be full, or be read-only.
 */
public final class SimulatedDisk {
  private static final int STORE_ID_BYTES = 16;
  private static final long SEQUENCE_JUMP = 1_000_000;

  private final SimulatedHost host;
  private final SeededRandom random;
  private final StoredRecords records = new StoredRecords(StoreLimits.DEFAULT);
  private final ByteBuffer device;
  private @Nullable ReplicaState lastReplica;
  private @Nullable ActorId writtenSinceOpening;
  private @Nullable SimulatedStore open;
  private boolean stoppedCleanly = true;
  private long tornBytes;
  private int failuresDue;
  private boolean honest = true;
  private boolean full;
  private boolean readOnly;

  /** An empty disk in that host. */
  public SimulatedDisk(SimulatedHost host) {
    this.host = host;
    random = host.time().random("disk of " + host);
    device = Actors.device(host.toString().getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Opens the store on this disk for the present process. Its commits are durable at once; {@link
   * #openLog} gives them the time that a real disk takes.
   *
   * @throws MeshException.StoreFailure when the disk cannot be written: an opening is noted on it
   */
  public DocumentStore open() {
    if (open != null) {
      throw new AssertionError("open(" + host + "): the store is open already. Close it first.");
    }
    checkWritable("open");
    ReplicaState replica = nextReplica();
    writtenSinceOpening = null;
    lastReplica = replica;
    stoppedCleanly = false;
    SimulatedStore store = new SimulatedStore(this, replica);
    open = store;
    host.onCrash(() -> open = null);
    record("open " + replica.actor() + " " + replica.incarnation());
    return store;
  }

  /**
   * A log that commits to the open store as a group-committing writer does, in virtual time.
   *
   * @param completions where completions run; appends come from the same loop
   */
  public ChangeLog openLog(DocumentStore store, Loop completions) {
    if (open == null || store != open) {
      throw new AssertionError("openLog(" + host + "): the store is not the open one");
    }
    return new SimulatedLog(this, open, completions);
  }

  /** The next {@code commits} attempts to write fail. */
  public void failNext(int commits) {
    failuresDue = commits;
  }

  /** With false, it calls writes durable that it has yet to make. */
  public void honest(boolean isHonest) {
    honest = isHonest;
  }

  boolean isHonest() {
    return honest;
  }

  /** While full, every write fails; reading goes on. */
  public void full(boolean isFull) {
    full = isFull;
  }

  /** While read-only, every write fails; reading goes on. */
  public void readOnly(boolean isReadOnly) {
    readOnly = isReadOnly;
  }

  /** How many changes are durable, those inside snapshots not counted. */
  public int changes() {
    return records.changes();
  }

  /** Bytes of all records that are durable. */
  public long storedBytes() {
    return records.bytes();
  }

  /** How many events are kept. */
  public int journalEntries() {
    return records.journalEntries();
  }

  SimulatedHost host() {
    return host;
  }

  SeededRandom random() {
    return random;
  }

  void record(String event) {
    host.time().record(host + " disk " + event);
  }

  boolean isOpen(SimulatedStore store) {
    return open == store;
  }

  void commit(List<? extends StoreWrite> batch) {
    checkWritable("commit of " + batch.size() + " writes");
    String refusal = records.refusal(batch);
    if (refusal != null) {
      throw new MeshException.StoreFailure("commit on " + host + ": " + refusal + ".", null);
    }
    write(batch);
  }

  /** As it was opened, with the author that was written since. */
  ReplicaState replica(ReplicaState opened) {
    ActorId renewed = writtenSinceOpening;
    return renewed == null
        ? opened
        : new ReplicaState(
            renewed,
            opened.incarnation(),
            opened.cleanStop(),
            opened.storeId(),
            opened.nextSequence());
  }

  StoredDocument read(DocumentKey key) {
    return records.read(key);
  }

  CompactionReport compact() {
    checkWritable("compaction");
    long bytes = records.bytes();
    return new CompactionReport(records.takeShortened(), bytes, bytes, 0, true);
  }

  void snapshot(DocumentSnapshot snapshot) {
    checkWritable("snapshot of " + snapshot.key());
    records.add(snapshot);
    record(
        "snapshot "
            + snapshot.key()
            + " "
            + snapshot.saved().remaining()
            + "B covers "
            + snapshot.covered().size());
  }

  /** Power fails while a group is being written: it may be there, or not, or half and cut off. */
  void crashDuringCommit(List<? extends StoreWrite> batch) {
    int outcome = random.nextInt(3);
    if (outcome == 0) {
      write(batch);
    } else if (outcome == 1) {
      tornBytes = 1 + random.upTo(batch.stream().mapToLong(StoreWrite::size).sum());
      record("torn " + tornBytes + "B of " + batch.size() + " writes");
    }
  }

  Recovery recover(RecoverySink sink) {
    Recovery whole = records.tell(sink);
    Recovery recovery = new Recovery(whole.documents(), whole.changes(), 0, tornBytes);
    tornBytes = 0;
    record("recover " + recovery.documents() + " documents " + recovery.changes() + " changes");
    return recovery;
  }

  void close(SimulatedStore store) {
    if (open == store) {
      open = null;
      stoppedCleanly = !full && !readOnly;
      record("close");
    }
  }

  private void write(List<? extends StoreWrite> batch) {
    for (StoreWrite write : batch) {
      records.add(write);
      if (write instanceof StoreWrite.Actor renewed) {
        writtenSinceOpening = renewed.actor();
      }
    }
    long bytes = batch.stream().mapToLong(StoreWrite::size).sum();
    record("commit " + batch.size() + " writes " + bytes + "B");
  }

  private ReplicaState nextReplica() {
    ReplicaState last = lastReplica;
    if (last == null) {
      byte[] storeId = new byte[STORE_ID_BYTES];
      random.nextBytes(storeId);
      return new ReplicaState(
          newActor(), host.clock().millis(), stoppedCleanly, HexFormat.of().formatHex(storeId), 1);
    }
    ActorId written = writtenSinceOpening != null ? writtenSinceOpening : last.actor();
    long next = Math.max(last.nextSequence(), records.lastSequence() + 1);
    return new ReplicaState(
        stoppedCleanly ? written : newActor(),
        Math.max(host.clock().millis(), last.incarnation() + 1),
        stoppedCleanly,
        last.storeId(),
        stoppedCleanly ? next : next + SEQUENCE_JUMP);
  }

  private void checkWritable(String what) {
    String reason = null;
    if (readOnly) {
      reason = "the disk is read-only; nothing was kept. Mount it for writing.";
    } else if (full) {
      reason = "the disk is full; nothing was kept. Free space.";
    } else if (failuresDue > 0) {
      failuresDue--;
      reason = "the disk failed, as it was told to; nothing was kept. Try again.";
    }
    if (reason != null) {
      record("fail " + what);
      throw new MeshException.StoreFailure(what + " on " + host + ": " + reason, null);
    }
  }

  private ActorId newActor() {
    return Actors.create(device, random);
  }
}
