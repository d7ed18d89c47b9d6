package dev.peatmesh.sync.internal.replica;

import dev.peatmesh.runtime.Loop;
import dev.peatmesh.runtime.MeshException;
import dev.peatmesh.sync.Document;
import dev.peatmesh.sync.DocumentKey;
import dev.peatmesh.sync.FieldPath;
import dev.peatmesh.sync.Query;
import dev.peatmesh.sync.QueryPage;
import dev.peatmesh.sync.internal.guard.ChangeHash;
import dev.peatmesh.sync.internal.query.CollectionIndexes;
import dev.peatmesh.sync.internal.query.DocumentSource;
import dev.peatmesh.sync.internal.query.QueryRun;
import dev.peatmesh.sync.internal.reconcile.DocumentEntry;
import dev.peatmesh.sync.internal.reconcile.DocumentIndex;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Reads collections for applications: what is durable, what came from others, and the writes of
 * this node under way. Belongs to the document loop, and never holds it for long.
 */
final class CollectionReads {
  /** Documents that are read at a stretch. */
  private static final int SLICE = 32;

  /** Queries under way; each holds the ids of a page at most. */
  private static final int QUERIES_MAX = 1_000;

  private final Loop loop;
  private final DocumentShelf shelf;
  private final DocumentIndex index;
  private final NavigableSet<DocumentKey> underWay;
  private final Map<String, CollectionIndexes> indexes = new HashMap<>();
  private int queries;
  private boolean closed;

  CollectionReads(
      Loop loop,
      SyncSettings settings,
      DocumentShelf shelf,
      DocumentIndex index,
      NavigableSet<DocumentKey> underWay) {
    this.loop = loop;
    this.shelf = shelf;
    this.index = index;
    this.underWay = underWay;
    settings
        .collections()
        .forEach(
            (name, collection) -> {
              if (!collection.indexes().isEmpty()) {
                indexes.put(
                    name,
                    new CollectionIndexes(
                        collection.indexes().stream().map(FieldPath::parse).toList()));
              }
            });
  }

  /** Begins to build the indexes, in slices. */
  void start() {
    indexes.forEach((name, built) -> loop.execute(() -> build(source(name), built)));
  }

  /** Queries under way end, indexes are built no further. */
  void close() {
    closed = true;
  }

  /** The ids of all documents that exist, ascending. */
  List<String> list(String collection) {
    DocumentSource source = source(collection);
    List<String> ids = new ArrayList<>();
    for (String id = source.idAfter(null); id != null; id = source.idAfter(id)) {
      DocumentKey key = new DocumentKey(collection, id);
      if (!underWay.contains(key) || !shelf.document(key).absent()) {
        ids.add(id);
      }
    }
    return ids;
  }

  /** The document's content; empty when it does not exist. */
  Optional<Map<String, @Nullable Object>> value(DocumentKey key) {
    DocumentEntry known = index.get(key);
    if ((known == null || known.facts().deleted()) && !underWay.contains(key)) {
      return Optional.empty();
    }
    OpenDocument document = shelf.document(key);
    return document.absent() ? Optional.empty() : Optional.of(document.value());
  }

  /** The document with its history. */
  byte[] export(DocumentKey key) {
    if (value(key).isPresent() && shelf.document(key) instanceof HistoryDocument history) {
      return history.document().save();
    }
    throw new MeshException.Refused(
        "export(" + key + "): there is no such document with a history. Check its id.");
  }

  /** A document has changed. */
  void changed(OpenDocument document) {
    CollectionIndexes kept = indexes.get(document.key().collection());
    if (kept != null) {
      kept.update(document.key().id(), document.absent() ? null : document.value());
    }
  }

  /** Runs a query a slice at a time. The future completes on this loop. */
  void query(String collection, Query query, CompletableFuture<QueryPage> done) {
    if (queries >= QUERIES_MAX) {
      throw new MeshException.Refused(
          "query: " + QUERIES_MAX + " are under way already. Wait for some of them.");
    }
    queries++;
    CompletableFuture<?> unused = done.whenComplete((page, failure) -> queries--);
    CollectionIndexes kept = indexes.getOrDefault(collection, CollectionIndexes.none());
    step(new QueryRun(query, source(collection), kept), done);
  }

  /** The documents of one collection, by id. */
  DocumentSource source(String collection) {
    return new DocumentSource() {
      @Override
      public @Nullable String idAfter(@Nullable String id) {
        return following(collection, id);
      }

      @Override
      public Optional<Document> document(String id) {
        DocumentKey key = new DocumentKey(collection, id);
        Optional<Document> found =
            value(key)
                .map(
                    value ->
                        new Document(
                            id,
                            value,
                            shelf.document(key).tips().stream()
                                .map(ChangeHash::toString)
                                .toList()));
        shelf.tidy();
        return found;
      }
    };
  }

  private @Nullable String following(String collection, @Nullable String id) {
    DocumentEntry known = index.following(collection, id);
    String next = known == null ? null : known.key().id();
    for (DocumentKey key :
        id == null ? underWay : underWay.tailSet(new DocumentKey(collection, id), false)) {
      int order = key.collection().compareTo(collection);
      if (order == 0) {
        return next == null || key.id().compareTo(next) < 0 ? key.id() : next;
      }
      if (order > 0) {
        break;
      }
    }
    return next;
  }

  private void step(QueryRun run, CompletableFuture<QueryPage> done) {
    try {
      if (closed) {
        throw new MeshException.Closed("mesh: was closed while a query was under way.");
      }
      if (run.step(SLICE)) {
        done.complete(run.page());
      } else {
        loop.execute(() -> step(run, done));
      }
    } catch (RuntimeException | Error failure) {
      done.completeExceptionally(failure);
    }
  }

  private void build(DocumentSource source, CollectionIndexes built) {
    if (!closed && !built.build(source, SLICE)) {
      loop.execute(() -> build(source, built));
    }
  }
}
