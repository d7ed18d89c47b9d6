package dev.peatmesh.sync.internal.replica;

import dev.peatmesh.runtime.MeshException;
import dev.peatmesh.sync.DeletePolicy;
import dev.peatmesh.sync.DocumentKey;
import dev.peatmesh.sync.internal.crdt.Basis;
import dev.peatmesh.sync.internal.crdt.NativeDocument;
import dev.peatmesh.sync.internal.engine.ChangeGraph;
import dev.peatmesh.sync.internal.engine.DocumentState;
import dev.peatmesh.sync.internal.guard.ActorId;
import dev.peatmesh.sync.internal.guard.ChangeChunk;
import dev.peatmesh.sync.internal.guard.ChangeHash;
import dev.peatmesh.sync.internal.reconcile.DocumentFacts;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
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
  /** Measured: what an empty native document takes, each change in it, and each operation. */
  private static final long NATIVE_BYTES = 8 << 10;

  private static final long NATIVE_CHANGE_BYTES = 1_000;
  private static final long NATIVE_OPERATION_BYTES = 350;

  /** What the graph and the guard keep of a change besides its bytes. */
  private static final long GRAPH_CHANGE_BYTES = 400;

  /** A change's own bytes are in the graph once, and in the native document as change and value. */
  private static final int COPIES = 3;

  private final DocumentState state;
  private final Deque<ChangeChunk> unpublished = new ArrayDeque<>();
  private final DocumentSize size;
  private final DeletePolicy deletes;
  private final StoredExpiry storedExpiry;
  private NativeDocument document;
  private @Nullable Map<String, @Nullable Object> value;
  private NativeDocument.Admission admission = (chunk, saved) -> {};
  private boolean branched;
  private int generation;
  private int unsaved;
  private long chunkBytes;
  private long operations;
  private long sequence;

  HistoryDocument(
      DocumentState state,
      NativeDocument document,
      DocumentSize size,
      DeletePolicy deletes,
      StoredExpiry storedExpiry,
      long sequence) {
    this.state = state;
    this.storedExpiry = storedExpiry;
    this.document = document;
    this.size = size;
    this.deletes = deletes;
    this.sequence = sequence;
    state.graph().all().forEach(this::weigh);
  }

  @Override
  public DocumentKey key() {
    return state.key();
  }

  @Override
  public long bytes() {
    long changes = state.graph().size() + (long) unpublished.size();
    return NATIVE_BYTES
        + changes * (NATIVE_CHANGE_BYTES + GRAPH_CHANGE_BYTES)
        + operations * NATIVE_OPERATION_BYTES
        + chunkBytes * COPIES;
  }

  @Override
  public DocumentFacts facts() {
    boolean deleted = graph().deleted(deletes);
    return new DocumentFacts(
        graph().heads(),
        deleted,
        deleted ? Math.max(0, graph().deletedSeconds()) : 0,
        false,
        deleted ? 0 : expiresMillis(),
        sequence);
  }

  @Override
  public boolean isBlank() {
    return graph().size() == 0 && unpublished.isEmpty();
  }

  /** Every later change of our own is shown to this one first. */
  void admission(NativeDocument.Admission judge) {
    admission = judge;
    document.admission(judge);
  }

  /** The change of that hash, which is in the graph. */
  ChangeChunk required(ChangeHash hash) {
    ChangeChunk chunk = graph().chunk(hash);
    if (chunk == null) {
      throw new AssertionError("not in the graph of " + key() + ": " + hash);
    }
    return chunk;
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

  /** An event of it has become visible. */
  void sequence(long latest) {
    sequence = Math.max(sequence, latest);
  }

  /** Grows with every roll-back: a completion that names an older one comes too late. */
  int generation() {
    return generation;
  }

  /** Kept until it changes, so that reading does not cost the history. */
  @Override
  public Map<String, @Nullable Object> value() {
    if (value == null) {
      value = deletes == DeletePolicy.EDIT_WINS ? document.value() : document.value(view());
    }
    return value;
  }

  @Override
  public long expiresMillis() {
    return (deletes == DeletePolicy.EDIT_WINS ? document.expires() : document.expires(view()))
        .map(Instant::toEpochMilli)
        .orElse(0L);
  }

  @Override
  public StoredExpiry storedExpiry() {
    return storedExpiry;
  }

  /** What the next write of this node begins from. */
  Basis basis() {
    if (absent()) {
      return Basis.EMPTY;
    }
    return deletes == DeletePolicy.EDIT_WINS ? Basis.PRESENT : Basis.of(view());
  }

  @Override
  public List<ChangeHash> tips() {
    return unpublished.isEmpty() ? graph().heads() : document.heads();
  }

  void begun(ChangeChunk own) {
    unpublished.add(own);
    value = null;
  }

  /** Changes of a file are on their way to the disk; they may have several heads. */
  void imported(List<ChangeChunk> chunks) {
    chunks.forEach(this::begun);
    branched = true;
  }

  /** The own changes that are not durable yet. */
  List<ChangeChunk> unpublished() {
    return List.copyOf(unpublished);
  }

  void published(ChangeChunk own, long event) {
    ChangeChunk first = unpublished.remove();
    if (!first.hash().equals(own.hash())) {
      throw new AssertionError("changes of " + key() + " became durable out of order");
    }
    branched = branched && !unpublished.isEmpty();
    stored(own);
    sequence(event);
  }

  /** Changes of others were applied; they are not durable yet. */
  void received(List<ChangeChunk> chunks) {
    value = null;
    unsaved += chunks.size();
    chunks.forEach(this::stored);
  }

  @Override
  public void saved(int contents) {
    unsaved -= contents;
  }

  @Override
  public boolean durable() {
    return unsaved == 0;
  }

  @Override
  public boolean settled() {
    return unpublished.isEmpty();
  }

  @Override
  public boolean absent() {
    if (unpublished.isEmpty()) {
      return graph().size() == 0 || graph().deleted(deletes);
    }
    if (deletes == DeletePolicy.DELETE_WINS || branched) {
      return withUnpublished().deleted(deletes);
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
   * are.
   */
  void rollBack() {
    unpublished.clear();
    branched = false;
    generation++;
    value = null;
    storedExpiry.doubt();
    rebuild(graph().all());
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

  private void weigh(ChangeChunk chunk) {
    chunkBytes += chunk.size();
    operations += chunk.ops();
  }

  private void stored(ChangeChunk chunk) {
    weigh(chunk);
    size.grew(chunk.size());
  }

  private List<ChangeChunk> applyOneByOne(List<ChangeChunk> chunks) {
    Set<ChangeChunk> suspects = new HashSet<>(chunks);
    rebuild(graph().all().stream().filter(chunk -> !suspects.contains(chunk)).toList());
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

  private void rebuild(List<ChangeChunk> chunks) {
    ActorId actor = document.actor();
    document.close();
    document = NativeDocument.create(actor);
    document.admission(admission);
    document.apply(concatenated(chunks));
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

  /** Where deletes win: the heads that show the document. */
  private List<ChangeHash> view() {
    return withUnpublished().liveHeads();
  }

  /** The graph, with the own changes under way. A copy only where deletes win and meet writes. */
  private ChangeGraph withUnpublished() {
    if (unpublished.isEmpty()) {
      return graph();
    }
    ChangeGraph all = new ChangeGraph();
    graph().all().forEach(all::add);
    unpublished.forEach(all::add);
    return all;
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
