package dev.peatmesh.sync;

import dev.peatmesh.sync.DocumentEvent.Origin;
import java.util.List;

/**
 * One step in a collection's change feed. Immutable.
 *
 * <p>A feed begins with the documents that there are ({@link Present}) and the mark that these were
 * all ({@link SnapshotEnd}); then each event ({@link Changed}) comes once, in the order of its
 * sequence number. A listener that is too slow, or away for too long, is told so ({@link Resync})
 * and gets the documents again. A document that changes while the snapshot is taken may be told in
 * it and as an event after it.
 *
 * <p>Sequence numbers belong to one node and one data directory. They grow strictly and have gaps.
 * To go on after a restart, keep the number of the last {@link SnapshotEnd} or {@link Changed} and
 * subscribe from it.
 */
public sealed interface FeedEvent {
  /** Part of a snapshot: a document that matches the filter. */
  record Present(Document document) implements FeedEvent {}

  /**
   * The snapshot is complete: what was not told in it does not exist, or does not match. After a
   * {@link Resync}, forget what was held and not told again.
   *
   * @param sequence the events after this one follow
   */
  record SnapshotEnd(long sequence) implements FeedEvent {}

  /**
   * A document has changed. Read it to see how: it may have changed again, which is told later.
   *
   * @param sequence the number of the event
   * @param key which document
   * @param kind what became of it
   * @param origin whether this node or another one changed it
   * @param author the node that made the change, the last one if it was several; empty when it is
   *     not known
   * @param oldHeads the heads before, 64 hex digits each; none when the document is new
   * @param newHeads the heads after
   */
  record Changed(
      long sequence,
      DocumentKey key,
      Kind kind,
      Origin origin,
      String author,
      List<String> oldHeads,
      List<String> newHeads)
      implements FeedEvent {
    public Changed {
      oldHeads = List.copyOf(oldHeads);
      newHeads = List.copyOf(newHeads);
    }
  }

  /**
   * Events were missed. A snapshot follows, from {@link Present} to {@link SnapshotEnd}, and makes
   * good for them.
   *
   * @param missedAfter the last sequence number before the gap
   * @param sequence where the feed goes on after the snapshot: it will end with this number
   */
  record Resync(long missedAfter, long sequence) implements FeedEvent {}

  /** What became of a document. */
  enum Kind {
    /** It exists and matches the filter. */
    CHANGED,
    /** It does not exist any more. */
    DELETED,
    /**
     * It does not match the filter: drop it. Comes only with a filter, and now and then for a
     * document that was not told before.
     */
    LEFT
  }
}
