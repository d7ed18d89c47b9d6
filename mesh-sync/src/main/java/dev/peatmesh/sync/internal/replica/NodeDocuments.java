package dev.peatmesh.sync.internal.replica;

import dev.peatmesh.runtime.Loop;
import dev.peatmesh.runtime.MeshException;
import dev.peatmesh.sync.DocumentKey;
import dev.peatmesh.sync.Subscription;
import dev.peatmesh.sync.internal.engine.Agreement;
import dev.peatmesh.sync.internal.engine.EngineSettings;
import dev.peatmesh.sync.internal.engine.Moment;
import dev.peatmesh.sync.internal.engine.PeerId;
import dev.peatmesh.sync.internal.engine.SyncEffect;
import dev.peatmesh.sync.internal.engine.SyncEngine;
import dev.peatmesh.sync.internal.engine.SyncInput;
import dev.peatmesh.sync.internal.feed.Feed;
import dev.peatmesh.sync.internal.feed.FeedJournal;
import dev.peatmesh.sync.internal.guard.ChangeHash;
import dev.peatmesh.sync.internal.latest.HybridClock;
import dev.peatmesh.sync.internal.reconcile.DocumentEntry;
import dev.peatmesh.sync.internal.reconcile.DocumentIndex;
import dev.peatmesh.sync.internal.reconcile.Fingerprint;
import dev.peatmesh.sync.internal.store.ChangeLog;
import dev.peatmesh.sync.internal.store.StoreWrite;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The documents of one node and all that works on them, wired: the engine in the middle, its inputs
 * one after another, its effects performed in order. Belongs to the document loop.
 */
final class NodeDocuments {
  private static final Logger LOG = LoggerFactory.getLogger(NodeDocuments.class);

  /** How often the engine looks for tombstones to collect, at the most. */
  private static final Duration HOUSEKEEPING = Duration.ofMinutes(1);

  /** The most collections: their names are kept in memory, and told to peers. */
  private static final int COLLECTIONS_MAX = 10_000;

  private final Loop loop;
  private final WallClock clock;
  private final ChangeLog log;
  private final SyncSettings settings;
  private final SyncEngine engine;
  private final PeerPorts peers;
  private final Troubles troubles;
  private final OwnActor actor;
  private final Journal journal;
  private final Feed feed;
  private final Subscribers subscribers;
  private final Unsaved unsaved;
  private final LooseDocuments loose;
  private final Snapshots snapshots;
  private final SizeWatch sizes;
  private final DocumentShelf shelf;
  private final LocalWrites writes;
  private final RemoteChanges remote;
  private final CollectionReads reads;
  private final Replications replications;
  private final Expiry expiry;
  private final Compactor compactor;
  private final Agreed agreed;
  private final Deque<SyncInput> inputs = new ArrayDeque<>();
  private final List<Runnable> progress = new CopyOnWriteArrayList<>();
  private boolean handling;
  private boolean tidying;
  private boolean paused;
  private boolean closed;

