package dev.peatmesh.sync.internal.replica;

import dev.peatmesh.runtime.MeshException;
import dev.peatmesh.sync.DocumentKey;
import dev.peatmesh.sync.internal.crdt.Basis;
import dev.peatmesh.sync.internal.crdt.NativeDocument;
import dev.peatmesh.sync.internal.engine.ChangeRef;
import dev.peatmesh.sync.internal.engine.SyncInput;
import dev.peatmesh.sync.internal.guard.ChangeChunk;
import dev.peatmesh.sync.internal.guard.ChunkReader;
import dev.peatmesh.sync.internal.guard.GuardException;
import dev.peatmesh.sync.internal.latest.Author;
import dev.peatmesh.sync.internal.latest.HybridClock;
import dev.peatmesh.sync.internal.latest.LatestDocument;
import dev.peatmesh.sync.internal.store.StoreWrite;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Puts edits into open documents of either kind. Belongs to the document loop. */
final class DocumentWriter {
  private final SyncSettings settings;
  private final OwnActor actor;
  private final SizeWatch sizes;
  private final HybridClock clock;
  private final LongSupplier wallMillis;
  private final FileImport imports;

  DocumentWriter(
      SyncSettings settings,
      OwnActor actor,
      SizeWatch sizes,
      HybridClock clock,
      LongSupplier wallMillis) {
    this.settings = settings;
    this.actor = actor;
    this.sizes = sizes;
    this.clock = clock;
    this.wallMillis = wallMillis;
    imports = new FileImport(sizes);
  }

  /** An edit that is in the document and not yet on the disk. */
  interface Step {
    /** What makes it durable. */
    List<StoreWrite> writes(long event);

    /** Whether no roll-back has taken it back meanwhile. */
    boolean isCurrent();

    /** It is durable; answers with what the engine is to be told. */
    List<SyncInput> published(long event);

    /** Takes the document back to what is durable. */
    void rollBack();

    /** What to ask other nodes for. */
    List<ChangeRef> refs();
  }

  /**
   * Puts the edit into the document.
   *
   * @return null when nothing is to be done
   * @throws RuntimeException what the edit throws; nothing is changed then
   */
  @Nullable Step apply(OpenDocument document, DocumentEdit edit) {
    return document instanceof HistoryDocument history
        ? apply(history, edit)
        : apply((LatestReplica) document, edit);
  }

  /** What another node must have to have all of the document. */
  static List<ChangeRef> refs(OpenDocument document) {
    if (document instanceof LatestReplica latest) {
      return latest.working().dots().stream()
          .<ChangeRef>map(dot -> new ChangeRef.Dot(dot.actor(), dot.counter()))
          .toList();
    }
    return document.tips().stream().<ChangeRef>map(ChangeRef.Hash::new).toList();
  }

  private @Nullable Step apply(HistoryDocument document, DocumentEdit edit) {
    NativeDocument nativeDocument = document.document();
    if (document.isBlank()) {
      actor.documentBegins();
    }
    if (edit instanceof DocumentEdit.Import imported) {
      return imports.apply(document, imported);
    }
    if (!nativeDocument.actor().equals(actor.current())) {
      nativeDocument.renewActor(actor.current());
    }
    Optional<byte[]> made = edited(document, nativeDocument, edit);
    if (made.isEmpty()) {
      return null;
    }
    ChangeChunk chunk = own(document, made.get());
    document.begun(chunk);
    return new HistoryStep(document, List.of(chunk));
  }

  private Optional<byte[]> edited(
      HistoryDocument document, NativeDocument target, DocumentEdit edit) {
    long now = wallMillis.getAsLong();
    Basis present = document.basis();
    Basis basis =
        timeToLive(document.key())
            .map(Instant.ofEpochMilli(now)::plus)
            .map(present::keeping)
            .orElse(present);
    if (edit instanceof DocumentEdit.Put put) {
      return target.put(put.value(), basis);
    }
    if (edit instanceof DocumentEdit.Change change) {
      return target.change(change.edit(), basis);
    }
    if (document.absent()) {
      return Optional.empty();
    }
    if (edit instanceof DocumentEdit.Expire expire) {
      return target.expire(Instant.ofEpochMilli(now).plus(expire.after()), present);
    }
    if (isToGo(document, edit, now)) {
      return target.delete(Math.floorDiv(now, 1_000L));
    }
    return Optional.empty();
  }

