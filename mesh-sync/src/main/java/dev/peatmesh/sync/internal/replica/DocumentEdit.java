package dev.peatmesh.sync.internal.replica;

import dev.peatmesh.sync.MapEditor;
import dev.peatmesh.sync.internal.guard.ChangeChunk;
import dev.peatmesh.sync.internal.guard.ChangeHash;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** What an application, or this node itself, wants done to a document. */
sealed interface DocumentEdit {
  /** Make it equal to the value. */
  record Put(Map<String, ?> value) implements DocumentEdit {}

  /** Run the edit. */
  record Change(Consumer<? super MapEditor> edit) implements DocumentEdit {}

  /** Delete it, if it exists. */
  record Delete() implements DocumentEdit {}

  /** Delete it, if nothing has happened to it since it had these heads. */
  record DeleteUnchanged(List<ChangeHash> heads) implements DocumentEdit {
    public DeleteUnchanged {
      heads = List.copyOf(heads);
    }
  }

  /** Delete it, if it exists and its time to live is over. */
  record DeleteExpired() implements DocumentEdit {}

  /**
   * Take in changes of other programs, each after those it stands on.
   *
   * @param bytes what they take together as a saved document
   */
  record Import(List<ChangeChunk> changes, long bytes) implements DocumentEdit {
    public Import {
      changes = List.copyOf(changes);
    }
  }

  /** Let it expire after that time, or later if somebody else says so. */
  record Expire(Duration after) implements DocumentEdit {}
}
