package dev.peatmesh.sync.internal.latest;

import dev.peatmesh.sync.Counter;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * What one change wrote into one field.
 *
 * @param dot the change
 * @param stamp larger than those of all entries that it replaced
 * @param value a whole value; or, of a counter, what the actor has added to it
 * @param counter the change that created the counter; null for all other values
 */
record Entry(Dot dot, long stamp, EncodedValue value, @Nullable Dot counter) {
  /** By time, then by actor: of the concurrent entries of a field the last one is seen. */
  static final Comparator<Entry> PRECEDENCE =
      Comparator.comparingLong(Entry::stamp)
          .thenComparing(entry -> entry.dot().actor(), CausalContext.ACTORS);

  /**
   * Two different entries under one dot: an actor came back that had lost changes, or somebody
   * lies. Whatever it was, all nodes must take the same one.
   */
  private static final Comparator<Entry> TWINS =
      Comparator.comparingLong(Entry::stamp)
          .thenComparing(Entry::value)
          .thenComparing(Entry::counter, Comparator.nullsFirst(Entry::compareDots));

  static Entry share(Dot dot, long stamp, long amount, Dot counter) {
    return new Entry(dot, stamp, EncodedValue.of(new Counter(amount)), counter);
  }

  boolean isShareOf(@Nullable Dot other) {
    return counter != null && counter.equals(other);
  }

  /** What the actor has added to the counter. */
  long amount() {
    if (value.decode() instanceof Counter share) {
      return share.value();
    }
    throw new AssertionError("not a share of a counter: " + this);
  }

  /** The same one everywhere, of two under one dot. */
  Entry orTwin(Entry twin) {
    return TWINS.compare(this, twin) >= 0 ? this : twin;
  }

  private static int compareDots(Dot one, Dot two) {
    int byActor = CausalContext.ACTORS.compare(one.actor(), two.actor());
    return byActor != 0 ? byActor : Long.compare(one.counter(), two.counter());
  }
}
