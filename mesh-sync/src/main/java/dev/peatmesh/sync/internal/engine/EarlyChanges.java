package dev.peatmesh.sync.internal.engine;

import dev.peatmesh.sync.DocumentKey;
import dev.peatmesh.sync.internal.guard.ChangeChunk;
import dev.peatmesh.sync.internal.guard.ChangeHash;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Changes that came before what they stand on, of all documents. Bounded for each document and in
 * all: beyond a limit the oldest goes, and anti-entropy brings it again. Belongs to the document
 * loop.
 */
final class EarlyChanges {
  /** The most bytes kept waiting over all documents, 512 for each change included. */
  static final long BYTES_MAX = 64 << 20;

  /** The most bytes kept waiting for one document. */
  static final long DOCUMENT_BYTES_MAX = 16 << 20;

  /** About what a change costs besides its chunk. */
  private static final int OVERHEAD_BYTES = 512;

  private final Map<DocumentKey, Queue> documents = new LinkedHashMap<>();
  private long bytes;

  /** A change, who sent it, and one of the changes it waits for. */
  record Early(ChangeChunk chunk, PeerId source, ChangeHash missing) {
    long cost() {
      return (long) chunk.size() + OVERHEAD_BYTES;
    }
  }

  boolean contains(DocumentKey key, ChangeHash hash) {
    Queue queue = documents.get(key);
    return queue != null && queue.waiting.containsKey(hash);
  }

  void add(DocumentKey key, Early arrival) {
    Queue queue = documents.computeIfAbsent(key, unused -> new Queue());
    if (!queue.add(arrival)) {
      return;
    }
    bytes += arrival.cost();
    while (queue.bytes > DOCUMENT_BYTES_MAX && queue.waiting.size() > 1) {
      dropOldest(key, queue);
    }
    while (bytes > BYTES_MAX) {
      Map.Entry<DocumentKey, Queue> longest = documents.entrySet().iterator().next();
      dropOldest(longest.getKey(), longest.getValue());
    }
  }

  /** Takes out the changes that waited for this one; they may lack another still. */
  List<Early> release(DocumentKey key, ChangeHash arrived) {
    Queue queue = documents.get(key);
    if (queue == null) {
      return List.of();
    }
    long before = queue.bytes;
    List<Early> released = queue.release(arrived);
    bytes -= before - queue.bytes;
    forgetIfEmpty(key, queue);
    return released;
  }

  long bytes() {
    return bytes;
  }

  private void dropOldest(DocumentKey key, Queue queue) {
    bytes -= queue.dropOldest();
    forgetIfEmpty(key, queue);
  }

  private void forgetIfEmpty(DocumentKey key, Queue queue) {
    if (queue.waiting.isEmpty()) {
      documents.remove(key);
    }
  }

  /** Those of one document. */
  private static final class Queue {
    private final Map<ChangeHash, Early> waiting = new LinkedHashMap<>();
    private final Map<ChangeHash, List<ChangeHash>> byMissing = new HashMap<>();
    private long bytes;

    boolean add(Early arrival) {
      ChangeHash hash = arrival.chunk().hash();
      if (waiting.putIfAbsent(hash, arrival) != null) {
        return false;
      }
      byMissing.computeIfAbsent(arrival.missing(), missing -> new ArrayList<>()).add(hash);
      bytes += arrival.cost();
      return true;
    }

    List<Early> release(ChangeHash arrived) {
      List<ChangeHash> hashes = byMissing.remove(arrived);
      List<Early> released = new ArrayList<>();
      for (ChangeHash hash : hashes == null ? List.<ChangeHash>of() : hashes) {
        Early change = waiting.remove(hash);
        if (change != null) {
          bytes -= change.cost();
          released.add(change);
        }
      }
      return released;
    }

    long dropOldest() {
      Early oldest = waiting.values().iterator().next();
      ChangeHash hash = oldest.chunk().hash();
      waiting.remove(hash);
      bytes -= oldest.cost();
      @Nullable List<ChangeHash> siblings = byMissing.get(oldest.missing());
      if (siblings != null && siblings.remove(hash) && siblings.isEmpty()) {
        byMissing.remove(oldest.missing());
      }
      return oldest.cost();
    }
  }
}
