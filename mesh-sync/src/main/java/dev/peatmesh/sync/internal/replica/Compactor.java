package dev.peatmesh.sync.internal.replica;

import dev.peatmesh.runtime.Loop;
import dev.peatmesh.runtime.MeshException;
import dev.peatmesh.sync.CompactionReport;
import dev.peatmesh.sync.DocumentKey;
import dev.peatmesh.sync.internal.engine.SyncInput;
import dev.peatmesh.sync.internal.reconcile.DocumentIndex;
import dev.peatmesh.sync.internal.store.ChangeLog;
import dev.peatmesh.sync.internal.store.CompactionRequest;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives space back: packs documents that have many single changes, lets the engine collect
 * tombstones, and has the store give its free pages back. Belongs to the document loop; looks at a
 * few documents at a time.
 */
final class Compactor {
  private static final Logger LOG = LoggerFactory.getLogger(Compactor.class);

  private final Loop loop;
  private final SyncSettings settings;
  private final DocumentShelf shelf;
  private final DocumentIndex index;
  private final Snapshots snapshots;
  private final LooseDocuments loose;
  private final ChangeLog log;
  private final Consumer<SyncInput> engine;
  private final List<CompletableFuture<CompactionReport>> asked = new ArrayList<>();
  private boolean running;
  private int collected;
  private boolean closed;

  Compactor(
      Loop loop,
      SyncSettings settings,
      DocumentShelf shelf,
      DocumentIndex index,
      Snapshots snapshots,
      LooseDocuments loose,
      ChangeLog log,
      Consumer<SyncInput> engine) {
    this.loop = loop;
    this.settings = settings;
    this.shelf = shelf;
    this.index = index;
    this.snapshots = snapshots;
    this.loose = loose;
    this.log = log;
    this.engine = engine;
  }

  /** Runs by itself from now on, if it is to. */
  void start() {
    if (settings.compaction().enabled()) {
      loop.schedule(
          settings.compaction().interval(),
          () -> {
            if (!closed) {
              run(new CompletableFuture<>());
              start();
            }
          });
    }
  }

  /** Runs once; those who ask while it runs get the report of the same run. */
  void run(CompletableFuture<CompactionReport> done) {
    asked.add(done);
    if (!running) {
      running = true;
      collected = 0;
      engine.accept(new SyncInput.Housekeep());
      loop.execute(() -> pack(loose.take(shelf.all()).iterator(), 0));
    }
  }

  /** A deleted document has given up its content. */
  void collected() {
    collected++;
  }

  /** The mesh ends. */
  void close() {
    closed = true;
    List<CompletableFuture<CompactionReport>> unanswered = List.copyOf(asked);
    asked.clear();
    unanswered.forEach(
        each ->
            each.completeExceptionally(
                new MeshException.Closed("mesh: was closed while it was compacted.")));
  }

  /** One document at a time: others have their turn in between. */
  private void pack(Iterator<DocumentKey> candidates, int packedBefore) {
    if (closed) {
      return;
    }
    int packed = packedBefore + (candidates.hasNext() && pack(candidates.next()) ? 1 : 0);
    shelf.tidy();
    if (candidates.hasNext()) {
      loop.execute(() -> pack(candidates, packed));
    } else {
      log.compact(CompactionRequest.DEFAULT, stored -> finish(packed, stored), this::fail);
    }
  }

  private boolean pack(DocumentKey key) {
    if (index.get(key) == null) {
      return false;
    }
    try {
      return shelf.document(key) instanceof HistoryDocument document
          && document.closable()
          && loose.isLoose(document)
          && snapshots.take(document).isPresent();
    } catch (MeshException.StoreFailure unreadable) {
      LOG.atWarn().setCause(unreadable).addKeyValue("document", key).log("document not packed");
      return false;
    }
  }

  private void fail(MeshException.StoreFailure failure) {
    running = false;
    List<CompletableFuture<CompactionReport>> unanswered = List.copyOf(asked);
    asked.clear();
    unanswered.forEach(each -> each.completeExceptionally(failure));
  }

  private void finish(int packed, dev.peatmesh.sync.internal.store.CompactionReport stored) {
    running = false;
    CompactionReport report =
        new CompactionReport(packed, collected, stored.bytesBefore(), stored.bytesAfter());
    if (report.didSomething()) {
      LOG.atInfo()
          .addKeyValue("documents", report.documents())
          .addKeyValue("tombstones", report.tombstones())
          .addKeyValue("bytesBefore", report.bytesBefore())
          .addKeyValue("bytesAfter", report.bytesAfter())
          .log("compacted");
    }
    List<CompletableFuture<CompactionReport>> answered = List.copyOf(asked);
    asked.clear();
    answered.forEach(each -> each.complete(report));
  }
}
