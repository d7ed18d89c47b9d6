package dev.peatmesh.sync.internal.replica;

import dev.peatmesh.sync.CollectionSettings;
import dev.peatmesh.sync.CompactionSettings;
import dev.peatmesh.sync.internal.guard.GuardLimits;
import java.time.Duration;
import java.util.Map;

/**
 * The bounds of the document part, and how collections are kept.
 *
 * @param documentsMax the most documents of all collections together
 * @param limits how large one document may become
 * @param openBytesMax how many bytes of documents stay open; what is under way may exceed it
 * @param tombstoneRetention how long a deleted document is remembered
 * @param journalEntriesMax how many events are kept for subscribers that resume
 * @param compaction when space is given back
 * @param collections settings of single collections; the others have their defaults
 * @param guard bounds of one change, own or others'
 */
public record SyncSettings(
    int documentsMax,
    SizeLimits limits,
    long openBytesMax,
    Duration tombstoneRetention,
    int journalEntriesMax,
    CompactionSettings compaction,
    Map<String, CollectionSettings> collections,
    GuardLimits guard) {
  /** What a mesh has whose builder was not told otherwise. */
  public static final SyncSettings DEFAULT =
      new SyncSettings(
          1_000_000,
          SizeLimits.DEFAULT,
          128 << 20,
          Duration.ofDays(7),
          10_000,
          CompactionSettings.DEFAULT,
          Map.of(),
          GuardLimits.DEFAULT);

  public SyncSettings {
    collections = Map.copyOf(collections);
  }

  /** How the documents of that collection are kept. */
  public CollectionSettings collection(String name) {
    CollectionSettings chosen = collections.get(name);
    return chosen != null ? chosen : CollectionSettings.forCollection(name);
  }

  /** The same with another bound on open documents. */
  public SyncSettings withOpenBytesMax(long bytes) {
    return new SyncSettings(
        documentsMax,
        limits,
        bytes,
        tombstoneRetention,
        journalEntriesMax,
        compaction,
        collections,
        guard);
  }

  /** The same with other bounds on one document. */
  public SyncSettings withLimits(SizeLimits other) {
    return new SyncSettings(
        documentsMax,
        other,
        openBytesMax,
        tombstoneRetention,
        journalEntriesMax,
        compaction,
        collections,
        guard);
  }

  /** The same with another time for which deletes are remembered. */
  public SyncSettings withTombstoneRetention(Duration retention) {
    return new SyncSettings(
        documentsMax,
        limits,
        openBytesMax,
        retention,
        journalEntriesMax,
        compaction,
        collections,
        guard);
  }

  /** The same with another length of the journal. */
  public SyncSettings withJournalEntriesMax(int entries) {
    return new SyncSettings(
        documentsMax,
        limits,
        openBytesMax,
        tombstoneRetention,
        entries,
        compaction,
        collections,
        guard);
  }

  /** The same with another compaction. */
  public SyncSettings withCompaction(CompactionSettings other) {
    return new SyncSettings(
        documentsMax,
        limits,
        openBytesMax,
        tombstoneRetention,
        journalEntriesMax,
        other,
        collections,
        guard);
  }

  /** The same with these settings of single collections. */
  public SyncSettings withCollections(Map<String, CollectionSettings> others) {
    return new SyncSettings(
        documentsMax,
        limits,
        openBytesMax,
        tombstoneRetention,
        journalEntriesMax,
        compaction,
        others,
        guard);
  }

  /** The same with room for another number of documents. */
  public SyncSettings withDocumentsMax(int documents) {
    return new SyncSettings(
        documents,
        limits,
        openBytesMax,
        tombstoneRetention,
        journalEntriesMax,
        compaction,
        collections,
        guard);
  }
}
