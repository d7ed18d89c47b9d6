package dev.peatmesh.sync.internal.latest;

import dev.peatmesh.sync.Counter;
import dev.peatmesh.sync.internal.guard.ActorId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One field at the top of a document. Holds several entries only where concurrent writes have met
 * and nobody has written since, and while a counter is shared: at most one per actor, since each
 * actor sees its own.
 *
 * @param entries ascending by actor; at least one
 */
record Field(List<Entry> entries) {
  Field {
    entries = List.copyOf(entries);
  }

  /** The entry that is seen. */
  Entry winner() {
    return entries.size() == 1 ? entries.get(0) : Collections.max(entries, Entry.PRECEDENCE);
  }

  /** What is seen; deeply immutable. */
  @Nullable Object value() {
    Entry winner = winner();
    return winner.counter() == null ? winner.value().decode() : new Counter(sum(winner.counter()));
  }

  /** Whether a write of that value would change nothing. */
  boolean shows(EncodedValue value) {
    Entry winner = winner();
    return winner.counter() == null && winner.value().equals(value);
  }

  /** The largest instant of all entries. */
  Optional<Instant> lastInstant() {
    return entries.stream()
        .map(entry -> entry.value().decode())
        .filter(Instant.class::isInstance)
        .map(Instant.class::cast)
        .max(Instant::compareTo);
  }

  /** The stamp of a write that replaces what is here: causality comes before all clocks. */
  long stampAfter(long stamp) {
    long after = stamp;
    for (Entry entry : entries) {
      after = Math.max(after, HybridClock.after(entry.stamp()));
    }
    return after;
  }

  /** The same after the actor has added to the counter that is seen. Drops all other values. */
  Field incremented(Dot dot, long stamp, long by) {
    Dot counter = winner().counter();
    if (counter == null) {
      throw new AssertionError("not a counter: " + winner());
    }
    long amount = by;
    List<Entry> shares = new ArrayList<>();
    for (Entry entry : entries) {
      if (entry.isShareOf(counter)) {
        if (entry.dot().actor().equals(dot.actor())) {
          amount += entry.amount();
        } else {
          shares.add(entry);
        }
      }
    }
    shares.add(Entry.share(dot, stampAfter(stamp), amount, counter));
    shares.sort((one, two) -> CausalContext.ACTORS.compare(one.dot().actor(), two.dot().actor()));
    return new Field(shares);
  }

  /**
   * What is left of a field of two states that met: an entry stays if both have it, or if one has
   * it and the other has never seen it. Null when nothing is.
   */
  static @Nullable Field merge(
      @Nullable Field mine,
      CausalContext iHaveSeen,
      @Nullable Field theirs,
      CausalContext theyHaveSeen) {
    if (mine != null && mine.equals(theirs)) {
      return mine;
    }
    List<Entry> ours = mine == null ? List.of() : mine.entries;
    List<Entry> others = theirs == null ? List.of() : theirs.entries;
    List<Entry> merged = new ArrayList<>(ours.size() + others.size());
    int at = 0;
    for (Entry entry : ours) {
      while (at < others.size() && order(others.get(at), entry) < 0) {
        addUnseen(merged, others.get(at++), iHaveSeen);
      }
      if (at < others.size() && others.get(at).dot().equals(entry.dot())) {
        merged.add(entry.orTwin(others.get(at++)));
      } else {
        addUnseen(merged, entry, theyHaveSeen);
      }
    }
    while (at < others.size()) {
      addUnseen(merged, others.get(at++), iHaveSeen);
    }
    return merged.isEmpty() ? null : merged.equals(ours) ? mine : new Field(merged);
  }

  private static void addUnseen(List<Entry> merged, Entry entry, CausalContext seenByTheOther) {
    if (!seenByTheOther.covers(entry.dot())) {
      merged.add(entry);
    }
  }

  private static int order(Entry one, Entry two) {
    int byActor = CausalContext.ACTORS.compare(one.dot().actor(), two.dot().actor());
    return byActor != 0 ? byActor : Long.compare(one.dot().counter(), two.dot().counter());
  }

  private long sum(Dot counter) {
    long sum = 0;
    for (Entry entry : entries) {
      // Wraps, like Automerge's addition: concurrent increments may leave the range together.
      sum += entry.isShareOf(counter) ? entry.amount() : 0;
    }
    return sum;
  }

  /** Whether the field cannot be read without knowing of the actor. */
  boolean refersTo(ActorId actor) {
    return entries.stream()
        .anyMatch(
            entry ->
                entry.dot().actor().equals(actor)
                    || (entry.counter() != null && entry.counter().actor().equals(actor)));
  }
}
