package dev.peatmesh.sync;

/**
 * What one run of the compaction did on this node.
 *
 * @param documents how many documents were packed into a snapshot
 * @param tombstones how many deleted documents gave up their history
 * @param bytesBefore bytes on the disk of those documents before
 * @param bytesAfter bytes on the disk of those documents after
 */
public record CompactionReport(int documents, int tombstones, long bytesBefore, long bytesAfter) {
  /** Nothing was to be done. */
  public static final CompactionReport NOTHING = new CompactionReport(0, 0, 0, 0);

  /** Whether anything was done. */
  public boolean didSomething() {
    return documents > 0 || tombstones > 0;
  }
}
