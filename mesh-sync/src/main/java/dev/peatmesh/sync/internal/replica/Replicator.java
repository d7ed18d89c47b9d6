package dev.peatmesh.sync.internal.replica;

import dev.peatmesh.runtime.Loop;
import dev.peatmesh.runtime.MeshException;
import dev.peatmesh.sync.DocumentCollection;
import dev.peatmesh.sync.DocumentEvent;
import dev.peatmesh.sync.DocumentEvent.Kind;
import dev.peatmesh.sync.DocumentEvent.Origin;
import dev.peatmesh.sync.DocumentKey;
import dev.peatmesh.sync.Subscription;
import dev.peatmesh.sync.WriteReceipt;
import dev.peatmesh.sync.internal.crdt.NativeDocument;
import dev.peatmesh.sync.internal.engine.ChangeGraph;
import dev.peatmesh.sync.internal.engine.ChangeIntake;
import dev.peatmesh.sync.internal.engine.DocumentState;
import dev.peatmesh.sync.internal.engine.PeerId;
import dev.peatmesh.sync.internal.engine.SyncEffect;
import dev.peatmesh.sync.internal.engine.SyncEngine;
import dev.peatmesh.sync.internal.engine.SyncInput;
import dev.peatmesh.sync.internal.guard.ActorId;
import dev.peatmesh.sync.internal.guard.ChangeChunk;
import dev.peatmesh.sync.internal.guard.ChangeHash;
import dev.peatmesh.sync.internal.guard.ChunkReader;
import dev.peatmesh.sync.internal.guard.GuardException;
import dev.peatmesh.sync.internal.reconcile.Fingerprint;
import dev.peatmesh.sync.internal.store.ChangeLog;
import dev.peatmesh.sync.internal.store.DocumentSnapshot;
import dev.peatmesh.sync.internal.store.StoreWrite;
import dev.peatmesh.sync.internal.store.StoredHead;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All documents of one node, on their loop: brings native documents, sync engine, change log and
 * subscribers together. Public methods may be called from any thread unless they say otherwise.
 */
