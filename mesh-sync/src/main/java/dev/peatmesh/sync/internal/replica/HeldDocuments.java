package dev.peatmesh.sync.internal.replica;

import dev.peatmesh.runtime.MeshException;
import dev.peatmesh.sync.CollectionSettings;
import dev.peatmesh.sync.DocumentKey;
import dev.peatmesh.sync.SyncMode;
import dev.peatmesh.sync.internal.engine.ChangeRef;
import dev.peatmesh.sync.internal.engine.DocumentState;
import dev.peatmesh.sync.internal.engine.Documents;
import dev.peatmesh.sync.internal.engine.LatestMerge;
import dev.peatmesh.sync.internal.engine.Lineage;
import dev.peatmesh.sync.internal.guard.ChangeChunk;
import dev.peatmesh.sync.internal.guard.ChangeHash;
import dev.peatmesh.sync.internal.guard.GuardException;
import dev.peatmesh.sync.internal.latest.Dot;
import dev.peatmesh.sync.internal.latest.HybridClock;
import dev.peatmesh.sync.internal.latest.LatestDocument;
import dev.peatmesh.sync.internal.latest.LatestLimits;
import dev.peatmesh.sync.internal.reconcile.DocumentFacts;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The documents of this node as the engine sees them. Belongs to the document loop. */
final class HeldDocuments implements Documents {
  private static final Logger LOG = LoggerFactory.getLogger(HeldDocuments.class);

  /** The engine asks for {@link #tooLarge} first; this only bounds what is decoded. */
  private static final LatestLimits LIMITS = new LatestLimits(Integer.MAX_VALUE);

  private final SyncSettings settings;
  private final DocumentShelf shelf;
  private final SizeWatch sizes;
  private final OwnActor actor;
  private final Journal journal;
  private final Unsaved unsaved;
  private final HybridClock clock;
  private final LongSupplier wallMillis;
  private final BiConsumer<DocumentKey, List<ChangeHash>> deletions;

  /**
   * @param deletions deletes a document that still has those heads as a write of this node, later
   */
  HeldDocuments(
      SyncSettings settings,
      DocumentShelf shelf,
      SizeWatch sizes,
      OwnActor actor,
      Journal journal,
      Unsaved unsaved,
      HybridClock clock,
      LongSupplier wallMillis,
      BiConsumer<DocumentKey, List<ChangeHash>> deletions) {
    this.settings = settings;
    this.shelf = shelf;
    this.sizes = sizes;
    this.actor = actor;
    this.journal = journal;
    this.unsaved = unsaved;
    this.clock = clock;
    this.wallMillis = wallMillis;
    this.deletions = deletions;
  }

  @Override
  public Set<String> collections() {
    return settings.collections().keySet();
  }

  @Override
  public CollectionSettings settings(String collection) {
    return settings.collection(collection);
  }

  @Override
  public DocumentState history(DocumentKey key) {
    return shelf.history(key).state();
  }

  /** Whatever goes wrong here, the engine must hear which changes are not in the document. */
  @Override
  public List<ChangeChunk> apply(DocumentState state, List<ChangeChunk> chunks) {
    try {
      HistoryDocument document = shelf.history(state.key());
      List<ChangeChunk> refused = document.apply(chunks);
      if (refused.size() < chunks.size()) {
        document.sequence(journal.begin());
      }
      return refused;
    } catch (RuntimeException failure) {
      LOG.atError()
          .setCause(failure)
          .addKeyValue("document", state.key())
          .log("changes not applied");
      return chunks;
    }
  }

  @Override
  public DocumentFacts facts(DocumentKey key) {
    return shelf.document(key).facts();
  }

  @Override
  public Optional<ByteBuffer> latest(DocumentKey key) {
    LatestDocument published = shelf.latest(key).published();
    return published.isEmpty() ? Optional.empty() : Optional.of(published.encode());
  }

  @Override
  public LatestMerge merge(DocumentKey key, ByteBuffer state) {
    LatestDocument theirs = LatestDocument.decode(state, LIMITS);
    if (theirs.isEmpty()) {
      throw new GuardException("a state without a change");
    }
    LatestReplica ours = shelf.latest(key);
    if (theirs.lastCounter(actor.current()) > ours.working().lastCounter(actor.current())) {
      actor.forgotten(key);
    }
    boolean changed = merged(ours, theirs);
    if (changed) {
      clock.observe(theirs.lastStamp(), wallMillis.getAsLong());
      ours.sequence(journal.begin());
      shelf.resized(ours);
    }
    return ours.outcome(theirs, changed);
  }

  /** Either may be what a correct node has, and the two together too much. */
  private static boolean merged(LatestReplica ours, LatestDocument theirs) {
    try {
      return ours.merge(theirs);
    } catch (GuardException beyond) {
      throw new MeshException.Refused(
          "what a peer has of it and what is here would together have "
              + beyond.reason()
              + ". Split it into several documents.",
          beyond);
    }
  }

  @Override
  public boolean holds(DocumentKey key, ChangeRef change) {
    OpenDocument document = shelf.document(key);
    if (change instanceof ChangeRef.Hash hash) {
      return document instanceof HistoryDocument history && history.graph().contains(hash.hash());
    }
    if (change instanceof ChangeRef.Dot dot) {
      return document instanceof LatestReplica latest
          && latest.published().covers(new Dot(dot.actor(), dot.counter()));
    }
    throw new AssertionError("unhandled " + change);
  }

  @Override
  public boolean durable(DocumentKey key) {
    OpenDocument document = shelf.ifOpen(key);
    return document == null || document.durable();
  }

  @Override
  public boolean durable() {
    return unsaved.contents() == 0;
  }

  @Override
  public Lineage lineage() {
    return journal.lineage();
  }

  @Override
  public long settledSequence() {
    return journal.settled();
  }

  @Override
  public void adoptDeletion(DocumentKey key) {
    deletions.accept(key, shelf.document(key).facts().heads());
  }

  @Override
  public Optional<String> tooLarge(DocumentKey key, long additionalBytes) {
    return settings.collection(key.collection()).mode() == SyncMode.LATEST_ONLY
        ? sizes.tooLargeMerged(key, additionalBytes)
        : sizes.tooLarge(shelf.history(key), additionalBytes);
  }
}
