package dev.peatmesh.sync;

/** What the documents of a collection keep and send. */
public enum SyncMode {
  /**
   * Every change, as an Automerge document: nested maps, lists, texts and counters merge, and a
   * document grows with its history. For what is written by hand or must be accounted for.
   */
  FULL_HISTORY,

  /**
   * The present state and no history: a document never grows beyond its content, however often it
   * is written. Concurrent updates of different top-level fields both survive; of one field one
   * wins, the same everywhere. For telemetry.
   */
  LATEST_ONLY
}
