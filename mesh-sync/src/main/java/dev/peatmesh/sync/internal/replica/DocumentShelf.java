package dev.peatmesh.sync.internal.replica;

import dev.peatmesh.runtime.MeshException;
import dev.peatmesh.sync.DocumentKey;
import dev.peatmesh.sync.SyncMode;
import dev.peatmesh.sync.internal.crdt.NativeDocument;
import dev.peatmesh.sync.internal.engine.DocumentState;
import dev.peatmesh.sync.internal.guard.ChangeChunk;
import dev.peatmesh.sync.internal.guard.ChunkReader;
import dev.peatmesh.sync.internal.guard.GuardException;
import dev.peatmesh.sync.internal.reconcile.DocumentFacts;
import dev.peatmesh.sync.internal.store.StoredDocument;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Takes documents from the store into memory when they are asked for, and lets go of those that
 * were not asked for lately. Belongs to the document loop, which waits while one is read.
 */
final class DocumentShelf implements AutoCloseable {
  private final SyncSettings settings;
  private final OpenDocuments open;
  private final Function<DocumentKey, StoredDocument> store;
  private final OwnActor actor;
  private final SizeWatch sizes;
  private final Troubles troubles;
  private final Set<DocumentKey> blank = new LinkedHashSet<>();
  private final Set<DocumentKey> damaged = new LinkedHashSet<>();
  private Function<DocumentKey, @Nullable DocumentFacts> known = key -> null;

  DocumentShelf(
      SyncSettings settings,
      Function<DocumentKey, StoredDocument> store,
      OwnActor actor,
      SizeWatch sizes,
      Snapshots snapshots,
      Troubles troubles) {
    this.settings = settings;
    this.store = store;
    this.actor = actor;
    this.sizes = sizes;
    this.troubles = troubles;
    open = new OpenDocuments(settings.openBytesMax(), snapshots::beforeClose);
  }

  /** What is known of a document that is not open; null when nothing is. */
  void knownBy(Function<DocumentKey, @Nullable DocumentFacts> facts) {
    known = facts;
  }

  /** The document, whatever its kind, opened if need be. */
  OpenDocument document(DocumentKey key) {
    OpenDocument document = open.use(key);
    return document != null ? document : take(key);
  }

  /** The document, if it is open. */
  @Nullable OpenDocument ifOpen(DocumentKey key) {
    return open.use(key);
  }

  /** A document of a collection with history. */
  HistoryDocument history(DocumentKey key) {
    if (document(key) instanceof HistoryDocument history) {
      return history;
    }
    throw new AssertionError("has no history: " + key);
  }

  /** A document of a collection without history. */
  LatestReplica latest(DocumentKey key) {
    if (document(key) instanceof LatestReplica latest) {
      return latest;
    }
    throw new AssertionError("has a history: " + key);
  }

  /** The document has grown or shrunk. */
  void resized(OpenDocument document) {
    open.resized(document);
  }

  /** Whatever is in memory of the document is not true any more, or nobody needs it. */
  void drop(DocumentKey key) {
    open.discard(key);
    blank.remove(key);
  }

  /** A document that came to nothing must not stay. */
  void dropIfBlank(OpenDocument document) {
    if (document.isBlank() && document.closable() && open.use(document.key()) == document) {
      drop(document.key());
    }
  }

  /** Whether {@link #tidy} or {@link #takeDamaged} has anything to do. */
  boolean isUntidy() {
    return !blank.isEmpty() || !damaged.isEmpty() || open.bytes() > settings.openBytesMax();
  }

  /** Closes what exceeds the bound, and what was opened and turned out to be nothing. */
  void tidy() {
    for (DocumentKey key : List.copyOf(blank)) {
      OpenDocument document = open.use(key);
      if (document == null || !document.isBlank()) {
        blank.remove(key);
      } else if (document.closable()) {
        drop(key);
      }
    }
    open.trim();
  }

  /** The documents that were found damaged since this was last asked. */
  List<DocumentKey> takeDamaged() {
    if (damaged.isEmpty()) {
      return List.of();
    }
    List<DocumentKey> found = List.copyOf(damaged);
    damaged.clear();
    return found;
  }

  /** All that are open; a copy. */
  List<OpenDocument> all() {
    return open.all();
  }

  /** About how many bytes open documents take. */
  long bytes() {
    return open.bytes();
  }

  @Override
  public void close() {
    open.close();
  }

