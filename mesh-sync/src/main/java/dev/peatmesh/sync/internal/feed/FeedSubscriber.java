package dev.peatmesh.sync.internal.feed;

import dev.peatmesh.sync.Document;
import dev.peatmesh.sync.FeedEvent;
import dev.peatmesh.sync.Filter;
import dev.peatmesh.sync.Subscription;
import dev.peatmesh.sync.internal.query.DocumentSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * One listener: a place in the journal, and no queue.
 *
 * <p>Its work is a chain of tasks, of which never two run at a time: each hands over to the next,
 * on the callback executor (reading the journal, calling the listener) or on the document loop
 * (reading documents). All fields but those marked belong to the task that runs. Each task does a
 * bounded piece, so that others have their turn in between. When there is nothing to tell the chain
 * ends; {@link #appended} begins it again.
 */
final class FeedSubscriber implements Subscription {
  private static final Logger LOG = LoggerFactory.getLogger(FeedSubscriber.class);

  /** Events told at a stretch. */
  static final int EVENTS_MAX = 64;

  /** Documents read at a stretch, which holds up the document loop. */
  static final int DOCUMENTS_MAX = 32;

  /** One who has nothing to hear is moved on this often, that it may not fall out of the ring. */
  private static final int MOVES_PER_RING = 4;

  private final Interest interest;
  private final Consumer<? super FeedEvent> listener;
  private final FeedJournal journal;
  private final Executor loop;
  private final Executor callbacks;
  private final Consumer<FeedSubscriber> onCancel;
  private final MatchJudge judge;

  /** Whether the chain of tasks is under way. Shared. */
  private final AtomicBoolean busy = new AtomicBoolean(true);

  /** Shared. */
  private volatile boolean cancelled;

  /** Of the next event to read. Shared: {@link #appended} looks at it. */
  private volatile long position;

  private long lastSequence;
  private long snapshotSequence;
  private @Nullable String snapshotTo;
  private boolean failedBefore;

  /** Something could not be read: the chain has ended, and the next one begins with a snapshot. */
  private boolean missed;

  /** What it wants to hear of. */
  record Interest(String collection, Filter filter, DocumentSource documents) {
    boolean concerns(JournalEntry entry) {
      return entry.key().collection().equals(collection);
    }
  }

  FeedSubscriber(
      Interest interest,
      Consumer<? super FeedEvent> listener,
      FeedJournal journal,
      Executor loop,
      Executor callbacks,
      Consumer<FeedSubscriber> onCancel) {
    this.interest = interest;
    this.listener = listener;
    this.journal = journal;
    this.loop = loop;
    this.callbacks = callbacks;
    this.onCancel = onCancel;
    judge = new MatchJudge(interest.filter(), interest.documents());
  }

  /** On the document loop, once. */
  void begin(OptionalLong since) {
    if (since.isEmpty()) {
      beginSnapshot();
      orMissed(lastSequence, this::readDocuments);
      return;
    }
    lastSequence = since.getAsLong();
    OptionalLong known = journal.positionAfter(lastSequence);
    if (known.isPresent()) {
      position = known.getAsLong();
      judge.held().any();
      callbacks.execute(this::readEvents);
    } else {
      callbacks.execute(this::resync);
    }
  }

  /** The journal has this event now. On the document loop; does not wait. */
  void appended(JournalEntry entry) {
    boolean lagging =
        journal.end().position() - position >= Math.max(1, journal.capacity() / MOVES_PER_RING);
    if (lagging || interest.concerns(entry)) {
      wake();
    }
  }

  @Override
  public void cancel() {
    cancelled = true;
    onCancel.accept(this);
  }

  /** There is something to read in the journal. On any thread; does not wait. */
  void wake() {
    if (busy.compareAndSet(false, true)) {
      callbacks.execute(this::readEvents);
    }
  }

  private void rest() {
    busy.set(false);
    if (journal.end().position() != position) {
      wake(); // What was appended in between found us busy.
    }
  }

  // On the callback executor.

  private void readEvents() {
    if (cancelled) {
      return; // Busy for ever: nothing begins the chain again.
    }
    if (missed) {
      missed = false;
      resync();
      return;
    }
    long from = position;
    Optional<List<JournalEntry>> read = journal.read(from, EVENTS_MAX);
    if (read.isEmpty()) {
      resync();
      return;
    }
    List<JournalEntry> entries = read.get();
    if (entries.isEmpty()) {
      rest();
      return;
    }
    position = from + entries.size();
    long before = lastSequence;
    lastSequence = entries.get(entries.size() - 1).sequence();
    List<JournalEntry> concerned = entries.stream().filter(interest::concerns).toList();
    if (concerned.isEmpty() || judge.needsNoDocuments()) {
      tellEvents(concerned.stream().map(MatchJudge::unfiltered).toList());
    } else {
      loop.execute(() -> orMissed(before, () -> judgeEvents(concerned)));
    }
  }

  private void tellEvents(List<FeedEvent> events) {
    events.forEach(this::call);
    callbacks.execute(this::readEvents);
  }

  private void resync() {
    long missedAfter = lastSequence;
    beginSnapshot();
    LOG.atDebug()
        .addKeyValue("collection", interest.collection())
        .addKeyValue("missedAfter", missedAfter)
        .addKeyValue("sequence", snapshotSequence)
        .log("subscriber missed events, gets a snapshot");
    call(new FeedEvent.Resync(missedAfter, snapshotSequence));
    loop.execute(() -> orMissed(missedAfter, this::readDocuments));
  }

  private void tellDocuments(List<Document> documents) {
    documents.forEach(document -> call(new FeedEvent.Present(document)));
    if (snapshotTo != null) {
      long after = lastSequence;
      loop.execute(() -> orMissed(after, this::readDocuments));
      return;
    }
    call(new FeedEvent.SnapshotEnd(snapshotSequence));
    callbacks.execute(this::readEvents);
  }

  private void call(FeedEvent event) {
    if (cancelled) {
      return;
    }
    try {
      listener.accept(event);
    } catch (RuntimeException | Error failure) {
      // Foreign code: whatever it throws must not end the chain. Once loud, then quiet.
      LOG.atLevel(failedBefore ? Level.DEBUG : Level.WARN)
          .setCause(failure)
          .addKeyValue("listener", listener.getClass().getName())
          .log("subscriber failed");
      failedBefore = true;
    }
  }

  // On the document loop.

  /** A document that cannot be read ends this chain; the next event begins another one. */
  private void orMissed(long toldUpTo, Runnable reading) {
    boolean read = false;
    try {
      reading.run();
      read = true;
    } catch (RuntimeException failure) {
      LOG.atWarn()
          .setCause(failure)
          .addKeyValue("collection", interest.collection())
          .log("subscriber not told for now: a document cannot be read");
    } finally {
      if (!read) {
        lastSequence = toldUpTo;
        missed = true;
        rest();
      }
    }
  }

  private void judgeEvents(List<JournalEntry> entries) {
    List<FeedEvent> events = cancelled ? List.of() : judge.judge(entries);
    callbacks.execute(() -> tellEvents(events));
  }

  private void readDocuments() {
    List<Document> matching = new ArrayList<>();
    int read = 0;
    do {
      snapshotTo = cancelled ? null : interest.documents().idAfter(snapshotTo);
      if (snapshotTo != null) {
        interest.documents().document(snapshotTo).filter(this::isMeant).ifPresent(matching::add);
      }
    } while (snapshotTo != null && ++read < DOCUMENTS_MAX);
    if (snapshotTo != null && matching.isEmpty()) {
      long after = lastSequence;
      loop.execute(
          () ->
              orMissed(
                  after, this::readDocuments)); // Nothing to tell yet; others may have their turn.
    } else {
      callbacks.execute(() -> tellDocuments(matching));
    }
  }

  private boolean isMeant(Document document) {
    boolean meant = judge.matches(document);
    if (meant) {
      judge.held().add(document.id());
    }
    return meant;
  }

  /** What is appended from here on is told after the snapshot, or seen in it already, or both. */
  private void beginSnapshot() {
    FeedJournal.End end = journal.end();
    position = end.position();
    snapshotSequence = end.sequence();
    lastSequence = end.sequence();
    snapshotTo = null;
    judge.held().none();
  }
}