  NodeDocuments(Replicator.Parts parts) {
    RecoveredDocuments recovered = parts.recovered();
    settings = parts.settings();
    recovered.checkModes(settings);
    loop = parts.loop();
    log = parts.log();
    clock = new WallClock(parts.clock());
    troubles = new Troubles(loop, settings.limits().warnBytes());
    actor =
        new OwnActor(
            parts.self(),
            recovered.replica().actor(),
            recovered.note(OwnActor.NOTE),
            parts.random(),
            this::setBack);
    unsaved = new Unsaved(loop, log);
    subscribers = new Subscribers(parts.callbacks());
    feed = new Feed(journalOf(recovered), loop, parts.callbacks());
    journal = new Journal(feed, subscribers, clock, recovered, parts.random());
    loose = new LooseDocuments(settings.compaction());
    snapshots = new Snapshots(log, loose);
    sizes = new SizeWatch(settings.limits(), troubles);
    shelf = new DocumentShelf(settings, recovered.reader(), actor, sizes, snapshots, troubles);
    HybridClock stamps = new HybridClock();
    HeldDocuments held =
        new HeldDocuments(
            settings, shelf, sizes, actor, journal, unsaved, stamps, clock, this::deleteLater);
    List<Agreement> agreements = Agreed.recover(recovered);
    agreed = new Agreed(unsaved, agreements);
    EngineSettings engineSettings = engineSettings(parts);
    DocumentIndex index =
        new DocumentIndex(settings.documentsMax(), COLLECTIONS_MAX, engineSettings.bucketSeconds());
    // What is there is there: a limit that was lowered since refuses only what comes.
    recovered.facts().forEach(index::put);
    engine = new SyncEngine(parts.self(), held, index, engineSettings, agreements, parts.random());
    peers = new PeerPorts(loop, this::peerUp, this::handle);
    DocumentWriter writer = new DocumentWriter(settings, actor, sizes, stamps, clock);
    writes =
        new LocalWrites(
            shelf, writer, actor, journal, log, unsaved, this::admits, this::handle, this::changed);
    remote = new RemoteChanges(shelf, actor, journal, unsaved, this::handle, this::changed);
    reads = new CollectionReads(loop, settings, shelf, engine.index(), writes.underWay());
    replications = new Replications(loop, this::handle, peers::connected);
    expiry = new Expiry(loop, clock, () -> rank(parts.self()), this::deleteExpired);
    compactor =
        new Compactor(loop, settings, shelf, engine.index(), snapshots, loose, log, this::handle);
    recover(recovered);
    start();
  }

  /** Immutable: for any thread. */
  SyncSettings settings() {
    return settings;
  }

  PeerPorts peers() {
    return peers;
  }

  LocalWrites writes() {
    return writes;
  }

  CollectionReads reads() {
    return reads;
  }

  Replications replications() {
    return replications;
  }

  Compactor compactor() {
    return compactor;
  }

  Subscribers subscribers() {
    return subscribers;
  }

  Feed feed() {
    return feed;
  }

  Fingerprint fingerprint() {
    return engine.fingerprint();
  }

  boolean synchronised(PeerId peer) {
    return engine.synchronised(peer);
  }

  boolean isDurable() {
    return unsaved.contents() == 0;
  }

  void pause(boolean now) {
    if (paused != now && !closed) {
      paused = now;
      handle(now ? new SyncInput.Pause() : new SyncInput.Resume());
    }
  }

  Subscription onProgress(Runnable listener) {
    progress.add(listener);
    return () -> progress.remove(listener);
  }

  SyncStatus status() {
    return new SyncStatus(
        engine.index().existing(),
        unsaved.problem(),
        unsaved.contents(),
        troubles.refusedCount(),
        troubles.stallCount(),
        troubles.damagedCount(),
        shelf.bytes(),
        paused,
        troubles.reasons());
  }

  /** Whoever brought the input about may still use a document. */
  private void tidyLater() {
    if (!tidying && shelf.isUntidy()) {
      tidying = true;
      loop.execute(
          () -> {
            tidying = false;
            tidy();
          });
    }
  }

  /** Between two tasks: corrects what was found to be wrong, closes what is open without need. */
  void tidy() {
    if (closed || handling) {
      return;
    }
    shelf.takeDamaged().forEach(this::correct);
    shelf.tidy();
  }

  void close() {
    if (closed) {
      return;
    }
    writes.close();
    end();
    unsaved.flush();
    log.append(journal.stopping(), failure -> {});
    log.close();
    shelf.close();
  }

  void free() {
    if (!closed) {
      writes.close();
      end();
    }
    shelf.close();
  }

  /** The engine hears of one thing after another, also of those that its effects bring about. */
  void handle(SyncInput input) {
    inputs.add(input);
    if (handling) {
      return;
    }
    handling = true;
    try {
      for (SyncInput next = inputs.poll(); next != null && !closed; next = inputs.poll()) {
        effects(next).forEach(this::performSafely);
      }
    } finally {
      handling = false;
    }
    tidyLater();
    progress.forEach(Runnable::run);
  }

