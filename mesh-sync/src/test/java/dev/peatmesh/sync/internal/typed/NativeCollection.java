package dev.peatmesh.sync.internal.typed;

import dev.peatmesh.sync.DocumentCollection;
import dev.peatmesh.sync.DocumentEvent;
import dev.peatmesh.sync.DocumentKey;
import dev.peatmesh.sync.FeedEvent;
import dev.peatmesh.sync.Filter;
import dev.peatmesh.sync.MapEditor;
import dev.peatmesh.sync.Query;
import dev.peatmesh.sync.QueryPage;
import dev.peatmesh.sync.Subscription;
import dev.peatmesh.sync.WriteReceipt;
import dev.peatmesh.sync.internal.crdt.NativeDocument;
import dev.peatmesh.sync.internal.guard.ActorId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** A collection of native documents on one thread, which meets another when the test says so. */
final class NativeCollection implements DocumentCollection, AutoCloseable {
  private final ActorId actor;
  private final Map<String, NativeDocument> documents = new TreeMap<>();

  NativeCollection(String actor) {
    this.actor = new ActorId(actor);
  }

  /** Both hold the same afterwards. */
  void exchange(NativeCollection other) {
    documents.forEach((id, document) -> other.document(id).apply(document.changes()));
    other.documents.forEach((id, document) -> document(id).apply(document.changes()));
  }

  @Override
  public String name() {
    return "tracks";
  }

  @Override
  public Optional<Map<String, Object>> get(String id) {
    return Optional.ofNullable(documents.get(id)).map(NativeDocument::value);
  }

  @Override
  public WriteReceipt put(String id, Map<String, ?> value) {
    return receipt(id, document(id).put(value));
  }

  @Override
  public WriteReceipt change(String id, Consumer<? super MapEditor> edit) {
    return receipt(id, document(id).change(edit));
  }

  @Override
  public CompletableFuture<WriteReceipt> changeAsync(String id, Consumer<? super MapEditor> edit) {
    return CompletableFuture.completedFuture(change(id, edit));
  }

  @Override
  public WriteReceipt delete(String id) {
    NativeDocument removed = documents.remove(id);
    removed.close();
    return new Receipt(new DocumentKey(name(), id), true);
  }

  @Override
  public WriteReceipt expire(String id, Duration after) {
    throw new AssertionError("nothing expires here");
  }

  @Override
  public List<String> list() {
    return List.copyOf(documents.keySet());
  }

  @Override
  public Subscription subscribe(Consumer<? super DocumentEvent> listener) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Subscription subscribe(Filter filter, Consumer<? super FeedEvent> listener) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Subscription subscribe(
      Filter filter, long sinceSequence, Consumer<? super FeedEvent> listener) {
    throw new UnsupportedOperationException();
  }

  @Override
  public QueryPage query(Query query) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() {
    documents.values().forEach(NativeDocument::close);
    documents.clear();
  }

  private NativeDocument document(String id) {
    return documents.computeIfAbsent(id, absent -> NativeDocument.create(actor));
  }

  private WriteReceipt receipt(String id, Optional<byte[]> made) {
    return new Receipt(new DocumentKey(name(), id), made.isPresent());
  }

  private record Receipt(DocumentKey key, boolean changed) implements WriteReceipt {
    @Override
    public List<String> heads() {
      return List.of();
    }

    @Override
    public void awaitReplicated(int nodes, Duration timeout) {
      throw new AssertionError("there are no other nodes");
    }

    @Override
    public CompletableFuture<Void> replicated(int nodes, Duration timeout) {
      throw new AssertionError("there are no other nodes");
    }
  }
}
