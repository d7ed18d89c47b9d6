package dev.peatmesh.sync.internal.replica;

import dev.peatmesh.runtime.MeshException;
import dev.peatmesh.sync.CollectionSettings;
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
import dev.peatmesh.sync.internal.file.AutomergeFile;
import dev.peatmesh.sync.internal.file.FileLimits;
import dev.peatmesh.sync.internal.guard.ChangeChunk;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
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
    return write(id, new DocumentEdit.Put(value));
  }

  @Override
  public WriteReceipt change(String id, Consumer<? super MapEditor> edit) {
    return write(id, new DocumentEdit.Change(edit));
  }

  @Override
  public CompletableFuture<WriteReceipt> changeAsync(String id, Consumer<? super MapEditor> edit) {
    // Always by way of the callback executor: what a caller chains must not run on the loop.
    return replicator
        .write(key(id), new DocumentEdit.Change(edit))
        .handleAsync(
            (written, failure) -> {
              if (failure != null) {
                throw new CompletionException(failure);
              }
              return receipt(written);
            },
            replicator.callbacks());
  }

  @Override
  public WriteReceipt expire(String id, Duration after) {
    if (after.compareTo(CollectionSettings.TIME_TO_LIVE_MIN) < 0
        || after.compareTo(CollectionSettings.TIME_TO_LIVE_MAX) > 0) {
      throw new MeshException.Refused(
          "expire("
              + key(id)
              + ", "
              + after
              + "): is outside "
              + CollectionSettings.TIME_TO_LIVE_MIN
              + " to "
              + CollectionSettings.TIME_TO_LIVE_MAX
              + ". Use one within, or delete the document.");
    }
    return write(id, new DocumentEdit.Expire(after));
  }

  @Override
  public WriteReceipt delete(String id) {
    return write(id, new DocumentEdit.Delete());
  }

  @Override
  public WriteReceipt importAutomerge(String id, Path file) {
    DocumentKey key = key(id);
    if (!replicator.keepsHistory(name)) {
      throw new MeshException.Refused(
          "import("
              + key
              + "): the collection keeps no history. Put the value, or use another one.");
    }
    List<ChangeChunk> changes = AutomergeFile.changes(file, FileLimits.DEFAULT);
    return write(id, new DocumentEdit.Import(changes, file.toFile().length()));
  }

  @Override
  public byte[] exportAutomerge(String id) {
    return await(replicator.export(key(id)));
  }

  @Override
  public List<String> list() {
    return await(replicator.list(name));
  }

  @Override
  public QueryPage query(Query query) {
    return await(replicator.query(name, query));
  }

  @Override
  public Subscription subscribe(Consumer<? super DocumentEvent> listener) {
    return replicator.subscribe(name, listener);
  }

  @Override
  public Subscription subscribe(Filter filter, Consumer<? super FeedEvent> listener) {
    return replicator.subscribe(name, filter, OptionalLong.empty(), listener);
  }

  @Override
  public Subscription subscribe(
      Filter filter, long sinceSequence, Consumer<? super FeedEvent> listener) {
    return replicator.subscribe(name, filter, OptionalLong.of(sinceSequence), listener);
  }

  @Override
  public String toString() {
    return "DocumentCollection[" + name + "]";
  }

  private DocumentKey key(String id) {
    return new DocumentKey(name, id);
  }

  private WriteReceipt write(String id, DocumentEdit edit) {
    return receipt(await(replicator.write(key(id), edit)));
  }

  private WriteReceipt receipt(LocalWrites.Written written) {
    return new ReplicatedReceipt(written, replicator, this::await);
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
