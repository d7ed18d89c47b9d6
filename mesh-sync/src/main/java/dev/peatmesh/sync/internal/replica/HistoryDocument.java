package dev.peatmesh.sync.internal.replica;

import dev.peatmesh.runtime.MeshException;
import dev.peatmesh.sync.DocumentKey;
import dev.peatmesh.sync.internal.crdt.NativeDocument;
import dev.peatmesh.sync.internal.engine.ChangeGraph;
import dev.peatmesh.sync.internal.engine.DocumentState;
import dev.peatmesh.sync.internal.guard.ActorId;
import dev.peatmesh.sync.internal.guard.ChangeChunk;
import dev.peatmesh.sync.internal.guard.ChangeHash;
import java.io.ByteArrayOutputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One open document with history: the native document, the graph of its changes, and the own
 * changes in it that are not durable yet. Belongs to the document loop.
 */
final class HistoryDocument implements OpenDocument {
  /** Measured: what an empty native document takes, and what each change adds to it. */
  private static final long NATIVE_BYTES = 8 << 10;

  private static final long NATIVE_CHANGE_BYTES = 1_400;

  /** What the graph and the guard keep of a change besides its bytes. */
  private static final long GRAPH_CHANGE_BYTES = 400;

  private final DocumentState state;
  private final Deque<ChangeChunk> unpublished = new ArrayDeque<>();
  private final DocumentSize size;
  private NativeDocument document;
  private @Nullable Map<String, @Nullable Object> value;
  private int generation;
  private int unsaved;
  private long chunkBytes;
  private long sequence;

  HistoryDocument(DocumentState state, NativeDocument document, DocumentSize size, long sequence) {
    this.state = state;
    this.document = document;
    this.size = size;
    this.sequence = sequence;
    state.graph().all().forEach(chunk -> chunkBytes += chunk.size());
  }

  @Override
  public DocumentKey key() {
    return state.key();
  }

  @Override
  public long bytes() {
    long changes = state.graph().size() + (long) unpublished.size();
    return NATIVE_BYTES + changes * (NATIVE_CHANGE_BYTES + GRAPH_CHANGE_BYTES) + chunkBytes;
  }

  @Override
  public boolean closable() {
    return settled() && unsaved == 0;
  }

  DocumentState state() {
    return state;
  }

  ChangeGraph graph() {
    return state.graph();
  }

  DocumentSize size() {
    return size;
  }

  NativeDocument document() {
    return document;
  }

  /** The number of its last event. */
  long sequence() {
    return sequence;
  }

  /** An event of it became visible. */
  void sequence(long latest) {
    sequence = Math.max(sequence, latest);
  }

  /** Grows with every roll-back: a completion that names an older one comes too late. */
  int generation() {
    return generation;
  }

  /** The present content; kept until it changes, so that reading does not cost the history. */
  Map<String, @Nullable Object> value() {
    if (value == null) {
      value = document.value();
    }
    return value;
  }

  /** The heads, own changes under way included. */
  List<ChangeHash> tips() {
    // The core makes a change stand on every head there is.
    return unpublished.isEmpty() ? graph().heads() : document.heads();
  }

  void begun(ChangeChunk own) {
    unpublished.add(own);
    value = null;
  }

  void published(ChangeChunk own) {
    ChangeChunk first = unpublished.remove();
    if (!first.hash().equals(own.hash())) {
      throw new AssertionError("changes of " + key() + " became durable out of order");
    }
    stored(own);
  }

  /** Changes of others were applied; they are not durable yet. */
  void received(List<ChangeChunk> chunks) {
    value = null;
    unsaved += chunks.size();
    chunks.forEach(this::stored);
  }

  /** So many changes of others are durable now. */
  void saved(int chunks) {
    unsaved -= chunks;
  }

  /** Whether every change of others is durable. */
  boolean durable() {
    return unsaved == 0;
  }

  /** Whether no own change is on its way to the disk. */
  boolean settled() {
    return unpublished.isEmpty();
  }

  /** Whether the document, with the changes under way, was deleted or never written. */
  boolean absent() {
    if (unpublished.isEmpty()) {
      return !state.exists();
    }
    if (!unpublished.getLast().deletesDocument()) {
      return false;
    }
    Set<ChangeHash> covered = new HashSet<>();
    unpublished.forEach(chunk -> covered.addAll(chunk.deps()));
    return graph().heads().stream().filter(head -> !covered.contains(head)).allMatch(this::deletes);
  }

  /**
   * Takes back every own change that is not durable, by building the document anew from those that
   * are. Later changes come from a new actor: the disk may hold what it said it did not.
   */
  void rollBack(ActorId newActor) {
    unpublished.clear();
    generation++;
    value = null;
    document.close();
    document = NativeDocument.create(newActor);
    document.apply(concatenated(graph().all()));
  }

  /**
   * Applies changes that passed the guard and are in the graph.
   *
   * @return those that the document did not take, with all that stand on them
   */
  List<ChangeChunk> apply(List<ChangeChunk> chunks) {
    value = null;
    try {
      document.apply(concatenated(chunks));
      return List.of();
    } catch (RuntimeException refused) {
      return applyOneByOne(chunks);
    }
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

  @Override
  public void close() {
    document.close();
  }

  private void stored(ChangeChunk chunk) {
    chunkBytes += chunk.size();
    size.grew(chunk.size());
  }

  private List<ChangeChunk> applyOneByOne(List<ChangeChunk> chunks) {
    ActorId actor = document.actor();
    document.close();
    document = NativeDocument.create(actor);
    Set<ChangeChunk> suspects = new HashSet<>(chunks);
    document.apply(
        concatenated(graph().all().stream().filter(chunk -> !suspects.contains(chunk)).toList()));
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

  private boolean deletes(ChangeHash hash) {
    ChangeChunk chunk = graph().chunk(hash);
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
