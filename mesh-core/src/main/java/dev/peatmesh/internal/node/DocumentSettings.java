package dev.peatmesh.internal.node;

import dev.peatmesh.sync.CollectionSettings;
import dev.peatmesh.sync.CompactionSettings;
import dev.peatmesh.sync.internal.guard.GuardLimits;
import dev.peatmesh.sync.internal.replica.SizeLimits;
import dev.peatmesh.sync.internal.replica.SyncSettings;
import java.time.Duration;
import java.util.Map;

/** What a builder was told about documents, checked. */
public record DocumentSettings(
    int documentsMax,
    long documentBytesWarn,
    long documentBytesMax,
    long openDocumentBytesMax,
    Duration tombstoneRetention,
    int journalEntriesMax,
    CompactionSettings compaction,
    Map<String, CollectionSettings> collections) {
  public DocumentSettings {
    collections = Map.copyOf(collections);
  }

  SyncSettings forDocuments() {
    return new SyncSettings(
        documentsMax,
        new SizeLimits(documentBytesWarn, documentBytesMax),
        openDocumentBytesMax,
        tombstoneRetention,
        journalEntriesMax,
        compaction,
        collections,
        GuardLimits.DEFAULT);
  }
}
