package dev.peatmesh.sync.internal.feed;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The newest events of this node, of all collections: a ring in which the oldest one makes room for
 * the next. The document loop alone appends, and never waits; any thread may read.
 *
 * <p>Events are found by their <em>position</em>, which counts all that were ever in the ring
 * without gaps; their sequence numbers have gaps.
 */
public final class FeedJournal {
  /** Events kept where nothing else is said. */
  public static final int CAPACITY_DEFAULT = 10_000;

  /** The most events that may be kept. An event takes some 500 bytes. */
  public static final int CAPACITY_MAX = 1_000_000;

  private final AtomicReferenceArray<@Nullable Slot> ring;
  private final long lastReserved;
  private long oldest;
  private long sequenceBeforeOldest;
  private volatile End end;

  /** The place tells a reader that the slot was taken over by a later event. */
  private record Slot(long position, JournalEntry entry) {}

  /**
   * Where the journal ends.
   *
   * @param position that of the next event
   * @param sequence the number of the last event; that before the first while there was none
   */
  record End(long position, long sequence) {}

  /**
   * A journal that goes on from what the store kept.
   *
   * @param capacity how many events are kept, 1 to {@value #CAPACITY_MAX}
   * @param kept events in ascending order, with none missing among those whose changes the store
   *     holds: else give none. Only the newest are taken over.
   * @param lastSequence no number up to this one may be given out any more
   */
  public FeedJournal(int capacity, List<JournalEntry> kept, long lastSequence) {
    if (capacity < 1 || capacity > CAPACITY_MAX) {
      throw new IllegalArgumentException(
          "journal(%d events): is not between 1 and %d. Each takes some 500 bytes."
              .formatted(capacity, CAPACITY_MAX));
    }
    ring = new AtomicReferenceArray<>(capacity);
    sequenceBeforeOldest = kept.isEmpty() ? lastSequence : kept.get(0).sequence() - 1;
    end = new End(0, sequenceBeforeOldest);
    kept.forEach(this::append);
    lastReserved = lastSequence;
    if (end.sequence() > lastSequence) {
      throw new IllegalArgumentException(
          "the journal ends with " + end.sequence() + ", after " + lastSequence);
    }
  }

  /** Takes in the next event; its number must be greater than all before. O(1). */
  void append(JournalEntry entry) {
    End last = end;
    if (entry.sequence() <= last.sequence()) {
      throw new AssertionError("event " + entry.sequence() + " after " + last.sequence());
    }
    int index = index(last.position());
    Slot evicted = ring.get(index);
    if (evicted != null && evicted.position() == oldest) {
      sequenceBeforeOldest = evicted.entry().sequence();
      oldest++;
    }
    ring.set(index, new Slot(last.position(), entry));
    end = new End(last.position() + 1, entry.sequence());
  }

  /** Forgets all events: everybody has missed those up to the given number. */
  void skipTo(long sequence) {
    oldest = end.position() + ring.length();
    sequenceBeforeOldest = sequence;
    end = new End(oldest, sequence);
  }

  /** On any thread. */
  End end() {
    return end;
  }

  /** The first number that may be given out is the next one. */
  long lastReserved() {
    return lastReserved;
  }

  int capacity() {
    return ring.length();
  }

  /**
   * The events from the position on, as many as there are and at most the given number; empty when
   * the first of them is not kept any more. On any thread.
   */
  Optional<List<JournalEntry>> read(long position, int max) {
    int count = (int) Math.min(max, end.position() - position);
    List<JournalEntry> entries = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      Slot slot = ring.get(index(position + i));
      if (slot == null || slot.position() != position + i) {
        return Optional.empty();
      }
      entries.add(slot.entry());
    }
    return Optional.of(entries);
  }

  /**
   * The position behind the event of that number. Empty when it is not kept, which is so when it
   * never was one of this journal: whoever has heard of it may have missed others. On the loop.
   */
  OptionalLong positionAfter(long sequence) {
    if (sequence == sequenceBeforeOldest) {
      return OptionalLong.of(oldest);
    }
    long low = oldest;
    long high = end.position() - 1;
    while (low <= high) {
      long middle = (low + high) >>> 1;
      long found = sequenceAt(middle);
      if (found == sequence) {
        return OptionalLong.of(middle + 1);
      }
      if (found < sequence) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return OptionalLong.empty();
  }

  private long sequenceAt(long position) {
    Slot slot = ring.get(index(position));
    if (slot == null) {
      throw new AssertionError("no event at " + position);
    }
    return slot.entry().sequence();
  }

  private int index(long position) {
    return (int) (position % ring.length());
  }
}