public final class Replicator implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Replicator.class);
  private static final int ACTOR_BYTES = 16;

  /** How long a refused change is held against the node's health. */
  private static final Duration REFUSAL_SHOWN = Duration.ofMinutes(10);

  private final Loop loop;
  private final Executor callbacks;
  private final RandomGenerator random;
  private final SyncSettings settings;
  private final ChangeLog log;
  private final SyncEngine engine;
  private final PeerPorts peers;
  private final Map<DocumentKey, Replica> replicas;
  private final Subscribers subscribers;
  private final Unsaved unsaved;
  private ActorId actor;
  private long refused;
  private @Nullable String lastRefusal;
  private long lastRefusalNanos;
  private volatile boolean closed;

  /**
   * Takes over what was recovered. Every argument belongs to the replicator from here on.
   *
   * @param loop the document loop
   * @param callbacks where listeners are called and futures complete
   */
  public Replicator(
      PeerId self,
      SyncSettings settings,
      Loop loop,
      Executor callbacks,
      RandomGenerator random,
      RecoveredDocuments recovered,
      ChangeLog log) {
    this.loop = loop;
    this.callbacks = callbacks;
    this.random = random;
    this.settings = settings;
    this.log = log;
    actor = recovered.actor();
    ChangeIntake intake = new ChangeIntake(this::applyRemote, settings.guard());
    engine = new SyncEngine(self, intake, settings.documentsMax());
    replicas = recovered.open(engine, settings.guard(), this::newActor);
    engine.recovered();
    peers = new PeerPorts(loop, this::handle);
    subscribers = new Subscribers(callbacks);
    unsaved = new Unsaved(loop, log);
  }

  /** The collection of that name; it need not exist yet. Its calls wait in the given way. */
  public DocumentCollection collection(String name, Waiting waiting) {
    return new ReplicatedCollection(name, this, waiting);
  }

  /** A link to an authorised peer stands. On any thread; frames follow. */
  public void peerUp(PeerId peer, PeerPort port) {
    loop.execute(() -> peers.up(peer, port));
  }

  /** The link is gone. */
  public void peerDown(PeerId peer, PeerPort port) {
    loop.execute(() -> peers.down(peer, port));
  }

  /** A frame has come; its bytes count as consumed when it has been worked off. */
  public void frame(PeerId peer, PeerPort port, ByteBuffer frame) {
    loop.execute(() -> peers.frame(peer, port, frame));
  }

  /** The link has room again. */
  public void writable(PeerId peer, PeerPort port) {
    loop.execute(() -> peers.writable(peer, port));
  }

  /**
   * Whether this node and the peer hold the same and nothing is under way. On the document loop.
   */
  public boolean synchronised(PeerId peer) {
    loop.checkInLoop();
    return engine.synchronised(peer);
  }

  /** How the documents are. On the document loop. */
  public SyncStatus status() {
    loop.checkInLoop();
    int documents = 0;
    for (DocumentState document : engine.documents()) {
      documents += document.exists() ? 1 : 0;
    }
    return new SyncStatus(
        documents, unsaved.problem(), unsaved.size(), refused, recentRefusal(), engine.stalls());
  }

  private Optional<String> recentRefusal() {
    boolean recent = loop.nanoTime() - lastRefusalNanos < REFUSAL_SHOWN.toNanos();
    return Optional.ofNullable(lastRefusal).filter(refusal -> recent);
  }

  /** The digest of all that is held. On the document loop, or while that stands still. */
  public Fingerprint fingerprint() {
    return engine.fingerprint();
  }

  /** Whether every change of others is durable here. On the document loop, or while it stands. */
  public boolean isDurable() {
    return unsaved.size() == 0;
  }

  /** Frees the native documents and closes the log, which completes what is under way. */
  @Override
  public void close() {
    loop.checkInLoop();
    if (closed) {
      return;
    }
    log.close();
    free();
  }

  /** Frees the native documents and nothing else, as the end of a process does. For simulations. */
  public void free() {
    closed = true;
    replicas.values().forEach(Replica::close);
    replicas.clear();
  }

  /** One edit of a native document. */
  @FunctionalInterface
  interface Edit {
    /** Returns the change it made; empty when the document already was so. */
    Optional<byte[]> apply(NativeDocument document, boolean startEmpty);
  }

  /** Edits a document. The future completes on the document loop, once the change is durable. */
  CompletableFuture<WriteReceipt> write(DocumentKey key, Edit edit) {
    CompletableFuture<WriteReceipt> done = new CompletableFuture<>();
    checkOpen(); // A closed loop drops tasks in silence: the caller would wait for ever.
    loop.execute(
        () -> {
          try {
            checkOpen();
            writeOnLoop(key, edit, done);
          } catch (RuntimeException | Error failure) {
            done.completeExceptionally(failure);
          }
        });
    return done;
  }

  CompletableFuture<WriteReceipt> delete(DocumentKey key) {
    return write(key, (document, absent) -> absent ? Optional.empty() : document.delete());
  }

  CompletableFuture<Optional<Map<String, @Nullable Object>>> read(DocumentKey key) {
    return ask(
        () -> {
          Replica replica = replicas.get(key);
          return replica == null || replica.absent(graph(key))
              ? Optional.empty()
              : Optional.of(replica.document().value());
        });
  }

  CompletableFuture<List<String>> list(String collection) {
    return ask(
        () ->
            replicas.values().stream()
                .filter(replica -> replica.key().collection().equals(collection))
                .filter(replica -> !replica.absent(graph(replica.key())))
                .map(replica -> replica.key().id())
                .toList());
  }

  Subscription subscribe(String collection, Consumer<? super DocumentEvent> listener) {
    return subscribers.add(collection, listener);
  }

  Executor callbacks() {
    return callbacks;
  }

  boolean inLoop() {
    return loop.inLoop();
  }

  private <T> CompletableFuture<T> ask(Supplier<T> question) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    checkOpen();
    loop.execute(
        () -> {
          try {
            checkOpen();
            answer.complete(question.get());
          } catch (RuntimeException | Error failure) {
            answer.completeExceptionally(failure);
          }
        });
    return answer;
  }

  private void checkOpen() {
    if (closed) {
      throw new MeshException.Closed("mesh: is closed. Start a new one.");
    }
  }

  private void writeOnLoop(DocumentKey key, Edit edit, CompletableFuture<WriteReceipt> done) {
    Replica replica = replica(key);
    Optional<byte[]> made;
    try {
      made = edit.apply(replica.document(), replica.absent(graph(key)));
    } catch (RuntimeException | Error failure) {
      forgetUnborn(replica);
      throw failure;
    }
    if (made.isEmpty()) {
      forgetUnborn(replica);
      settle(replica, done);
      return;
    }
    ChangeChunk chunk = own(replica, made.get());
    replica.begun(chunk);
    int generation = replica.generation();
    WriteReceipt receipt = new WriteReceipt(key, true);
    List<StoreWrite.Change> batch = new ArrayList<>(unsaved.waitingFor(key));
    batch.add(new StoreWrite.Change(key, chunk, 0));
    log.append(
        batch,
        failure -> {
          if (failure == null && (closed || generation == replica.generation())) {
            try {
              published(replica, chunk);
            } finally {
              done.complete(receipt);
            }
          } else {
            failed(replica, generation, failure, done);
          }
        });
  }

  /** Nothing to do, but the state it found may still be on its way to the disk: wait for that. */
  private void settle(Replica replica, CompletableFuture<WriteReceipt> done) {
    WriteReceipt receipt = new WriteReceipt(replica.key(), false);
    if (replica.settled()) {
      done.complete(receipt);
      return;
    }
    log.append(
        List.of(),
        failure -> {
          if (failure == null) {
            done.complete(receipt);
          } else {
            done.completeExceptionally(failure);
          }
        });
  }

  /** A write that came to nothing must not leave a native document behind. */
  private void forgetUnborn(Replica replica) {
    if (replica.settled() && graph(replica.key()).size() == 0) {
      replicas.remove(replica.key(), replica);
      replica.close();
    }
  }

  private ChangeChunk own(Replica replica, byte[] encoded) {
    try {
      return ChunkReader.read(ByteBuffer.wrap(encoded), settings.guard());
    } catch (GuardException tooLarge) {
      rollBack(replica);
      throw new MeshException.Refused(
          "change("
              + replica.key()
              + "): its "
              + encoded.length
              + " bytes cannot be stored: "
              + tooLarge.reason()
              + ". Split it into smaller changes.",
          tooLarge);
    }
  }

  private void published(Replica replica, ChangeChunk chunk) {
    if (closed) {
      return; // It is on the disk, and there is nobody left to tell.
    }
    replica.published(chunk);
    unsaved.storeWorks();
    handle(new SyncInput.Published(replica.key(), chunk));
    tell(replica.key(), Origin.LOCAL);
    snapshotIfDue(replica);
  }

  private void failed(
      Replica replica,
      int generation,
      MeshException.@Nullable StoreFailure failure,
      CompletableFuture<WriteReceipt> done) {
    MeshException.StoreFailure cause =
        failure != null
            ? failure
            : new MeshException.StoreFailure(
                "change(" + replica.key() + "): an earlier change of it could not be stored", null);
    try {
      if (!closed && generation == replica.generation()) {
        rollBack(replica);
        unsaved.storeFails(cause);
      }
    } finally {
      done.completeExceptionally(cause);
    }
  }

  private void rollBack(Replica replica) {
    ActorId fresh = newActor();
    replica.rollBack(graph(replica.key()), fresh);
    if (graph(replica.key()).size() == 0) {
      // Nothing is left that remembers the fresh actor: all documents to come take it.
      actor = fresh;
      forgetUnborn(replica);
    }
  }

  private ActorId newActor() {
    byte[] fresh = new byte[ACTOR_BYTES];
    random.nextBytes(fresh);
    return ActorId.of(fresh);
  }

  private Replica replica(DocumentKey key) {
    Replica known = replicas.get(key);
    if (known != null) {
      return known;
    }
    if (replicas.size() >= settings.documentsMax()) {
      throw new MeshException.Refused(
          "documentsMax("
              + settings.documentsMax()
              + "): no room for "
              + key
              + ". Raise the limit or delete documents.");
    }
    Replica created = new Replica(key, NativeDocument.create(actor));
    replicas.put(key, created);
    return created;
  }

  private ChangeGraph graph(DocumentKey key) {
    DocumentState state = engine.document(key);
    return state == null ? new ChangeGraph() : state.graph();
  }

  /** Whatever goes wrong here, the engine must hear which changes are not in the document. */
  private List<ChangeChunk> applyRemote(DocumentKey key, List<ChangeChunk> chunks) {
    try {
      return replica(key).apply(chunks, graph(key));
    } catch (RuntimeException failure) {
      LOG.atError().setCause(failure).addKeyValue("document", key).log("changes not applied");
      return chunks;
    }
  }

  private void handle(SyncInput input) {
    if (closed) {
      return;
    }
    List<SyncEffect> effects = engine.handle(input, loop.nanoTime());
    for (SyncEffect effect : effects) {
      try {
        perform(effect);
      } catch (RuntimeException failure) {
        // The others must be performed all the same: the engine counts on them.
        LOG.atError().setCause(failure).log("effect of the sync engine failed");
      }
    }
    peers.pumped();
  }

  private void perform(SyncEffect effect) {
    if (effect instanceof SyncEffect.Send send) {
      peers.send(send);
    } else if (effect instanceof SyncEffect.Applied applied) {
      applied(applied.key(), applied.chunks());
    } else if (effect instanceof SyncEffect.Wake wake) {
      loop.schedule(wake.after(), () -> handle(new SyncInput.Woken(wake.peer())));
    } else if (effect instanceof SyncEffect.Violation violation) {
      peers.violation(violation);
    } else if (effect instanceof SyncEffect.Refused refusal) {
      refused++;
      lastRefusal = refusal.key() + ": " + refusal.detail();
      lastRefusalNanos = loop.nanoTime();
      LOG.atWarn()
          .addKeyValue("document", refusal.key())
          .addKeyValue("detail", refusal.detail())
          .log("change refused");
    } else {
      throw new AssertionError("unhandled " + effect);
    }
  }

  private void applied(DocumentKey key, List<ChangeChunk> chunks) {
    Replica replica = replica(key);
    replica.received(chunks.size());
    List<StoreWrite.Change> changes = new ArrayList<>(chunks.size());
    for (ChangeChunk chunk : chunks) {
      changes.add(new StoreWrite.Change(key, chunk, 0));
      if (chunk.actor().equals(actor)) {
        renewActor(chunk);
      }
    }
    unsaved.save(changes);
    tell(key, Origin.REMOTE);
    snapshotIfDue(replica);
  }

  /** A peer holds changes of ours that we do not know: the store was set back in time. */
  private void renewActor(ChangeChunk forgotten) {
    LOG.atWarn()
        .addKeyValue("change", forgotten.hash())
        .log("a peer returned a change of our own that the store had lost; taking a new actor");
    actor = newActor();
    replicas.values().forEach(replica -> replica.document().renewActor(actor));
  }

  private void tell(DocumentKey key, Origin origin) {
    Kind kind = replica(key).absent(graph(key)) ? Kind.DELETED : Kind.CHANGED;
    subscribers.tell(new DocumentEvent(key, kind, origin));
  }

  private void snapshotIfDue(Replica replica) {
    if (!replica.snapshotDue() || !replica.settled()) {
      return;
    }
    List<ChangeChunk> all = graph(replica.key()).all();
    List<ChangeHash> heads = graph(replica.key()).heads();
    replica
        .loadableSave()
        .ifPresent(
            saved ->
                log.snapshot(
                    new DocumentSnapshot(
                        replica.key(),
                        ByteBuffer.wrap(saved),
                        all.stream()
                            .filter(chunk -> heads.contains(chunk.hash()))
                            .map(StoredHead::of)
                            .toList(),
                        all.stream().map(ChangeChunk::hash).toList(),
                        0)));
    replica.snapshotTaken(all.size());
  }
}
