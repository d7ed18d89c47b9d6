package dev.peatmesh.sync.internal.replica;

import dev.peatmesh.sync.DocumentEvent;
import dev.peatmesh.sync.DocumentEvent.Kind;
import dev.peatmesh.sync.DocumentEvent.Origin;
import dev.peatmesh.sync.DocumentKey;
import dev.peatmesh.sync.internal.engine.Lineage;
import dev.peatmesh.sync.internal.engine.StoreId;
import dev.peatmesh.sync.internal.feed.Feed;
import dev.peatmesh.sync.internal.feed.JournalEntry;
import dev.peatmesh.sync.internal.guard.ActorId;
import dev.peatmesh.sync.internal.guard.ChangeHash;
import dev.peatmesh.sync.internal.store.ReplicaState;
import dev.peatmesh.sync.internal.store.StoreWrite;
import java.util.HexFormat;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * Numbers the events of this node, hands them to the store and tells whoever listens; knows which
 * history its numbers are those of. Belongs to the document loop.
 */
final class Journal {
  /** The last number at a clean stop or an opening; events that were told are not all stored. */
  private static final String LAST = "journal.last";

  private final Feed feed;
  private final Subscribers subscribers;
  private final LongSupplier wallMillis;
  private final StoreId store;
  private final Openings openings;
  private final NavigableSet<Long> open = new TreeSet<>();
  private long last;

  /**
   * Goes on where the store ended.
   *
   * @param recovered what the store held
   */
  Journal(
      Feed feed,
      Subscribers subscribers,
      LongSupplier wallMillis,
      RecoveredDocuments recovered,
      RandomGenerator random) {
    this.feed = feed;
    this.subscribers = subscribers;
    this.wallMillis = wallMillis;
    ReplicaState replica = recovered.replica();
    store = StoreId.of(HexFormat.of().parseHex(replica.storeId()));
    last = Math.max(replica.nextSequence() - 1, lastTold(recovered));
    // After an unclean stop numbers may have been given out of which the store knows nothing.
    long held =
        replica.cleanStop() ? last : Math.max(recovered.lastSequence(), lastTold(recovered));
    openings = new Openings(recovered.note(Openings.NOTE), held, random);
  }

  /** Begins an event: {@link #tell} or {@link #abandon} follows. */
  long begin() {
    last = feed.reserve();
    open.add(last);
    return last;
  }

  /** What is to be stored of the event, together with what happened. */
  JournalEntry entry(
      long sequence,
      DocumentKey key,
      boolean absent,
      Origin origin,
      ActorId author,
      List<ChangeHash> oldHeads,
      List<ChangeHash> newHeads) {
    return new JournalEntry(
        sequence,
        key,
        absent ? Kind.DELETED : Kind.CHANGED,
        origin,
        OwnActor.author(author),
        oldHeads,
        newHeads,
        wallMillis.getAsLong());
  }

  /** The event is visible to readers from here on. */
  void tell(JournalEntry entry) {
    open.remove(entry.sequence());
    feed.tell(entry);
    subscribers.tell(new DocumentEvent(entry.key(), entry.kind(), entry.origin()));
  }

  /** The event did not take place. */
  void abandon(long sequence) {
    open.remove(sequence);
    feed.abandon(sequence);
  }

  /** The number up to which every event was told or abandoned. */
  long settled() {
    return open.isEmpty() ? last : open.first() - 1;
  }

  /** Which history the store has. */
  Lineage lineage() {
    return new Lineage(store, last, openings.newest());
  }

  /** The number to go on from. */
  static long lastTold(RecoveredDocuments recovered) {
    String noted = recovered.note(LAST);
    return noted.matches("\\d{1,18}") ? Long.parseLong(noted) : 0;
  }

  /** What the store must keep at a clean stop: no number is given twice. */
  List<StoreWrite> stopping() {
    return List.of(new StoreWrite.Note(LAST, Long.toString(last)));
  }

  /**
   * Something of what the store held is lost: what was agreed with peers so far says nothing any
   * more of what is here.
   *
   * @return what is to be stored
   */
  List<StoreWrite> lost() {
    openings.beginAnew(last);
    return List.of(openings.stored());
  }

  /** What the store must keep of this opening. Before the first event. */
  List<StoreWrite> opened() {
    return List.of(openings.stored(), new StoreWrite.Note(LAST, Long.toString(last)));
  }

  /** The entry as the store keeps it. */
  static StoreWrite stored(JournalEntry entry) {
    return new StoreWrite.Journal(entry);
  }
}