  private static boolean isToGo(OpenDocument document, DocumentEdit edit, long now) {
    return edit instanceof DocumentEdit.DeleteUnchanged seen
        ? document.tips().equals(seen.heads())
        : edit instanceof DocumentEdit.Delete || isOver(document, now);
  }

  /** Whether the time to live of the document is over. */
  private static boolean isOver(OpenDocument document, long now) {
    long expires = document.expiresMillis();
    return expires != 0 && expires <= now;
  }

  private Optional<Duration> timeToLive(DocumentKey key) {
    return settings.collection(key.collection()).timeToLive();
  }

  private ChangeChunk own(HistoryDocument document, byte[] encoded) {
    try {
      return ChunkReader.read(ByteBuffer.wrap(encoded), settings.guard());
    } catch (GuardException tooLarge) {
      actor.renew();
      document.rollBack();
      throw new MeshException.Refused(
          "change("
              + document.key()
              + "): its "
              + encoded.length
              + " bytes cannot be stored: "
              + tooLarge.reason()
              + ". Split it into smaller changes.",
          tooLarge);
    }
  }

  private @Nullable Step apply(LatestReplica document, DocumentEdit edit) {
    long now = wallMillis.getAsLong();
    clock.observe(document.working().lastStamp(), now);
    Author author =
        new Author(
            actor.current(),
            clock.now(now),
            Math.floorDiv(now, 1_000L),
            timeToLive(document.key()).map(Instant.ofEpochMilli(now)::plus).orElse(null));
    Optional<LatestDocument.Written> made = edited(document, edit, author, now);
    if (made.isEmpty()) {
      return null;
    }
    LatestDocument written = made.get().document();
    Optional<String> tooLarge = sizes.tooLarge(document.key(), written.sizeBytes());
    if (tooLarge.isPresent() && written.sizeBytes() > document.working().sizeBytes()) {
      throw new MeshException.Refused(tooLarge.get());
    }
    document.begun(written);
    return new LatestStep(
        document, new ChangeRef.Dot(made.get().dot().actor(), made.get().dot().counter()));
  }

  private Optional<LatestDocument.Written> edited(
      LatestReplica document, DocumentEdit edit, Author author, long now) {
    LatestDocument working =
        document.working().prune(now - LatestDocument.AUTHOR_RETENTION.toMillis(), author.actor());
    if (edit instanceof DocumentEdit.Put put) {
      return working.put(put.value(), author);
    }
    if (edit instanceof DocumentEdit.Change change) {
      return working.change(change.edit(), author);
    }
    if (edit instanceof DocumentEdit.Expire expire) {
      return working.expire(Instant.ofEpochMilli(now).plus(expire.after()), author);
    }
    if (isToGo(document, edit, now)) {
      return working.delete(settings.collection(document.key().collection()).deletes(), author);
    }
    return Optional.empty();
  }

  private record LatestStep(LatestReplica document, int generation, List<ChangeRef> refs)
      implements Step {
    LatestStep(LatestReplica document, ChangeRef ref) {
      this(document, document.generation(), List.of(ref));
    }

    @Override
    public List<StoreWrite> writes(long event) {
      return List.of(document.stored(event));
    }

    @Override
    public boolean isCurrent() {
      return generation == document.generation();
    }

    @Override
    public List<SyncInput> published(long event) {
      document.published(event);
      return List.of(new SyncInput.PublishedLatest(document.key()));
    }

    @Override
    public void rollBack() {
      document.rollBack();
    }
  }
}
