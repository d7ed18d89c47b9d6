package dev.peatmesh.sync;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Documents of one kind, each under an id, equal on every node once all have heard of all changes.
 *
 * <p>Thread-safe. Writes return when the change is durable on this node (in a mesh without a data
 * directory: when it is applied); other nodes hear of it at once and without being waited for.
 * Reads see every write of this node that has begun, also one that is still on its way to the disk.
 *
 * <p>A document exists from its first write until it is deleted. A delete undoes what it has seen;
 * an edit that another node made at the same time survives it.
 *
 * <p>Every method may throw {@link dev.peatmesh.runtime.MeshException}: {@code Refused} for a value
 * or id that cannot be stored, {@code StoreFailure} when the disk does not take the change (nothing
 * is changed then), {@code Closed} after the mesh was closed. None may be called from inside an
 * edit.
 */
public interface DocumentCollection {
  /** The collection's name. */
  String name();

  /** A snapshot of the document, deeply immutable; empty when it does not exist. */
  Optional<Map<String, @Nullable Object>> get(String id);

  /**
   * Makes the document equal to the value, by the smallest set of edits: what did not change is not
   * touched, so that concurrent edits of other fields survive.
   */
  WriteReceipt put(String id, Map<String, ?> value);

  /**
   * Edits the document; creates it when it does not exist. The edit runs once, on the document
   * loop, and all of it becomes one change. While it runs no document of this mesh moves: keep it
   * short, and do not block in it. When it throws nothing is changed and the exception comes back.
   */
  WriteReceipt change(String id, Consumer<? super MapEditor> edit);

  /** As {@link #change}, without waiting. The future completes on the callback executor. */
  CompletableFuture<WriteReceipt> changeAsync(String id, Consumer<? super MapEditor> edit);

  /** Deletes the document, as far as this node knows it. One that does not exist stays so. */
  WriteReceipt delete(String id);

  /** The ids of all documents that exist, ascending. */
  List<String> list();

  /**
   * Calls the listener after each change of a document, own or others', until it is cancelled.
   * Calls come one after another, on the callback executor. A listener that is slower than the
   * changes gets one call for several changes of one document. One that throws is logged and stays.
   */
  Subscription subscribe(Consumer<? super DocumentEvent> listener);
}
