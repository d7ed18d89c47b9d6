package dev.peatmesh.sync.internal.replica;

import dev.peatmesh.sync.internal.guard.ChangeChunk;
import dev.peatmesh.sync.internal.store.ChangeLog;
import dev.peatmesh.sync.internal.store.DocumentSnapshot;
import dev.peatmesh.sync.internal.store.StoredHead;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/** Packs the changes of documents into snapshots. Belongs to the document loop. */
final class Snapshots {
  private final ChangeLog log;
  private final LooseDocuments loose;

  Snapshots(ChangeLog log, LooseDocuments loose) {
    this.log = log;
    this.loose = loose;
  }

  /** Packs when so much has come that it pays. */
  void ifDue(HistoryDocument document) {
    if (document.closable() && document.size().snapshotDue()) {
      take(document);
    }
  }

  /** Packs when opening the document again would cost more than packing it now. */
  void beforeClose(OpenDocument document) {
    if (document instanceof HistoryDocument history) {
      if (history.size().snapshotDueAtClose()) {
        take(history);
      }
      loose.closing(history);
    }
  }

  /**
   * Packs the document, all of whose changes are durable.
   *
   * @return how many bytes it takes now; empty when it stays as it is
   */
  Optional<Long> take(HistoryDocument document) {
    List<ChangeChunk> all = document.graph().all();
    Optional<byte[]> saved = document.loadableSave();
    if (saved.isEmpty()) {
      document.size().snapshotFailed(all.size());
      return Optional.empty();
    }
    log.snapshot(
        new DocumentSnapshot(
            document.key(),
            ByteBuffer.wrap(saved.get()),
            heads(document),
            all.stream().map(ChangeChunk::hash).toList(),
            document.sequence()));
    document.size().snapshotTaken(saved.get().length, all.size());
    return Optional.of((long) saved.get().length);
  }

  private static List<StoredHead> heads(HistoryDocument document) {
    return document.graph().heads().stream()
        .map(head -> StoredHead.of(document.required(head)))
        .toList();
  }
}
