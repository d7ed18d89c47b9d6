package dev.peatmesh;

import dev.peatmesh.sync.CollectionSettings;
import dev.peatmesh.sync.CompactionSettings;
import dev.peatmesh.sync.DocumentKey;
import dev.peatmesh.sync.StoreKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a builder was told about documents. Not thread-safe. */
final class DocumentChoice {
  private static final Duration RETENTION_MIN = Duration.ofMinutes(1);
  private static final Duration RETENTION_MAX = Duration.ofDays(3_650);
  private static final long OPEN_BYTES_MIN = 1L << 20;
  private static final long DOCUMENT_BYTES_MIN = 1_024;

  /** Larger ones could not travel: a change is bounded, and so is what a peer inflates. */
  private static final long DOCUMENT_BYTES_MAX = 64L << 20;

  /** An event takes some 500 bytes of the heap. */
  private static final int JOURNAL_MAX = 1_000_000;

  private final Map<String, CollectionSettings> collections = new LinkedHashMap<>();
  int documentsMax = 1_000_000;
  long documentBytesWarn = 256 << 10;
  long documentBytesMax = 5 << 20;
  long openDocumentBytesMax = 128 << 20;
  Duration tombstoneRetention = Duration.ofDays(7);
  int journalEntriesMax = 10_000;
  CompactionSettings compaction = CompactionSettings.DEFAULT;
  List<StoreKey> storeKeys = List.of();

  void storeKeys(StoreKey current, StoreKey... older) {
    List<StoreKey> keys = new ArrayList<>(List.of(older));
    keys.add(0, current);
    storeKeys = List.copyOf(keys);
  }

  void collection(String name, CollectionSettings settings) {
    collections.put(name, settings);
  }

  Map<String, CollectionSettings> collections() {
    return Map.copyOf(collections);
  }

  /** One line per setting that cannot work. */
  void check(List<String> problems, boolean onDisk) {
    Bounds bounds = new Bounds(problems);
    bounds.check("documentsMax", documentsMax, 1, Integer.MAX_VALUE);
    bounds.check("documentBytesMax", documentBytesMax, DOCUMENT_BYTES_MIN, DOCUMENT_BYTES_MAX);
    bounds.check("documentBytesWarn", documentBytesWarn, 0L, DOCUMENT_BYTES_MAX);
    if (documentBytesWarn > documentBytesMax) {
      problems.add(
          "documentBytesWarn("
              + documentBytesWarn
              + "): is above documentBytesMax("
              + documentBytesMax
              + "), so that nobody would be warned. Lower it, or raise the other.");
    }
    bounds.check("openDocumentBytesMax", openDocumentBytesMax, OPEN_BYTES_MIN, Long.MAX_VALUE);
    bounds.check("tombstoneRetention", tombstoneRetention, RETENTION_MIN, RETENTION_MAX);
    bounds.check("journalEntriesMax", journalEntriesMax, 1, JOURNAL_MAX);
    collections.keySet().forEach(name -> checkName(problems, name));
    if (storeKeys.stream().map(StoreKey::id).distinct().count() < storeKeys.size()) {
      problems.add(
          "storeKey("
              + storeKeys
              + "): two keys have one id. Give each key an id of its own, for good.");
    }
    if (!storeKeys.isEmpty() && !onDisk) {
      problems.add(
          "storeKey("
              + storeKeys.get(0).id()
              + "): there is nothing to encrypt without dataDirectory. Set that, or no key.");
    }
  }

  private static void checkName(List<String> problems, String name) {
    try {
      DocumentKey unused = new DocumentKey(name, "id");
    } catch (IllegalArgumentException bad) {
      problems.add(String.valueOf(bad.getMessage()));
    }
  }
}
