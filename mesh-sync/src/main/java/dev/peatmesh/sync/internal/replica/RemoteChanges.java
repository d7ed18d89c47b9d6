package dev.peatmesh.sync.internal.replica;

import dev.peatmesh.sync.DocumentEvent.Origin;
import dev.peatmesh.sync.DocumentKey;
import dev.peatmesh.sync.internal.engine.SyncEffect;
import dev.peatmesh.sync.internal.engine.SyncInput;
import dev.peatmesh.sync.internal.feed.JournalEntry;
import dev.peatmesh.sync.internal.guard.ActorId;
import dev.peatmesh.sync.internal.guard.ChangeChunk;
import dev.peatmesh.sync.internal.guard.ChangeHash;
import dev.peatmesh.sync.internal.reconcile.DocumentFacts;
import dev.peatmesh.sync.internal.store.StoreWrite;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * What other nodes wrote, on its way from the document, where it is already, to listeners and to
 * the disk. Belongs to the document loop.
 */
final class RemoteChanges {
  private final DocumentShelf shelf;
  private final OwnActor actor;
  private final Journal journal;
  private final Unsaved unsaved;
  private final Consumer<SyncInput> engine;
  private final Consumer<OpenDocument> changed;

  /**
   * @param changed hears of every document that another node has changed
   */
  RemoteChanges(
      DocumentShelf shelf,
      OwnActor actor,
      Journal journal,
      Unsaved unsaved,
      Consumer<SyncInput> engine,
      Consumer<OpenDocument> changed) {
    this.shelf = shelf;
    this.actor = actor;
    this.journal = journal;
    this.unsaved = unsaved;
    this.engine = engine;
    this.changed = changed;
  }

  void applied(SyncEffect.Applied applied) {
    DocumentKey key = applied.key();
    List<ChangeChunk> chunks = applied.chunks();
    long event = applied.facts().sequence();
    HistoryDocument document = shelf.history(key);
    document.received(chunks);
    List<StoreWrite> writes = new ArrayList<>(chunks.size() + 2);
    for (ChangeChunk chunk : chunks) {
      writes.add(new StoreWrite.Change(key, chunk, event));
      if (chunk.actor().equals(actor.current())) {
        actor.forgotten(key);
      }
    }
    ActorId author = chunks.get(chunks.size() - 1).actor();
    JournalEntry entry = entry(document, applied.oldHeads(), applied.facts(), author);
    writes.add(Journal.stored(entry));
    ExpiryTold expiry = new ExpiryTold(document, applied.facts().expiresMillis());
    keep(document, event, chunks.size(), () -> expiry.beside(writes));
    journal.tell(entry);
    changed.accept(document);
  }

  void merged(SyncEffect.Merged merged) {
    DocumentKey key = merged.key();
    long event = merged.facts().sequence();
    LatestReplica document = shelf.latest(key);
    ActorId author = document.published().lastAuthor().orElse(actor.current());
    JournalEntry entry = entry(document, merged.oldHeads(), merged.facts(), author);
    ExpiryTold expiry = new ExpiryTold(document, merged.facts().expiresMillis());
    keep(
        document,
        event,
        1,
        () -> expiry.beside(List.of(document.stored(event), Journal.stored(entry))));
    journal.tell(entry);
    changed.accept(document);
  }

  private JournalEntry entry(
      OpenDocument document, List<ChangeHash> oldHeads, DocumentFacts facts, ActorId author) {
    return journal.entry(
        facts.sequence(),
        document.key(),
        document.absent(),
        Origin.REMOTE,
        author,
        oldHeads,
        facts.heads());
  }

  private void keep(
      OpenDocument document, long event, int contents, Supplier<List<StoreWrite>> writes) {
    unsaved.save(
        new Unsaved.Item(
            writes,
            contents,
            () -> {
              document.saved(contents);
              engine.accept(new SyncInput.Stored(document.key(), event));
            }));
  }

  /** When a document expires, told to the store as it is at each try. */
  private static final class ExpiryTold {
    private final OpenDocument document;
    private final long firstMillis;
    private boolean tried;

    ExpiryTold(OpenDocument document, long firstMillis) {
      this.document = document;
      this.firstMillis = firstMillis;
    }

    List<StoreWrite> beside(List<StoreWrite> content) {
      List<StoreWrite> writes = new ArrayList<>(content);
      StoredExpiry stored = document.storedExpiry();
      writes.addAll(
          tried
              ? stored.again(document.absent() ? 0 : document.expiresMillis())
              : stored.changedTo(firstMillis));
      tried = true;
      return writes;
    }
  }
}
