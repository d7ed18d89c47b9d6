package dev.peatmesh.sync.internal.latest;

import dev.peatmesh.sync.Counter;

/** A counter at the top of a document under edit: it stays the one it is, and has more. */
final class DraftCounter {
  private final long before;
  private long added;

  DraftCounter(Counter counter) {
    this.before = counter.value();
  }

  long value() {
    return before + added;
  }

  long added() {
    return added;
  }

  /** Wraps, like Automerge's addition. */
  void add(long by) {
    added += by;
  }
}
