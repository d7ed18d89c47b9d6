package dev.peatmesh.sync.internal.replica;

import dev.peatmesh.runtime.MeshException;
import dev.peatmesh.sync.DocumentKey;
import dev.peatmesh.sync.internal.crdt.NativeDocument;
import dev.peatmesh.sync.internal.engine.SyncEngine;
import dev.peatmesh.sync.internal.feed.JournalEntry;
import dev.peatmesh.sync.internal.guard.ActorId;
import dev.peatmesh.sync.internal.guard.ChangeChunk;
import dev.peatmesh.sync.internal.guard.ChunkReader;
import dev.peatmesh.sync.internal.guard.GuardException;
import dev.peatmesh.sync.internal.guard.GuardLimits;
import dev.peatmesh.sync.internal.store.DocumentStore;
import dev.peatmesh.sync.internal.store.RecoveredDocument;
import dev.peatmesh.sync.internal.store.Recovery;
import dev.peatmesh.sync.internal.store.RecoverySink;
import dev.peatmesh.sync.internal.store.StoredDocument;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a store held when it was opened, on its way into memory. Not thread-safe; used once. */
public final class RecoveredDocuments {
  private static final Logger LOG = LoggerFactory.getLogger(RecoveredDocuments.class);

  private final Map<DocumentKey, Stored> documents = new TreeMap<>();
  private final ActorId actor;
  private Supplier<ActorId> newActor = () -> actor();
  private final Recovery recovery;

  private RecoveredDocuments(DocumentStore store) {
    recovery = store.recover(new Sink());
    documents.replaceAll((key, unread) -> new Stored(store.read(key)));
    // Only now: refused rows may have held changes of ours, and then the actor is a new one.
    actor = store.replica().actor();
  }

  /** Reads everything the store holds. Blocks. */
  public static RecoveredDocuments read(DocumentStore store) {
    RecoveredDocuments recovered = new RecoveredDocuments(store);
    Recovery found = recovered.recovery;
    if (!store.replica().cleanStop() || found.rowsRefused() > 0 || found.tailBytesCut() > 0) {
      LOG.atWarn()
          .addKeyValue("documents", found.documents())
          .addKeyValue("changes", found.changes())
          .addKeyValue("rowsRefused", found.rowsRefused())
          .addKeyValue("tailBytesCut", found.tailBytesCut())
          .log("recovered after an unclean stop; every acknowledged change is kept");
    }
    return recovered;
  }

  /** What the store reported. */
  public Recovery recovery() {
    return recovery;
  }

  ActorId actor() {
    return actor;
  }

  /**
   * Opens every document and tells the engine its changes.
   *
   * @param fresh makes an actor for a document of which something is missing
   */
  Map<DocumentKey, Replica> open(SyncEngine engine, GuardLimits limits, Supplier<ActorId> fresh) {
    newActor = fresh;
    Map<DocumentKey, Replica> replicas = new TreeMap<>();
    documents.forEach(
        (key, stored) -> {
          NativeDocument document = load(key, stored.snapshot);
          Replica replica = new Replica(key, document);
          List<ChangeChunk> covered =
              ChunkReader.readAll(ByteBuffer.wrap(document.changes()), limits);
          covered.forEach(chunk -> engine.recover(key, chunk));
          replica.snapshotTaken(covered.size());
          replicas.put(key, replica);
          applyLater(engine, replica, stored.chunks, limits);
        });
    documents.clear();
    return replicas;
  }

  private NativeDocument load(DocumentKey key, byte @Nullable [] snapshot) {
    if (snapshot == null) {
      return NativeDocument.create(actor);
    }
    try {
      return NativeDocument.load(snapshot, actor);
    } catch (MeshException.StoreFailure unreadable) {
      LOG.atError()
          .setCause(unreadable)
          .addKeyValue("document", key)
          .log("stored snapshot cannot be read; left for the peers to bring");
      return NativeDocument.create(newActor.get());
    }
  }

  private void applyLater(
      SyncEngine engine, Replica replica, List<byte[]> encoded, GuardLimits limits) {
    List<ChangeChunk> waiting = new ArrayList<>(encoded.size());
    boolean damaged = false;
    for (byte[] each : encoded) {
      try {
        waiting.add(ChunkReader.read(ByteBuffer.wrap(each), limits));
      } catch (GuardException bad) {
        damaged = true;
      }
    }
    List<ChangeChunk> ready = new ArrayList<>(waiting.size());
    // Mostly one round; a change may have reached the disk before one that it stands on.
    while (waiting.removeIf(chunk -> engine.recover(replica.key(), chunk) && ready.add(chunk))) {}
    if (!ready.isEmpty()) {
      replica.document().apply(Replica.concatenated(ready));
      replica.received(ready.size());
    }
    if (damaged || !waiting.isEmpty()) {
      // Changes of our own may be among them: their sequence numbers must not be used again.
      replica.document().renewActor(newActor.get());
      LOG.atWarn()
          .addKeyValue("document", replica.key())
          .addKeyValue("changes", waiting.size())
          .log(
              "stored changes are damaged or lack what they stand on; left for the peers to bring");
    }
  }

  private static final class Stored {
    private final byte @Nullable [] snapshot;
    private final List<byte[]> chunks;

    Stored(StoredDocument document) {
      ByteBuffer saved = document.snapshot();
      snapshot = saved == null ? null : bytes(saved);
      chunks = document.chunks().stream().map(Stored::bytes).toList();
    }

    private static byte[] bytes(ByteBuffer view) {
      byte[] bytes = new byte[view.remaining()];
      view.duplicate().get(bytes);
      return bytes;
    }
  }

  private final class Sink implements RecoverySink {
    @Override
    public void document(RecoveredDocument document) {
      documents.put(document.key(), new Stored(StoredDocument.NONE));
    }

    @Override
    public void journal(JournalEntry entry) {}

    @Override
    public void note(String name, String value) {}
  }
}