  /** A document that cannot be read must not take along what became of those before it. */
  private List<SyncEffect> effects(SyncInput input) {
    try {
      return engine.handle(input, new Moment(loop.nanoTime(), clock.getAsLong()));
    } catch (MeshException.StoreFailure unreadable) {
      unsaved.storeFails(unreadable);
      return engine.effects();
    }
  }

  private void performSafely(SyncEffect effect) {
    try {
      perform(effect);
    } catch (RuntimeException failure) {
      // The others must be performed all the same: the engine counts on them.
      LOG.atError().setCause(failure).log("effect of the sync engine failed");
    }
  }

  private void perform(SyncEffect effect) {
    if (effect instanceof SyncEffect.Send send) {
      peers.send(send);
    } else if (effect instanceof SyncEffect.Applied applied) {
      remote.applied(applied);
    } else if (effect instanceof SyncEffect.Merged merged) {
      remote.merged(merged);
    } else if (effect instanceof SyncEffect.Wake wake) {
      loop.schedule(wake.after(), () -> handle(new SyncInput.Woken(wake.peer())));
    } else if (effect instanceof SyncEffect.Confirmed confirmed) {
      replications.confirmed(confirmed);
    } else if (effect instanceof SyncEffect.Agreed agreement) {
      agreed.note(agreement.agreement());
    } else if (effect instanceof SyncEffect.Collected collected) {
      collected(collected);
    } else if (effect instanceof SyncEffect.Forgotten forgotten) {
      forgotten(forgotten.key());
    } else if (effect instanceof SyncEffect.Violation violation) {
      peers.violation(violation);
    } else if (effect instanceof SyncEffect.Refused refusal) {
      troubles.refused(refusal.key(), refusal.detail());
    } else if (effect instanceof SyncEffect.ModeRefused refused) {
      troubles.modeRefused(refused);
    } else if (effect instanceof SyncEffect.Stalled stalled) {
      troubles.stalled(stalled);
    } else {
      throw new AssertionError("unhandled " + effect);
    }
  }

  /** New documents under way are in no index yet, but will be. */
  private boolean admits(DocumentKey key) {
    DocumentIndex index = engine.index();
    return index.get(key) != null
        || writes.underWay().contains(key)
        || (index.size() + writes.underWay().size() < settings.documentsMax() && index.admits(key));
  }

  private void peerUp(PeerId peer) {
    troubles.peerUp(peer);
    handle(new SyncInput.PeerUp(peer));
  }

  /** Everything that hangs on the content of a document follows. */
  private void changed(OpenDocument document) {
    reads.changed(document);
    if (document.isBlank()) {
      return; // The only write of it was taken back.
    }
    expiry.note(document.key(), document.facts());
    if (document instanceof HistoryDocument history) {
      sizes.changed(history);
      snapshots.ifDue(history);
    } else if (document instanceof LatestReplica latest) {
      sizes.changed(latest.key(), latest.published().sizeBytes());
    }
    shelf.resized(document);
  }

  /** Unless a write of this node is on its way: that brings the document back. */
  private void collected(SyncEffect.Collected collected) {
    DocumentKey key = collected.key();
    if (drop(key)) {
      compactor.collected();
      unsaved.save(
          Unsaved.Item.of(
              actor.documentDropped(
                  new StoreWrite.Gone(
                      key,
                      collected.facts().heads(),
                      collected.facts().deletedSeconds(),
                      collected.facts().sequence()))));
    }
  }

  private void forgotten(DocumentKey key) {
    if (drop(key)) {
      unsaved.save(Unsaved.Item.of(actor.documentDropped(new StoreWrite.Forget(key))));
    }
  }

  private boolean drop(DocumentKey key) {
    OpenDocument open = shelf.ifOpen(key);
    if (writes.underWay().contains(key) || (open != null && !open.closable())) {
      return false;
    }
    shelf.drop(key);
    loose.dropped(key);
    troubles.shrunk(key);
    expiry.note(key, null);
    return true;
  }

