package dev.peatmesh.sync.internal.feed;

import dev.peatmesh.sync.DocumentEvent;
import dev.peatmesh.sync.DocumentKey;
import dev.peatmesh.sync.internal.guard.ChangeHash;
import java.util.List;

/**
 * One change of one document, as the journal keeps it in memory and on the disk.
 *
 * @param sequence its number: positive, on one node never used twice
 * @param kind whether the document exists after it
 * @param origin whose change it was
 * @param author the node that made it; empty when that is not known
 * @param oldHeads the document's heads before it; none when it is new
 * @param newHeads the document's heads after it
 * @param millis when, by this node's wall clock: milliseconds since 1970
 */
public record JournalEntry(
    long sequence,
    DocumentKey key,
    DocumentEvent.Kind kind,
    DocumentEvent.Origin origin,
    String author,
    List<ChangeHash> oldHeads,
    List<ChangeHash> newHeads,
    long millis) {
  public JournalEntry {
    if (sequence <= 0) {
      throw new IllegalArgumentException("a sequence number is positive, not " + sequence);
    }
    oldHeads = List.copyOf(oldHeads);
    newHeads = List.copyOf(newHeads);
  }
}
