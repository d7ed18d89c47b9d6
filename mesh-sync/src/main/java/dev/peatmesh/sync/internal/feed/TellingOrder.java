package dev.peatmesh.sync.internal.feed;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Hands events on in the order of their numbers. A change gets its number when it goes to the
 * store, and may be told when it is visible: a local one after the disk has it, a remote one at
 * once. What has become visible waits for those of lower numbers. Belongs to the document loop.
 *
 * <p>A disk that hangs holds up the local events. So that not all others wait with them for ever,
 * at most a given number wait; beyond it the oldest open number is given up, and its event gets a
 * new one when it becomes visible.
 */
final class TellingOrder {
  private final Map<Long, Optional<JournalEntry>> waiting = new LinkedHashMap<>();
  private final int waitingMax;
  private long last;

  TellingOrder(long lastSequence, int waitingMax) {
    last = lastSequence;
    this.waitingMax = waitingMax;
  }

  /** The next number. */
  long reserve() {
    waiting.put(++last, Optional.empty());
    return last;
  }

  /** Its change is visible. Answers with the events that are to be told now. */
  List<JournalEntry> visible(JournalEntry entry) {
    if (waiting.replace(entry.sequence(), Optional.of(entry)) == null) {
      return visible(entry.withSequence(reserve()));
    }
    List<JournalEntry> due = due();
    if (waiting.size() > waitingMax) {
      giveUpOldest();
      due.addAll(due());
    }
    return due;
  }

  /** Nothing will come under this number. Answers with the events that are to be told now. */
  List<JournalEntry> abandon(long sequence) {
    waiting.remove(sequence);
    return due();
  }

  private List<JournalEntry> due() {
    List<JournalEntry> due = new ArrayList<>();
    Iterator<Optional<JournalEntry>> next = waiting.values().iterator();
    while (next.hasNext()) {
      Optional<JournalEntry> entry = next.next();
      if (entry.isEmpty()) {
        break;
      }
      due.add(entry.get());
      next.remove();
    }
    return due;
  }

  /** It is open: what is due has left the front. */
  private void giveUpOldest() {
    Iterator<Optional<JournalEntry>> oldest = waiting.values().iterator();
    oldest.next();
    oldest.remove();
  }
}
