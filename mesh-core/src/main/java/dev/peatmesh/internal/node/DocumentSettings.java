package dev.peatmesh.internal.node;

import dev.peatmesh.sync.CollectionSettings;
import dev.peatmesh.sync.CompactionSettings;
import dev.peatmesh.sync.StoreKey;
import dev.peatmesh.sync.internal.guard.GuardLimits;
import dev.peatmesh.sync.internal.replica.SizeLimits;
import dev.peatmesh.sync.internal.replica.SyncSettings;
import dev.peatmesh.sync.internal.store.StoreLimits;
import dev.peatmesh.sync.internal.store.StoreSettings;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
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
    Map<String, CollectionSettings> collections,
    List<StoreKey> storeKeys) {
  /** Agreements with peers and the like are kept as notes. */
  private static final int NOTES_MAX = 10_000;

  public DocumentSettings {
    collections = Map.copyOf(collections);
    storeKeys = List.copyOf(storeKeys);
  }

  StoreSettings forStore(ByteBuffer device) {
    return new StoreSettings(device, new StoreLimits(journalEntriesMax, NOTES_MAX), storeKeys);
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
