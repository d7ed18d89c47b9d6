package dev.peatmesh.sync.internal.replica;

import dev.peatmesh.sync.DocumentKey;

/** A document in memory that can be closed and opened again from the store. */
interface OpenDocument extends AutoCloseable {
  /** Which one. */
  DocumentKey key();

  /** About how much memory it takes, in and outside of the heap. */
  long bytes();

  /** Whether the store holds all of it and nothing waits for it: only then it may be closed. */
  boolean closable();

  @Override
  void close();
}