  /** What the store knows of a document is not all: only opening it tells. */
  private void open(DocumentKey key) {
    OpenDocument document = shelf.document(key);
    if (!document.isBlank()) {
      handle(new SyncInput.Corrected(key, document.facts()));
    }
  }

  private void setBack() {
    unsaved.save(Unsaved.Item.of(journal.lost()));
    handle(new SyncInput.SetBack());
  }

  /** A stored document was found damaged: what is left of it is what the others must hear of. */
  private void correct(DocumentKey key) {
    unsaved.save(Unsaved.Item.of(journal.lost()));
    OpenDocument document = shelf.document(key);
    if (document.isBlank()) {
      handle(new SyncInput.Corrected(key, null));
      forgotten(key);
      return;
    }
    handle(new SyncInput.Corrected(key, document.facts()));
    if (document instanceof HistoryDocument history && history.closable()) {
      snapshots.take(history);
    }
  }

  /** An application may write to it meanwhile, or may be doing so: then it stays. */
  private void deleteLater(DocumentKey key, List<ChangeHash> heads) {
    loop.execute(() -> delete(key, new DocumentEdit.DeleteUnchanged(heads)));
  }

  private void deleteExpired(DocumentKey key) {
    delete(key, new DocumentEdit.DeleteExpired());
  }

  private void delete(DocumentKey key, DocumentEdit edit) {
    if (closed) {
      return;
    }
    CompletableFuture<LocalWrites.Written> done = new CompletableFuture<>();
    CompletableFuture<?> unused =
        done.whenComplete(
            (written, failure) -> {
              if (failure != null) {
                LOG.atWarn().setCause(failure).addKeyValue("document", key).log("delete failed");
                noteExpiry(key);
              }
            });
    try {
      writes.write(key, edit, done);
    } catch (MeshException failure) {
      done.completeExceptionally(failure);
    } finally {
      tidy();
    }
  }

  private void noteExpiry(DocumentKey key) {
    DocumentEntry known = engine.index().get(key);
    loop.schedule(HOUSEKEEPING, () -> expiry.note(key, known == null ? null : known.facts()));
  }

  /** How many of the nodes connected to this one delete expired documents before it. */
  private int rank(PeerId self) {
    int rank = 0;
    for (PeerId peer : peers.connected()) {
      rank += peer.compareTo(self) < 0 ? 1 : 0;
    }
    return rank;
  }

  private void recover(RecoveredDocuments recovered) {
    recovered.facts().forEach(expiry::note);
    recovered.sizes().forEach(loose::recovered);
    List<StoreWrite> anew = new ArrayList<>(journal.opened());
    anew.addAll(actor.unstored());
    unsaved.save(Unsaved.Item.of(anew));
    shelf.knownBy(
        key -> {
          DocumentEntry known = engine.index().get(key);
          return known == null ? null : known.facts();
        });
    recovered.doubtful(settings).forEach(this::open);
    tidy();
  }

  private void start() {
    reads.start();
    compactor.start();
    housekeepLater();
  }

  private void housekeepLater() {
    Duration eighth = settings.tombstoneRetention().dividedBy(EngineSettings.BUCKETS_PER_RETENTION);
    loop.schedule(
        eighth.compareTo(HOUSEKEEPING) < 0 ? eighth : HOUSEKEEPING,
        () -> {
          if (!closed) {
            handle(new SyncInput.Housekeep());
            housekeepLater();
          }
        });
  }

  private void end() {
    closed = true;
    unsaved.end();
    feed.close();
    reads.close();
    replications.close();
    expiry.close();
    compactor.close();
  }

  private FeedJournal journalOf(RecoveredDocuments recovered) {
    return new FeedJournal(
        settings.journalEntriesMax(),
        recovered.journal(),
        Math.max(
            Journal.lastTold(recovered),
            Math.max(recovered.lastSequence(), recovered.replica().nextSequence() - 1)));
  }

  private EngineSettings engineSettings(Replicator.Parts parts) {
    return new EngineSettings(
        settings.guard(), settings.documentsMax(), parts.durable(), settings.tombstoneRetention());
  }
}
