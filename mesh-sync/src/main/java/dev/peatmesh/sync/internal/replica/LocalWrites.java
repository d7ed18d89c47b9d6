package dev.peatmesh.sync.internal.replica;

import dev.peatmesh.runtime.MeshException;
import dev.peatmesh.sync.DocumentEvent.Origin;
import dev.peatmesh.sync.DocumentKey;
import dev.peatmesh.sync.internal.engine.ChangeRef;
import dev.peatmesh.sync.internal.engine.SyncInput;
import dev.peatmesh.sync.internal.feed.JournalEntry;
import dev.peatmesh.sync.internal.guard.ChangeHash;
import dev.peatmesh.sync.internal.store.ChangeLog;
import dev.peatmesh.sync.internal.store.StoreWrite;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Writes of this node on their way: into the document, to the disk, and only then to peers and
 * listeners. When the disk refuses one, the document is taken back to what is durable. Belongs to
 * the document loop.
 */
final class LocalWrites {
  private final DocumentShelf shelf;
  private final DocumentWriter writer;
  private final OwnActor actor;
  private final Journal journal;
  private final ChangeLog log;
  private final Unsaved unsaved;
  private final Predicate<DocumentKey> admits;
  private final Consumer<SyncInput> engine;
  private final Consumer<OpenDocument> changed;
  private final NavigableSet<DocumentKey> underWay = new TreeSet<>();
  private boolean closed;

  /**
   * @param admits whether there is room for one more document of that name
   * @param changed hears of every document that a write has changed, once it is visible
   */
  LocalWrites(
      DocumentShelf shelf,
      DocumentWriter writer,
      OwnActor actor,
      Journal journal,
      ChangeLog log,
      Unsaved unsaved,
      Predicate<DocumentKey> admits,
      Consumer<SyncInput> engine,
      Consumer<OpenDocument> changed) {
    this.shelf = shelf;
    this.writer = writer;
    this.actor = actor;
    this.journal = journal;
    this.log = log;
    this.unsaved = unsaved;
    this.admits = admits;
    this.engine = engine;
    this.changed = changed;
  }

  /**
   * A write that is durable.
   *
   * @param heads of the document after it
   * @param refs what to ask other nodes for
   */
  record Written(DocumentKey key, boolean changed, List<ChangeHash> heads, List<ChangeRef> refs) {}

  /** Documents with writes that are not durable: no index knows of them yet. */
  NavigableSet<DocumentKey> underWay() {
    return underWay;
  }

  /** Edits a document. The future completes on this loop, once the write is durable. */
  void write(DocumentKey key, DocumentEdit edit, CompletableFuture<Written> done) {
    if (!admits.test(key)) {
      throw new MeshException.Refused(
          "documentsMax: there is no room for "
              + key
              + ". Raise the limit, delete documents, or use fewer collections.");
    }
    OpenDocument document = shelf.document(key);
    List<ChangeHash> before = document.tips();
    DocumentWriter.Step step = writer.apply(document, edit);
    if (step == null) {
      settle(document, done);
      return;
    }
    shelf.resized(document);
    underWay.add(key);
    long event = journal.begin();
    JournalEntry entry =
        journal.entry(
            event, key, document.absent(), Origin.LOCAL, actor.current(), before, document.tips());
    List<StoreWrite> batch = new ArrayList<>(unsaved.waitingFor(key));
    batch.addAll(actor.unstored());
    batch.addAll(step.writes(event));
    batch.addAll(document.storedExpiry().changedTo(document.expiresMillis()));
    batch.add(Journal.stored(entry));
    Written written = new Written(key, true, document.tips(), step.refs());
    log.append(
        batch,
        failure -> {
          if (failure == null && (closed || step.isCurrent())) {
            actor.stored(batch);
            unsaved.storedWith(batch);
            try {
              published(document, step, entry);
            } finally {
              done.complete(written);
            }
          } else {
            journal.abandon(event);
            failed(document, step, failure, done);
          }
        });
  }

  /** Who has read the document meanwhile has seen what is not so any more: an event says so. */
  private void tellTakenBack(OpenDocument document) {
    JournalEntry entry =
        journal.entry(
            journal.begin(),
            document.key(),
            document.absent(),
            Origin.LOCAL,
            actor.current(),
            document.tips(),
            document.tips());
    journal.tell(entry);
  }

  /** Nobody is told any more; what becomes durable from here on is only acknowledged. */
  void close() {
    closed = true;
  }

  /** Nothing to do, but the state it found may still be on its way to the disk: wait for that. */
  private void settle(OpenDocument document, CompletableFuture<Written> done) {
    Written written =
        new Written(document.key(), false, document.tips(), DocumentWriter.refs(document));
    if (document.settled()) {
      done.complete(written);
      return;
    }
    log.append(
        List.of(),
        failure -> {
          if (failure == null) {
            done.complete(written);
          } else {
            done.completeExceptionally(failure);
          }
        });
  }

  private void published(OpenDocument document, DocumentWriter.Step step, JournalEntry entry) {
    if (closed) {
      return; // It is on the disk, and there is nobody left to tell.
    }
    List<SyncInput> inputs = step.published(entry.sequence());
    if (document.settled()) {
      underWay.remove(document.key());
    }
    unsaved.storeWorks();
    inputs.forEach(engine);
    journal.tell(entry);
    changed.accept(document);
  }

  private void failed(
      OpenDocument document,
      DocumentWriter.Step step,
      MeshException.@Nullable StoreFailure failure,
      CompletableFuture<Written> done) {
    MeshException.StoreFailure cause =
        failure != null
            ? failure
            : new MeshException.StoreFailure(
                "change("
                    + document.key()
                    + "): an earlier change of it could not be stored. Try again.",
                null);
    try {
      if (!closed && step.isCurrent()) {
        // The disk may hold what it said it did not: its numbers must not be used again.
        actor.renew();
        step.rollBack();
        underWay.remove(document.key());
        shelf.resized(document);
        changed.accept(document); // What was seen of the write meanwhile is not so any more.
        tellTakenBack(document);
        shelf.dropIfBlank(document);
        unsaved.storeFails(cause);
      }
    } finally {
      done.completeExceptionally(cause);
    }
  }
}
