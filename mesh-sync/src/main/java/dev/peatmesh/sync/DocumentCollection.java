package dev.peatmesh.sync;

import java.nio.file.Path;
import java.time.Duration;
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

  /**
   * Lets the document expire after that time from now: then every node deletes it. The instant is
   * part of the document and the same everywhere; when several nodes set one at the same time, the
   * latest counts. Call it again to keep the document for longer. A document that does not exist
   * stays so.
   *
   * <p>Clocks count: a node whose clock is an hour fast deletes an hour early, for all.
   *
   * @param after from {@link CollectionSettings#TIME_TO_LIVE_MIN} to {@link
   *     CollectionSettings#TIME_TO_LIVE_MAX}
   */
  WriteReceipt expire(String id, Duration after);

  /** The ids of all documents that exist, ascending. */
  List<String> list();

  /**
   * Calls the listener after each change of a document, own or others', until it is cancelled.
   * Calls come one after another, on the callback executor. A listener that is slower than the
   * changes gets one call for several changes of one document. One that throws is logged and stays.
   */
  Subscription subscribe(Consumer<? super DocumentEvent> listener);

  /**
   * Tells the listener of all documents that match the filter, and then of every change, each once
   * and in order: {@link FeedEvent} says how. The feed keeps the newest events of the node in a
   * ring; a listener that falls out of it gets a {@link FeedEvent.Resync} and a new snapshot, and
   * no write and no other listener ever waits for it.
   *
   * <p>Calls come one after another, on the callback executor. A listener that throws is logged and
   * stays; it may cancel its own subscription.
   *
   * <p>A document that no longer matches is told once more, as {@link FeedEvent.Kind#LEFT}.
   */
  Subscription subscribe(Filter filter, Consumer<? super FeedEvent> listener);

  /**
   * As {@link #subscribe(Filter, Consumer)}, going on where an earlier subscription ended, also
   * across restarts: the events after the given one, without a snapshot. When they are not kept any
   * more, or the number is not one that this node gave out, it begins with {@link
   * FeedEvent.Resync}.
   *
   * @param sinceSequence the number of the last {@link FeedEvent.Changed} or {@link
   *     FeedEvent.SnapshotEnd} that was worked off
   */
  Subscription subscribe(Filter filter, long sinceSequence, Consumer<? super FeedEvent> listener);

  /**
   * The documents that the query asks for. Documents are read in small slices between which others
   * may write: each is whole, but they may stem from different moments.
   */
  QueryPage query(Query query);

  /**
   * Takes in a file of Automerge: a saved document or changes, of any client. What it holds is
   * merged into the document, history included; one that does not exist is created. Every change is
   * checked as if a peer had sent it, and either all are taken in or none. Importing a file again
   * changes nothing.
   *
   * <p>Reads on the calling thread, up to 64 MiB; a book takes some seconds. Only for collections
   * that keep the full history.
   *
   * @throws dev.peatmesh.runtime.MeshException.Refused when the file is damaged or too large, holds
   *     what peers would refuse, or contradicts the document; or when the collection keeps no
   *     history
   * @throws dev.peatmesh.runtime.MeshException.StoreFailure when the file cannot be read
   */
  default WriteReceipt importAutomerge(String id, Path file) {
    throw new UnsupportedOperationException("importAutomerge(" + id + "): no documents of a mesh");
  }

  /**
   * The document with its history, as any Automerge client loads it.
   *
   * @throws dev.peatmesh.runtime.MeshException.Refused when the document does not exist, or the
   *     collection keeps no history
   */
  default byte[] exportAutomerge(String id) {
    throw new UnsupportedOperationException("exportAutomerge(" + id + "): no documents of a mesh");
  }
}
