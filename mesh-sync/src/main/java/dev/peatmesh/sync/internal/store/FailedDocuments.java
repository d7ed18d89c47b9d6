package dev.peatmesh.sync.internal.store;

import dev.peatmesh.runtime.MeshException;
import dev.peatmesh.sync.DocumentKey;
import dev.peatmesh.sync.internal.store.CommitQueue.Append;
import dev.peatmesh.sync.internal.store.CommitQueue.Compaction;
import dev.peatmesh.sync.internal.store.CommitQueue.Entry;
import dev.peatmesh.sync.internal.store.CommitQueue.Snapshot;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which documents had an append fail that the caller, when it handed over an entry, did not know
 * of. Not thread-safe.
 *
 * <p>Failures are numbered. Every entry bears the number of the failure that its caller had been
 * told last; an entry for a document whose failure has a higher number builds on what was lost, and
 * is lost with it. Entries come in order, so the first one that knows of the latest failure shows
 * that nobody is left who does not: all is forgotten. That bounds this map by the queue.
 */
final class FailedDocuments {
  private final Map<DocumentKey, Failed> failed = new HashMap<>();
  private long latest;

  /** To be called with each entry, or the first of a group of them, when its turn has come. */
  void turnOf(Entry entry) {
    if (entry.failuresTold() >= latest) {
      failed.clear();
    }
  }

  /** The failure that this entry builds on; null when it can be stored. */
  MeshException.@Nullable StoreFailure under(Entry entry) {
    if (failed.isEmpty()) {
      return null;
    }
    if (entry instanceof Snapshot snapshot) {
      return untold(snapshot.snapshot().key(), entry);
    }
    if (entry instanceof Append append) {
      for (StoreWrite write : append.writes()) {
        MeshException.StoreFailure failure = untold(write.document(), entry);
        if (failure != null) {
          return failure;
        }
      }
      return null;
    }
    if (entry instanceof Compaction) {
      return null;
    }
    throw new AssertionError("unhandled " + entry);
  }

  /**
   * Notes that the append was lost; returns the number of its failure. A document that is lost
   * already keeps its first number: once that is told, the caller has taken all of it back.
   */
  long add(Append append, MeshException.StoreFailure failure) {
    long number = latest + 1;
    boolean any = false;
    for (StoreWrite write : append.writes()) {
      DocumentKey key = write.document();
      if (key != null && untold(key, append) == null) {
        failed.put(key, new Failed(number, failure));
        any = true;
      }
    }
    latest = any ? number : latest;
    return any ? number : 0;
  }

  private MeshException.@Nullable StoreFailure untold(@Nullable DocumentKey key, Entry entry) {
    Failed before = key == null ? null : failed.get(key);
    return before != null && before.number() > entry.failuresTold() ? before.failure() : null;
  }

  private record Failed(long number, MeshException.StoreFailure failure) {}
}
