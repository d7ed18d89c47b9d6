package dev.peatmesh.sync.internal.engine;

import dev.peatmesh.sync.internal.guard.ChangeChunk;
import dev.peatmesh.sync.internal.guard.ChangeHash;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Changes of one document that came before what they stand on. Bounded: beyond the limit the oldest
 * goes, and anti-entropy brings it again.
 */
final class PendingChanges {
  /** The most changes kept waiting per document. */
  static final int CHANGES_MAX = 10_000;

  /** The most bytes of changes kept waiting per document. */
  static final int BYTES_MAX = 16 << 20;

  private final Map<ChangeHash, Waiting> waiting = new LinkedHashMap<>();
  private final Map<ChangeHash, List<ChangeHash>> byMissing = new HashMap<>();
  private long bytes;

  /** A change, who sent it, and one of the changes it waits for. */
  record Waiting(ChangeChunk chunk, PeerId source, ChangeHash missing) {}

  boolean contains(ChangeHash hash) {
    return waiting.containsKey(hash);
  }

  void add(Waiting arrival) {
    ChangeHash hash = arrival.chunk().hash();
    if (waiting.putIfAbsent(hash, arrival) != null) {
      return;
    }
    byMissing.computeIfAbsent(arrival.missing(), missing -> new ArrayList<>()).add(hash);
    bytes += arrival.chunk().size();
    while (waiting.size() > CHANGES_MAX || (bytes > BYTES_MAX && waiting.size() > 1)) {
      drop(waiting.values().iterator().next());
    }
  }

  /** Takes out the changes that waited for this one; they may lack another still. */
  List<Waiting> release(ChangeHash arrived) {
    List<ChangeHash> hashes = byMissing.remove(arrived);
    if (hashes == null) {
      return List.of();
    }
    List<Waiting> released = new ArrayList<>(hashes.size());
    for (ChangeHash hash : hashes) {
      Waiting change = waiting.remove(hash);
      if (change != null) {
        bytes -= change.chunk().size();
        released.add(change);
      }
    }
    return released;
  }

  private void drop(Waiting oldest) {
    ChangeHash hash = oldest.chunk().hash();
    waiting.remove(hash);
    bytes -= oldest.chunk().size();
    List<ChangeHash> siblings = byMissing.get(oldest.missing());
    if (siblings != null && siblings.remove(hash) && siblings.isEmpty()) {
      byMissing.remove(oldest.missing());
    }
  }
}
