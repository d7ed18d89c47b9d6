package dev.peatmesh.sync.internal.store;

import dev.peatmesh.sync.DocumentKey;
import dev.peatmesh.sync.internal.guard.ChangeHash;
import java.util.List;

/**
 * One event of one document, as it is told to subscribers and kept for those that come back.
 *
 * @param sequence its number on this node; grows with every event, perhaps with gaps
 * @param author who made the change: a device id in hex, else an actor id in hex
 * @param oldHeads of the document before the event, ascending
 * @param newHeads of the document after the event, ascending
 * @param millis when it happened here, in milliseconds since 1970
 */
public record JournalEntry(
    long sequence,
    DocumentKey key,
    Kind kind,
    Origin origin,
    String author,
    List<ChangeHash> oldHeads,
    List<ChangeHash> newHeads,
    long millis) {

  private static final int FIXED_BYTES = 32;

  public JournalEntry {
    oldHeads = List.copyOf(oldHeads);
    newHeads = List.copyOf(newHeads);
  }

  /** About how many bytes it takes. */
  int size() {
    return FIXED_BYTES
        + key.collection().length()
        + key.id().length()
        + author.length()
        + (oldHeads.size() + newHeads.size()) * ChangeHash.BYTES;
  }

  /** What happened. */
  public enum Kind {
    CHANGED,
    DELETED
  }

  /** Where it happened. */
  public enum Origin {
    LOCAL,
    REMOTE
  }
}
