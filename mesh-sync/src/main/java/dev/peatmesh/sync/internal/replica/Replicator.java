package dev.peatmesh.sync.internal.replica;

import dev.peatmesh.runtime.Loop;
import dev.peatmesh.runtime.MeshException;
import dev.peatmesh.sync.CompactionReport;
import dev.peatmesh.sync.DocumentCollection;
import dev.peatmesh.sync.DocumentEvent;
import dev.peatmesh.sync.DocumentKey;
import dev.peatmesh.sync.FeedEvent;
import dev.peatmesh.sync.Filter;
import dev.peatmesh.sync.Query;
import dev.peatmesh.sync.QueryPage;
import dev.peatmesh.sync.Subscription;
import dev.peatmesh.sync.SyncMode;
import dev.peatmesh.sync.internal.engine.PeerId;
import dev.peatmesh.sync.internal.reconcile.Fingerprint;
import dev.peatmesh.sync.internal.store.ChangeLog;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * All documents of one node: what others may ask of them, handed over to their loop. Methods may be
 * called from any thread unless they say otherwise.
 */
public final class Replicator implements AutoCloseable {
  private final Loop loop;
  private final Executor callbacks;
  private final NodeDocuments documents;
  private volatile boolean closed;

  /**
   * What a replicator is made of; all of it belongs to the replicator from there on.
   *
   * @param self this node
   * @param durable whether the log writes to a disk
   * @param loop the document loop
   * @param callbacks where listeners are called and futures complete
   * @param recovered what the store held
   */
  public record Parts(
      PeerId self,
      SyncSettings settings,
      boolean durable,
      Loop loop,
      Executor callbacks,
      RandomGenerator random,
      InstantSource clock,
      RecoveredDocuments recovered,
      ChangeLog log) {}

  /**
   * Takes over what was recovered.
   *
   * @throws MeshException.BadConfiguration when collections are stored in another mode than set
   */
  public Replicator(Parts parts) {
    loop = parts.loop();
    callbacks = parts.callbacks();
    documents = new NodeDocuments(parts);
  }

  /** The collection of that name; it need not exist yet. Its calls wait in the given way. */
  public DocumentCollection collection(String name, Waiting waiting) {
    return new ReplicatedCollection(name, this, waiting);
  }

  /** A link to an authorised peer stands. On any thread; frames follow. */
  public void peerUp(PeerId peer, PeerPort port) {
    loop.execute(() -> documents.peers().up(peer, port));
  }

  /** The link is gone. */
  public void peerDown(PeerId peer, PeerPort port) {
    loop.execute(() -> documents.peers().down(peer, port));
  }

  /** A frame has come; its bytes count as consumed when it has been worked off. */
  public void frame(PeerId peer, PeerPort port, ByteBuffer frame) {
    loop.execute(() -> documents.peers().frame(peer, port, frame));
  }

  /** The link has room again. */
  public void writable(PeerId peer, PeerPort port) {
    loop.execute(() -> documents.peers().writable(peer, port));
  }

  /** Who knows the names of nodes. Before the first link. */
  public void directory(PeerDirectory directory) {
    loop.execute(() -> documents.replications().directory(directory));
  }

  /** Stops, or takes up again, the exchange of documents over all links. */
  public void pause(boolean paused) {
    checkOpen();
    loop.execute(() -> documents.pause(paused));
  }

  /** Gives space back now. Completes on the document loop. */
  public CompletableFuture<CompactionReport> compact() {
    if (loop.inLoop()) {
      throw new IllegalStateException(
          "compact: was called from inside an edit, which would wait for itself.");
    }
    return submit(documents.compactor()::run);
  }

  /**
   * Calls the listener on the document loop whenever something may have changed in who holds what,
   * until the returned handle is closed.
   */
  public Subscription onProgress(Runnable listener) {
    return documents.onProgress(listener);
  }

  /**
   * Whether this node and the peer hold the same and nothing is under way. On the document loop.
   */
  public boolean synchronised(PeerId peer) {
    loop.checkInLoop();
    return documents.synchronised(peer);
  }

  /** How the documents are. On the document loop. */
  public SyncStatus status() {
    loop.checkInLoop();
    return documents.status();
  }

  /** The digest of all that is held. On the document loop, or while that stands still. */
  public Fingerprint fingerprint() {
    return documents.fingerprint();
  }

  /** Whether every change of others is durable here. On the document loop, or while it stands. */
  public boolean isDurable() {
    return documents.isDurable();
  }

  /** Frees the native documents and closes the log, which completes what is under way. */
  @Override
  public void close() {
    loop.checkInLoop();
    closed = true;
    documents.close();
  }

  /** Frees the native documents and nothing else, as the end of a process does. For simulations. */
  public void free() {
    closed = true;
    documents.free();
  }

  /** Edits a document. The future completes on the document loop, once the write is durable. */
  CompletableFuture<LocalWrites.Written> write(DocumentKey key, DocumentEdit edit) {
    return submit(done -> documents.writes().write(key, edit, done));
  }

  CompletableFuture<byte[]> export(DocumentKey key) {
    return submit(done -> done.complete(documents.reads().export(key)));
  }

  CompletableFuture<Void> replicated(LocalWrites.Written write, int nodes, Duration timeout) {
    return submit(done -> documents.replications().await(write, nodes, timeout, done));
  }

  CompletableFuture<Optional<Map<String, @Nullable Object>>> read(DocumentKey key) {
    return submit(done -> done.complete(documents.reads().value(key)));
  }

  CompletableFuture<List<String>> list(String collection) {
    return submit(done -> done.complete(documents.reads().list(collection)));
  }

  CompletableFuture<QueryPage> query(String collection, Query query) {
    return submit(done -> documents.reads().query(collection, query, done));
  }

  Subscription subscribe(String collection, Consumer<? super DocumentEvent> listener) {
    return documents.subscribers().add(collection, listener);
  }

  Subscription subscribe(
      String collection, Filter filter, OptionalLong since, Consumer<? super FeedEvent> listener) {
    checkOpen();
    return documents
        .feed()
        .subscribe(collection, filter, since, documents.reads().source(collection), listener);
  }

  boolean keepsHistory(String collection) {
    return documents.settings().collection(collection).mode() == SyncMode.FULL_HISTORY;
  }

  Executor callbacks() {
    return callbacks;
  }

  boolean inLoop() {
    return loop.inLoop();
  }

  /** Runs the task on the loop; whatever it throws is the answer. */
  private <T> CompletableFuture<T> submit(Consumer<CompletableFuture<T>> task) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    checkOpen(); // A closed loop drops tasks in silence: the caller would wait for ever.
    loop.execute(
        () -> {
          try {
            checkOpen();
            task.accept(answer);
          } catch (RuntimeException | Error failure) {
            answer.completeExceptionally(failure);
          } finally {
            documents.tidy();
          }
        });
    return answer;
  }

  private void checkOpen() {
    if (closed) {
      throw new MeshException.Closed("mesh: is closed. Start a new one.");
    }
  }
}
