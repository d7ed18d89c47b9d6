package dev.peatmesh.sync.internal.store;

/**
 * What a compaction did.
 *
 * @param documents whose content was replaced by something shorter since the store was opened or
 *     last compacted: a snapshot, a mark, nothing
 * @param bytesBefore that the store took on the disk, its log included
 * @param bytesAfter that it takes now
 * @param rowsEncrypted rows that are encrypted under the current key now and were not before
 * @param done whether nothing is left to do; false after one step of several
 */
public record CompactionReport(
    long documents, long bytesBefore, long bytesAfter, long rowsEncrypted, boolean done) {
  /** This step and a later one as one. */
  CompactionReport then(CompactionReport later) {
    return new CompactionReport(
        documents + later.documents,
        bytesBefore,
        later.bytesAfter,
        rowsEncrypted + later.rowsEncrypted,
        later.done);
  }
}
