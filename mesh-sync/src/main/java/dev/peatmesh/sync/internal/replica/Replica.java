package dev.peatmesh.sync.internal.replica;

import dev.peatmesh.runtime.MeshException;
import dev.peatmesh.sync.DocumentKey;
import dev.peatmesh.sync.internal.crdt.NativeDocument;
import dev.peatmesh.sync.internal.engine.ChangeGraph;
import dev.peatmesh.sync.internal.guard.ActorId;
import dev.peatmesh.sync.internal.guard.ChangeChunk;
import dev.peatmesh.sync.internal.guard.ChangeHash;
import java.io.ByteArrayOutputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One document on this node: the native document, and the own changes in it that are not durable
 * yet. Belongs to the document loop.
 */
final class Replica implements AutoCloseable {
  /** A snapshot rewrites the document; doubling keeps that a constant cost per change. */
  private static final int SNAPSHOT_CHUNKS_MIN = 1_000;

  private final DocumentKey key;
  private final Deque<ChangeChunk> unpublished = new ArrayDeque<>();
  private NativeDocument document;
  private int generation;
  private int chunksSinceSnapshot;
  private int snapshotSize;

  Replica(DocumentKey key, NativeDocument document) {
    this.key = key;
    this.document = document;
  }

  DocumentKey key() {
    return key;
  }

  NativeDocument document() {
    return document;
  }

  /** Grows with every roll-back: a completion that names an older one comes too late. */
  int generation() {
    return generation;
  }

  void begun(ChangeChunk own) {
    unpublished.add(own);
  }

  void published(ChangeChunk own) {
    ChangeChunk first = unpublished.remove();
    if (!first.hash().equals(own.hash())) {
      throw new AssertionError("changes of " + key + " became durable out of order");
    }
    chunksSinceSnapshot++;
  }

  void received(int chunks) {
    chunksSinceSnapshot += chunks;
  }

  /** Whether the document, with the changes under way, was deleted or never written. */
  boolean absent(ChangeGraph graph) {
    if (unpublished.isEmpty()) {
      return graph.size() == 0 || graph.deleted();
    }
    if (!unpublished.getLast().deletesDocument()) {
      return false;
    }
    Set<ChangeHash> covered = new HashSet<>();
    unpublished.forEach(chunk -> covered.addAll(chunk.deps()));
    return graph.heads().stream()
        .filter(head -> !covered.contains(head))
        .allMatch(head -> deletes(graph, head));
  }

  /**
   * Takes back every own change that is not durable, by building the document anew from those that
   * are. Later changes come from a new actor: the disk may hold what it said it did not.
   */
  void rollBack(ChangeGraph graph, ActorId newActor) {
    unpublished.clear();
    generation++;
    document.close();
    document = NativeDocument.create(newActor);
    document.apply(concatenated(graph.all()));
  }

  /**
   * Applies changes that passed the guard.
   *
   * @param graph all changes of the document, these included: what to start again from on failure
   * @return those that the document did not take, with all that stand on them
   */
  List<ChangeChunk> apply(List<ChangeChunk> chunks, ChangeGraph graph) {
    try {
      document.apply(concatenated(chunks));
      return List.of();
    } catch (RuntimeException refused) {
      return applyOneByOne(chunks, graph);
    }
  }

  /** Whether enough has come since the last snapshot to pay for another. */
  boolean snapshotDue() {
    return chunksSinceSnapshot >= Math.max(SNAPSHOT_CHUNKS_MIN, snapshotSize);
  }

  /**
   * The saved document, if it can be read back with the same heads. The core saves some documents
   * with odd but harmless changes of other nodes in a form that it does not load again; the chunks
   * of those are kept as they are.
   */
  Optional<byte[]> loadableSave() {
    byte[] saved = document.save();
    try (NativeDocument copy = NativeDocument.load(saved, document.actor())) {
      return copy.heads().equals(document.heads()) ? Optional.of(saved) : Optional.empty();
    } catch (MeshException.StoreFailure unreadable) {
      return Optional.empty();
    }
  }

  void snapshotTaken(int changes) {
    chunksSinceSnapshot = 0;
    snapshotSize = changes;
  }

  boolean settled() {
    return unpublished.isEmpty();
  }

  @Override
  public void close() {
    document.close();
  }

  private List<ChangeChunk> applyOneByOne(List<ChangeChunk> chunks, ChangeGraph graph) {
    ActorId actor = document.actor();
    document.close();
    document = NativeDocument.create(actor);
    Set<ChangeChunk> suspects = new HashSet<>(chunks);
    document.apply(
        concatenated(graph.all().stream().filter(chunk -> !suspects.contains(chunk)).toList()));
    document.apply(concatenated(List.copyOf(unpublished)));
    List<ChangeChunk> refused = new ArrayList<>();
    Set<ChangeHash> gone = new HashSet<>();
    for (ChangeChunk chunk : chunks) {
      if (chunk.deps().stream().anyMatch(gone::contains) || !takes(chunk)) {
        gone.add(chunk.hash());
        refused.add(chunk);
      }
    }
    return refused;
  }

  private boolean takes(ChangeChunk chunk) {
    try {
      document.apply(chunk.bytes());
      return true;
    } catch (RuntimeException refused) {
      return false;
    }
  }

  private static boolean deletes(ChangeGraph graph, ChangeHash hash) {
    ChangeChunk chunk = graph.chunk(hash);
    return chunk != null && chunk.deletesDocument();
  }

  static byte[] concatenated(List<ChangeChunk> chunks) {
    if (chunks.size() == 1) {
      return chunks.get(0).bytes();
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    chunks.forEach(chunk -> bytes.writeBytes(chunk.bytes()));
    return bytes.toByteArray();
  }
}
