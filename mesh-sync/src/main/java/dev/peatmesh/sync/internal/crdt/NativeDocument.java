package dev.peatmesh.sync.internal.crdt;

import dev.peatmesh.runtime.MeshException;
import dev.peatmesh.sync.MapEditor;
import dev.peatmesh.sync.internal.guard.ActorId;
import dev.peatmesh.sync.internal.guard.ChangeChunk;
import dev.peatmesh.sync.internal.guard.ChangeHash;
import dev.peatmesh.sync.internal.guard.ChunkReader;
import dev.peatmesh.sync.internal.guard.GuardException;
import dev.peatmesh.sync.internal.guard.GuardLimits;
import dev.peatmesh.sync.internal.value.Place;
import dev.peatmesh.sync.internal.value.Values;
import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.automerge.Document;
import org.automerge.ObjectId;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One native document. Owned by one loop: two threads inside one document kill the process. Close
 * it: the garbage collector does not know of its memory, about 8 KB and 1.4 KB per change.
 *
 * <p>Every method but {@link #close} throws {@link IllegalStateException} after it.
 */
public final class NativeDocument implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(NativeDocument.class);
  private static final Cleaner CLEANER = Cleaner.create();
  private static final AtomicLong OPEN = new AtomicLong();

  /** No change within both can break a limit of the guard, so that most are not read twice. */
  private static final int SMALL_OPERATIONS = 256;

  private static final int SMALL_BYTES = 16 << 10;

  private final Handle handle;
  private final Cleaner.Cleanable leak;
  private ActorId actor;

  /** Whether the actor has a change in this very native object; see {@link NativeTransaction}. */
  private boolean authored;

  private boolean changing;
  private Admission admission = (chunk, saved) -> {};

  /** Judges a change of our own before anybody sees it. */
  @FunctionalInterface
  public interface Admission {
    /**
     * Returns when the document may stay as it is with this change.
     *
     * @param chunk the change
     * @param saved the whole document with it, as {@link #save} gives it; costs as much as that
     * @throws MeshException.Refused when it may not; the change is then taken back
     */
    void check(byte[] chunk, Supplier<byte[]> saved);
  }

  private NativeDocument(Document document, ActorId actor) {
    this.handle = new Handle(document);
    this.leak = CLEANER.register(this, handle);
    this.actor = actor;
    OPEN.incrementAndGet();
  }

  /** A new, empty document, whose changes bear the actor. */
  public static NativeDocument create(ActorId actor) {
    NativeLibrary.ensureLoaded();
    return new NativeDocument(new Document(actor.bytes()), actor);
  }

  /**
   * Reads what {@link #save} wrote. Only for bytes from our own disk: hostile ones abort the
   * process.
   *
   * @throws MeshException.StoreFailure when they are damaged in a way that the core notices
   */
  public static NativeDocument load(byte[] saved, ActorId actor) {
    NativeLibrary.ensureLoaded();
    try {
      return new NativeDocument(Document.load(saved), actor);
    } catch (RuntimeException refused) {
      throw new MeshException.StoreFailure(
          "saved document: the CRDT core cannot read it: " + refused.getMessage(), refused);
    }
  }

  /** How many native documents are open in this process; for leak checks. */
  public static long openCount() {
    return OPEN.get();
  }

  /** Who authors the next change. */
  public ActorId actor() {
    return actor;
  }

  /** Every later change of our own is shown to this one first. */
  public void admission(Admission judge) {
    admission = judge;
  }

  /** Later changes are authored by the given actor. */
  public void renewActor(ActorId renewed) {
    document();
    authored = authored && actor.equals(renewed);
    actor = renewed;
  }

  /**
   * Takes one or more concatenated change chunks that passed the guard. Changes whose dependencies
   * are absent wait inside the document, unseen by {@link #heads}; known ones do nothing.
   *
   * @throws MeshException.Refused when the core finds a contradiction, such as two changes with one
   *     actor and sequence number; the document is as it was
   */
  public void apply(byte[] guardedChunks) {
    Document document = document();
    try {
      document.applyEncodedChanges(guardedChunks);
    } catch (RuntimeException refused) {
      throw new MeshException.Refused(
          "changes: the CRDT core refuses them: " + refused.getMessage() + ".", refused);
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  /**
   * Runs the edit in one transaction.
   *
   * @return the one new change chunk; empty when nothing changed
   * @throws RuntimeException what the edit throws; the document is then as it was
   * @throws MeshException.Refused when the change is larger than peers accept, or holds what cannot
   *     be stored; the document is as it was
   */
  public Optional<byte[]> change(Consumer<? super MapEditor> edit) {
    return change(edit, false);
  }

  /**
   * Runs the edit in one transaction.
   *
   * @param startEmpty whether every key is removed first, as a document that was deleted begins
   */
  public Optional<byte[]> change(Consumer<? super MapEditor> edit, boolean startEmpty) {
    return change(edit, startEmpty ? Basis.EMPTY : Basis.PRESENT);
  }

  /** Runs the edit in one transaction, on what the basis says. */
  public Optional<byte[]> change(Consumer<? super MapEditor> edit, Basis basis) {
    return write(
        open -> {
          open.begin(basis);
          edit.accept(new NativeMapEditor(open, ObjectId.ROOT, Place.ROOT));
          open.keep(basis.expires());
        });
  }

  /** Makes the document equal to the value with the least edits, in one transaction. */
  public Optional<byte[]> put(Map<String, ?> value) {
    return put(value, false);
  }

  /**
   * Makes the document equal to the value, in one transaction.
   *
   * @param startEmpty whether it shares nothing with what the document held
   */
  public Optional<byte[]> put(Map<String, ?> value, boolean startEmpty) {
    return put(value, startEmpty ? Basis.EMPTY : Basis.PRESENT);
  }

  /** Makes the document equal to the value, in one transaction, on what the basis says. */
  public Optional<byte[]> put(Map<String, ?> value, Basis basis) {
    Map<String, @Nullable Object> normal = Values.map(value, Place.ROOT);
    return write(
        open -> {
          open.begin(basis);
          new StructuralPut(open).map(ObjectId.ROOT, normal, Place.ROOT);
          open.keep(basis.expires());
        });
  }

  /** Marks the whole document deleted, at no time. */
  public Optional<byte[]> delete() {
    return delete(0);
  }

  /**
   * Marks the whole document deleted. Always makes a change: a repeated delete is a new one.
   *
   * @param unixSeconds when: the change's own time
   */
  public Optional<byte[]> delete(long unixSeconds) {
    return write(
        open -> {
          open.date(unixSeconds);
          open.begin(Basis.PRESENT);
          open.put(new Slot.Key(ObjectId.ROOT, ChangeChunk.DELETED_KEY), true);
        });
  }

  /**
   * Sets the instant at which the document expires, earlier or later.
   *
   * @param at in whole milliseconds; null: never
   * @return empty when it is so already
   */
  public Optional<byte[]> expire(@Nullable Instant at, Basis basis) {
    return write(
        open -> {
          open.begin(basis);
          open.expire(at);
        });
  }

  /** When the document expires: of concurrent instants the last one. Empty: it does not. */
  public Optional<Instant> expires() {
    return read(document -> Expiry.of(document, null));
  }

  /** When the document expires, in the view of those of its heads. */
  public Optional<Instant> expires(List<ChangeHash> view) {
    return read(document -> Expiry.of(document, Edit.among(document.getHeads(), view)));
  }

  /** An immutable copy of the whole content, without what a document says of itself. */
  public Map<String, @Nullable Object> value() {
    return read(document -> visible(new ValueReader(document).map(ObjectId.ROOT)));
  }

  /** The whole content in the view of those of its heads. */
  public Map<String, @Nullable Object> value(List<ChangeHash> view) {
    return read(
        document -> {
          ValueReader reader = new ValueReader(document, Edit.among(document.getHeads(), view));
          return visible(reader.map(ObjectId.ROOT));
        });
  }

  /** The changes that no other change stands on, ascending. */
  public List<ChangeHash> heads() {
    return read(
        document ->
            Arrays.stream(document.getHeads())
                .map(head -> ChangeHash.of(head.getBytes()))
                .sorted()
                .toList());
  }

  /** The whole document with its history, compressed. */
  public byte[] save() {
    return read(Document::save);
  }

  /** Every change chunk of the document, one after another, each after those it stands on. */
  public byte[] changes() {
    return read(document -> document.encodeChangesSince(new org.automerge.ChangeHash[0]));
  }

  /** Frees the native memory. Idempotent. Not from inside an edit. */
  @Override
  public void close() {
    if (changing) {
      throw new IllegalStateException("document: closed from inside its own change.");
    }
    handle.close();
    leak.clean();
  }

  private Optional<byte[]> write(Consumer<Edit> body) {
    Document document = document();
    changing = true;
    try (NativeTransaction transaction = new NativeTransaction(document, actor, authored)) {
      Edit edit = new Edit(transaction);
      try {
        body.accept(edit);
      } finally {
        edit.end();
      }
      Optional<NativeTransaction.Committed> committed = transaction.commit();
      if (committed.isEmpty()) {
        return Optional.empty();
      }
      adopt(committed.get().document());
      byte[] chunk = committed.get().chunk();
      try {
        if (edit.operations() > SMALL_OPERATIONS || chunk.length > SMALL_BYTES) {
          checkFits(chunk);
        }
        admission.check(chunk, () -> handle.document().save());
      } catch (MeshException.Refused refused) {
        takeBack(transaction.before());
        throw refused;
      }
      return Optional.of(chunk);
    } finally {
      changing = false;
      Reference.reachabilityFence(this);
    }
  }

  private void adopt(Document successor) {
    if (successor != handle.document()) {
      handle.replace(successor);
      authored = true;
    }
  }

  /** A change that every peer would refuse must not stay: nobody could follow us any more. */
  private static void checkFits(byte[] chunk) {
    try {
      ChunkReader.read(ByteBuffer.wrap(chunk), GuardLimits.DEFAULT);
    } catch (GuardException refused) {
      throw new MeshException.Refused(
          "change: is too large, peers would refuse it: "
              + refused.reason()
              + ". Split it into several changes, or keep large values outside documents.",
          refused);
    }
  }

  private void takeBack(org.automerge.ChangeHash[] before) {
    handle.replace(handle.document().fork(before, actor.bytes()));
    authored = false;
  }

  static Map<String, @Nullable Object> visible(Map<String, @Nullable Object> root) {
    if (root.keySet().stream().noneMatch(Values::isReserved)) {
      return root;
    }
    Map<String, @Nullable Object> visible = new LinkedHashMap<>(root);
    visible.keySet().removeIf(Values::isReserved);
    return Collections.unmodifiableMap(visible);
  }

  private <T> T read(Function<Document, T> question) {
    try {
      return question.apply(document());
    } finally {
      // Without the fence the cleaner could free the document while the core still reads it.
      Reference.reachabilityFence(this);
    }
  }

  private Document document() {
    if (changing) {
      throw new IllegalStateException(
          "document: is being changed by the very call that this one comes from. Use its editor.");
    }
    return handle.document();
  }

  /** What is left when a document was forgotten, and what frees it. */
  private static final class Handle implements Runnable {
    private @Nullable Document document;

    Handle(Document document) {
      this.document = document;
    }

    synchronized Document document() {
      if (document == null) {
        throw new IllegalStateException("document: is closed. Open it again.");
      }
      return document;
    }

    synchronized void replace(Document replacement) {
      document().free();
      document = replacement;
    }

    synchronized boolean close() {
      if (document == null) {
        return false;
      }
      document.free();
      document = null;
      OPEN.decrementAndGet();
      return true;
    }

    @Override
    public void run() {
      if (close()) {
        LOG.atWarn().log("native document was never closed; freed by the garbage collector");
      }
    }
  }
}
