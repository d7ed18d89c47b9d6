package dev.peatmesh.sync.internal.store;

import dev.peatmesh.sync.internal.feed.JournalEntry;

/** Told what a store holds while it opens. Not to call the store back. */
public interface RecoverySink {
  /** One document; each once. */
  void document(RecoveredDocument document);

  /** One entry of the journal; in the order of their numbers. */
  void journal(JournalEntry entry);

  /** One note; each once. */
  void note(String name, String value);
}