  private OpenDocument take(DocumentKey key) {
    DocumentFacts facts = known.apply(key);
    StoredDocument stored = facts == null || facts.gone() ? StoredDocument.NONE : store.apply(key);
    boolean latest = settings.collection(key.collection()).mode() == SyncMode.LATEST_ONLY;
    OpenDocument document =
        latest ? openLatest(key, stored, facts) : openHistory(key, stored, facts);
    open.add(document);
    if (document.isBlank()) {
      blank.add(key);
    }
    return document;
  }

  private HistoryDocument openHistory(
      DocumentKey key, StoredDocument stored, @Nullable DocumentFacts facts) {
    Damage damage = new Damage(stored.refused());
    ByteBuffer snapshot = stored.snapshot();
    NativeDocument document = load(snapshot, damage);
    boolean opened = false;
    try {
      DocumentState state = new DocumentState(key);
      List<ChangeChunk> inside =
          ChunkReader.readAll(ByteBuffer.wrap(document.changes()), settings.guard());
      inside.forEach(state::add);
      List<ChangeChunk> loose = addLoose(state, stored.chunks(), damage);
      if (!loose.isEmpty()) {
        document.apply(HistoryDocument.concatenated(loose));
      }
      DocumentSize size =
          DocumentSize.opened(snapshot == null ? 0 : snapshot.remaining(), inside.size());
      loose.forEach(chunk -> size.grew(chunk.size()));
      HistoryDocument history =
          new HistoryDocument(
              state,
              document,
              size,
              settings.collection(key.collection()).deletes(),
              storedExpiry(key, facts),
              facts == null ? 0 : facts.sequence());
      sizes.watch(history);
      report(key, damage);
      opened = true;
      return history;
    } finally {
      if (!opened) {
        document.close();
      }
    }
  }

  private NativeDocument load(@Nullable ByteBuffer snapshot, Damage damage) {
    if (snapshot == null) {
      return NativeDocument.create(actor.current());
    }
    byte[] saved = new byte[snapshot.remaining()];
    snapshot.get(saved);
    try {
      return NativeDocument.load(saved, actor.current());
    } catch (MeshException.StoreFailure unreadable) {
      damage.snapshot = true;
      return NativeDocument.create(actor.current());
    }
  }

  /** The chunks beside the snapshot, in an order in which they can be applied. */
  private List<ChangeChunk> addLoose(DocumentState state, List<ByteBuffer> encoded, Damage damage) {
    List<ChangeChunk> waiting = new ArrayList<>(encoded.size());
    for (ByteBuffer each : encoded) {
      try {
        ChangeChunk chunk = ChunkReader.read(each, settings.guard());
        if (!state.graph().contains(chunk.hash())) {
          waiting.add(chunk);
        }
      } catch (GuardException bad) {
        damage.parts++;
      }
    }
    List<ChangeChunk> ready = new ArrayList<>(waiting.size());
    // Mostly one round; a change may have reached the disk before one that it stands on.
    while (waiting.removeIf(
        chunk -> {
          boolean complete = state.graph().missing(chunk).isEmpty();
          if (complete) {
            state.add(chunk);
            ready.add(chunk);
          }
          return complete;
        })) {}
    damage.parts += waiting.size();
    return ready;
  }

  private LatestReplica openLatest(
      DocumentKey key, StoredDocument stored, @Nullable DocumentFacts facts) {
    Damage damage = new Damage(stored.refused());
    LatestReplica replica =
        LatestReplica.open(
            key,
            stored.latest(),
            storedExpiry(key, facts),
            facts == null ? 0 : facts.sequence(),
            damage);
    report(key, damage);
    return replica;
  }

  private static StoredExpiry storedExpiry(DocumentKey key, @Nullable DocumentFacts facts) {
    return new StoredExpiry(key, facts == null ? 0 : facts.expiresMillis());
  }

  private void report(DocumentKey key, Damage damage) {
    if (damage.found()) {
      // Changes of our own may be among the lost: their numbers must not be used again.
      actor.renew();
      damaged.add(key);
      troubles.damaged(key, damage.words());
    }
  }

  /** What is wrong with a stored document. */
  static final class Damage {
    private int parts;
    private boolean snapshot;

    Damage(int parts) {
      this.parts = parts;
    }

    void unreadable() {
      snapshot = true;
    }

    boolean found() {
      return parts > 0 || snapshot;
    }

    String words() {
      return (snapshot ? "its snapshot cannot be read" : "its snapshot is whole")
          + "; "
          + parts
          + " other parts are damaged or lack what they stand on";
    }
  }
}
