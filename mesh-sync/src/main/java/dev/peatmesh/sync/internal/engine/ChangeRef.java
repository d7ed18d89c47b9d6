package dev.peatmesh.sync.internal.engine;

import dev.peatmesh.sync.internal.guard.ActorId;
import dev.peatmesh.sync.internal.guard.ChangeHash;

/** Names one write, so that one node can ask another whether it has it. */
public sealed interface ChangeRef {
  /** A change of a document with history. */
  record Hash(ChangeHash hash) implements ChangeRef {}

  /**
   * A write to a document without history: its author's counter in that document. Whoever has a
   * later state of the document has it, too, though nothing of it may be left to see.
   */
  record Dot(ActorId actor, long counter) implements ChangeRef {
    public Dot {
      if (counter < 1) {
        throw new IllegalArgumentException(
            "counter(" + counter + "): is below 1. Writes are counted from 1.");
      }
    }
  }
}
