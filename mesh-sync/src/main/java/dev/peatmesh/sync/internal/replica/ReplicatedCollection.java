package dev.peatmesh.sync.internal.replica;

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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A collection whose calls hand their work to the document loop and wait for it. */
final class ReplicatedCollection implements DocumentCollection {
  private final String name;
  private final Replicator replicator;
  private final Waiting waiting;

  ReplicatedCollection(String name, Replicator replicator, Waiting waiting) {
    this.name = new DocumentKey(name, "id").collection();
    this.replicator = replicator;
    this.waiting = waiting;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Optional<Map<String, @Nullable Object>> get(String id) {
    return await(replicator.read(key(id)));
  }

  @Override
  public WriteReceipt put(String id, Map<String, ?> value) {
    return await(replicator.write(key(id), (document, absent) -> document.put(value, absent)));
  }

  @Override
  public WriteReceipt change(String id, Consumer<? super MapEditor> edit) {
    return await(replicator.write(key(id), (document, absent) -> document.change(edit, absent)));
  }

  @Override
  public CompletableFuture<WriteReceipt> changeAsync(String id, Consumer<? super MapEditor> edit) {
    // Always by way of the callback executor: what a caller chains must not run on the loop.
    return replicator
        .write(key(id), (document, absent) -> document.change(edit, absent))
        .handleAsync(
            (receipt, failure) -> {
              if (failure != null) {
                throw new CompletionException(failure);
              }
              return receipt;
            },
            replicator.callbacks());
  }

  @Override
  public WriteReceipt delete(String id) {
    return await(replicator.delete(key(id)));
  }

  @Override
  public List<String> list() {
    return await(replicator.list(name));
  }

  @Override
  public Subscription subscribe(Consumer<? super DocumentEvent> listener) {
    return replicator.subscribe(name, listener);
  }

  @Override
  public Subscription subscribe(Filter filter, Consumer<? super FeedEvent> listener) {
    throw new UnsupportedOperationException("change feed");
  }

  @Override
  public Subscription subscribe(
      Filter filter, long sinceSequence, Consumer<? super FeedEvent> listener) {
    throw new UnsupportedOperationException("change feed");
  }

  @Override
  public QueryPage query(Query query) {
    throw new UnsupportedOperationException("queries");
  }

  @Override
  public String toString() {
    return "DocumentCollection[" + name + "]";
  }

  private DocumentKey key(String id) {
    return new DocumentKey(name, id);
  }

  private <T> T await(CompletableFuture<T> answer) {
    if (replicator.inLoop()) {
      throw new IllegalStateException(
          "collection("
              + name
              + "): was called from inside an edit, which would wait for itself. Use the editor"
              + " that the edit was given.");
    }
    return waiting.await(answer);
  }
}
