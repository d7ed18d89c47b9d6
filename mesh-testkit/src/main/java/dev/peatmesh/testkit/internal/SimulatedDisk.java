package dev.peatmesh.testkit.internal;

import dev.peatmesh.runtime.Loop;
import dev.peatmesh.runtime.MeshException;
import dev.peatmesh.sync.DocumentKey;
import dev.peatmesh.sync.internal.guard.ActorId;
import dev.peatmesh.sync.internal.guard.ChangeHash;
import dev.peatmesh.sync.internal.store.ChangeLog;
import dev.peatmesh.sync.internal.store.DocumentStore;
import dev.peatmesh.sync.internal.store.Recovery;
import dev.peatmesh.sync.internal.store.RecoverySink;
import dev.peatmesh.sync.internal.store.ReplicaState;
import dev.peatmesh.sync.internal.store.StoredChange;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The disk of one simulated host. It survives the host's crashes; what a crashed process had not
 * committed does not. It can fail, be full, or be read-only.
 */
public final class SimulatedDisk {
  private static final int ACTOR_BYTES = 16;

  private final SimulatedHost host;
  private final SeededRandom random;
  private final Map<DocumentKey, Document> documents = new LinkedHashMap<>();
  private @Nullable ReplicaState lastReplica;
  private @Nullable SimulatedStore open;
  private boolean stoppedCleanly = true;
  private long tornBytes;
  private int failuresDue;
  private boolean full;
  private boolean readOnly;

  /** An empty disk in that host. */
  public SimulatedDisk(SimulatedHost host) {
    this.host = host;
    random = host.time().random("disk of " + host);
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
    ActorId actor = lastReplica != null && stoppedCleanly ? lastReplica.actor() : newActor();
    long incarnation =
        Math.max(host.clock().millis(), lastReplica == null ? 0 : lastReplica.incarnation() + 1);
    ReplicaState replica = new ReplicaState(actor, incarnation, stoppedCleanly);
    lastReplica = replica;
    stoppedCleanly = false;
    SimulatedStore store = new SimulatedStore(this, replica);
    open = store;
    host.onCrash(() -> open = null);
    record("open " + actor + " " + incarnation);
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
    return documents.values().stream().mapToInt(document -> document.chunks.size()).sum();
  }

  /** Bytes of all changes and snapshots that are durable. */
  public long storedBytes() {
    return documents.values().stream().mapToLong(Document::bytes).sum();
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

  void commit(List<StoredChange> batch) {
    checkWritable("commit of " + batch.size() + " changes");
    write(batch);
  }

  void snapshot(DocumentKey key, byte[] saved, List<ChangeHash> covered) {
    checkWritable("snapshot of " + key);
    Document document = documents.computeIfAbsent(key, unseen -> new Document());
    document.snapshot = saved.clone();
    covered.forEach(document.chunks::remove);
    record("snapshot " + key + " " + saved.length + "B covers " + covered.size());
  }

  /** Power fails while a group is being written: it may be there, or not, or half and cut off. */
  void crashDuringCommit(List<StoredChange> batch) {
    int outcome = random.nextInt(3);
    if (outcome == 0) {
      write(batch);
    } else if (outcome == 1) {
      tornBytes = 1 + random.upTo(batch.stream().mapToLong(change -> change.chunk().size()).sum());
      record("torn " + tornBytes + "B of " + batch.size() + " changes");
    }
  }

  Recovery recover(RecoverySink sink) {
    documents.forEach(
        (key, document) -> {
          if (document.snapshot != null) {
            sink.snapshot(key, document.snapshot.clone());
          }
          document.chunks.values().forEach(chunk -> sink.change(key, chunk.clone()));
        });
    Recovery recovery = new Recovery(documents.size(), changes(), 0, tornBytes);
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

  private void write(List<StoredChange> batch) {
    long bytes = 0;
    for (StoredChange change : batch) {
      Document document = documents.computeIfAbsent(change.key(), unseen -> new Document());
      document.chunks.putIfAbsent(change.chunk().hash(), change.chunk().bytes());
      bytes += change.chunk().size();
    }
    record("commit " + batch.size() + " changes " + bytes + "B");
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
    byte[] bytes = new byte[ACTOR_BYTES];
    random.nextBytes(bytes);
    return ActorId.of(bytes);
  }

  /** What is durable of one document. */
  private static final class Document {
    private final Map<ChangeHash, byte[]> chunks = new LinkedHashMap<>();
    private byte @Nullable [] snapshot;

    long bytes() {
      long bytes = snapshot == null ? 0 : snapshot.length;
      for (byte[] chunk : chunks.values()) {
        bytes += chunk.length;
      }
      return bytes;
    }
  }
}
