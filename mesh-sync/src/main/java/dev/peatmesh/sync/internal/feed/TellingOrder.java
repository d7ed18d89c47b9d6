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
 */
final class TellingOrder {
  private final Map<Long, Optional<JournalEntry>> open = new LinkedHashMap<>();
  private long last;
  private int waiting;

  TellingOrder(long lastSequence) {
    last = lastSequence;
  }

  /** The next number. */
  long reserve() {
    open.put(++last, Optional.empty());
    return last;
  }

  /** Its change is visible. Answers with the events that are to be told now. */
  List<JournalEntry> visible(JournalEntry entry) {
    if (open.replace(entry.sequence(), Optional.of(entry)) != null) {
      waiting++;
    }
    return due();
  }

  /** Nothing will come under this number. Answers with the events that are to be told now. */
  List<JournalEntry> abandon(long sequence) {
    open.remove(sequence);
    return due();
  }

  /** How many events wait for others. */
  int waiting() {
    return waiting;
  }

  /** Forgets all numbers that were given out, and answers with the last one. */
  long drop() {
    open.clear();
    waiting = 0;
    return last;
  }

  private List<JournalEntry> due() {
    List<JournalEntry> due = new ArrayList<>();
    Iterator<Optional<JournalEntry>> next = open.values().iterator();
    while (next.hasNext()) {
      Optional<JournalEntry> entry = next.next();
      if (entry.isEmpty()) {
        break;
      }
      due.add(entry.get());
      next.remove();
    }
    waiting -= due.size();
    return due;
  }
}
