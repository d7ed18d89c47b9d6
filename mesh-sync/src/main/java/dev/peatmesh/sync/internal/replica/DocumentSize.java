package dev.peatmesh.sync.internal.replica;

import java.util.function.LongSupplier;

/**
 * How large one document with history is as it is saved: what the last save came to, and the
 * changes since. That is more than a new save would come to, so it is measured anew before anything
 * is refused; what was measured stands until something changes. Belongs to the document loop.
 */
final class DocumentSize {
  /** A snapshot rewrites the document; doubling keeps that a constant cost per change. */
  private static final int SNAPSHOT_CHUNKS_MIN = 1_000;

  /** Less than this is not worth a new measurement. */
  private static final int MEASURE_BYTES = 4_096;

  /** Opening a document with more loose changes than this costs more than packing them once. */
  private static final int EVICTION_CHUNKS_MIN = 256;

  private long savedBytes;
  private int savedChanges;
  private long looseBytes;
  private int looseChunks;
  private boolean measured;
  private long measuredBytes;
  private long grownSince;

  /** A snapshot with that many changes lies in the store, and so much beside it. */
  static DocumentSize opened(long snapshotBytes, int changesInside) {
    DocumentSize size = new DocumentSize();
    size.savedBytes = snapshotBytes;
    size.savedChanges = changesInside;
    return size;
  }

  /** One more change. */
  void grew(int bytes) {
    looseBytes += bytes;
    looseChunks++;
    grownSince += bytes;
  }

  /** A snapshot took the place of all changes. */
  void snapshotTaken(long bytes, int changes) {
    savedBytes = bytes;
    savedChanges = changes;
    looseBytes = 0;
    looseChunks = 0;
    measure(bytes);
  }

  /** A snapshot was not possible: not worth trying again before as much has come once more. */
  void snapshotFailed(int changes) {
    savedChanges = changes;
    looseChunks = 0;
  }

  /** At most so large. */
  long estimate() {
    return measured ? measuredBytes + grownSince : savedBytes + looseBytes;
  }

  /**
   * Whether the document stays within the limit when so much is added; saves it to know, if need
   * be.
   */
  boolean fits(long added, long limit, LongSupplier saved) {
    if (estimate() + added <= limit) {
      return true;
    }
    if (!measured || grownSince >= MEASURE_BYTES) {
      measure(saved.getAsLong());
    }
    return estimate() + added <= limit;
  }

  /** Bytes of changes outside of the snapshot. */
  long looseBytes() {
    return looseBytes;
  }

  /** Whether enough has come since the last snapshot to pay for another. */
  boolean snapshotDue() {
    return looseChunks >= Math.max(SNAPSHOT_CHUNKS_MIN, savedChanges);
  }

  /** Whether packing pays before the document is closed. */
  boolean snapshotDueAtClose() {
    return looseChunks >= Math.max(EVICTION_CHUNKS_MIN, savedChanges / 2);
  }

  private void measure(long bytes) {
    measured = true;
    measuredBytes = bytes;
    grownSince = 0;
  }
}
