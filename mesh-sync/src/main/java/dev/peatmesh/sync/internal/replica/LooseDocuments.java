package dev.peatmesh.sync.internal.replica;

import dev.peatmesh.sync.CompactionSettings;
import dev.peatmesh.sync.DocumentKey;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Which documents have so many bytes of single changes on the disk that packing them gives space
 * back. Of those that are closed it remembers the names. Belongs to the document loop.
 */
final class LooseDocuments {
  private final CompactionSettings settings;
  private final Set<DocumentKey> closed = new LinkedHashSet<>();

  LooseDocuments(CompactionSettings settings) {
    this.settings = settings;
  }

  /** A stored document of so many bytes may be one; opening it will tell. */
  void recovered(DocumentKey key, long storedBytes) {
    if (storedBytes >= settings.thresholdBytes() && settings.covers(key.collection())) {
      closed.add(key);
    }
  }

  /** The document is about to be closed. */
  void closing(HistoryDocument document) {
    if (isLoose(document)) {
      closed.add(document.key());
    }
  }

  /** Nothing is left of the document. */
  void dropped(DocumentKey key) {
    closed.remove(key);
  }

  /** Whether packing the open document gives space back. */
  boolean isLoose(HistoryDocument document) {
    long loose = document.size().looseBytes();
    return loose > 0
        && loose >= settings.thresholdBytes()
        && settings.covers(document.key().collection());
  }

  /** The documents to look at: those that are open, and those that were worth it when closed. */
  List<DocumentKey> take(List<OpenDocument> open) {
    Set<DocumentKey> candidates = new LinkedHashSet<>(closed);
    closed.clear();
    for (OpenDocument document : open) {
      if (document instanceof HistoryDocument history && isLoose(history)) {
        candidates.add(document.key());
      }
    }
    return List.copyOf(candidates);
  }
}
