package dev.peatmesh.sync.internal.latest;

import dev.peatmesh.sync.internal.guard.ActorId;
import java.util.Collections;
import java.util.Comparator;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which changes a state has seen: for each actor all up to one. A vector suffices, without single
 * dots beside it, since states always travel whole: whoever has seen a change has seen what its
 * author had seen. Immutable.
 */
final class CausalContext {
  /** Ascending by bytes. */
  static final Comparator<ActorId> ACTORS = Comparator.comparing(ActorId::hex);

  static final CausalContext EMPTY = new CausalContext(new TreeMap<>(ACTORS));

  private final NavigableMap<ActorId, Seen> seen;

  private CausalContext(NavigableMap<ActorId, Seen> seen) {
    this.seen = seen;
  }

  /**
   * The last change of an actor.
   *
   * @param counter which one it is
   * @param stamp when it was made; for pruning, orders nothing
   */
  record Seen(long counter, long stamp) implements Comparable<Seen> {
    @Override
    public int compareTo(Seen other) {
      int byCounter = Long.compare(counter, other.counter);
      return byCounter != 0 ? byCounter : Long.compare(stamp, other.stamp);
    }
  }

  static CausalContext of(Map<ActorId, Seen> seen) {
    TreeMap<ActorId, Seen> copy = new TreeMap<>(ACTORS);
    copy.putAll(seen);
    return new CausalContext(copy);
  }

  /** Ascending by actor. */
  Map<ActorId, Seen> seen() {
    return Collections.unmodifiableMap(seen);
  }

  int size() {
    return seen.size();
  }

  boolean covers(Dot dot) {
    return counter(dot.actor()) >= dot.counter();
  }

  /** Of the actor's last change; 0 when none is known. */
  long counter(ActorId actor) {
    Seen last = seen.get(actor);
    return last == null ? 0 : last.counter();
  }

  /** The last change of an actor that is known. */
  Seen last(ActorId actor) {
    Seen last = seen.get(actor);
    if (last == null) {
      throw new AssertionError("no change of " + actor + " is known");
    }
    return last;
  }

  /** The largest of all. */
  long lastStamp() {
    long last = 0;
    for (Seen each : seen.values()) {
      last = Math.max(last, each.stamp());
    }
    return last;
  }

  CausalContext with(Dot dot, long stamp) {
    CausalContext grown = of(seen);
    grown.seen.put(dot.actor(), new Seen(dot.counter(), stamp));
    return grown;
  }

  /** What both have seen. */
  CausalContext join(CausalContext other) {
    NavigableMap<ActorId, Seen> joined = null;
    for (Map.Entry<ActorId, Seen> theirs : other.seen.entrySet()) {
      Seen ours = seen.get(theirs.getKey());
      if (ours == null || ours.compareTo(theirs.getValue()) < 0) {
        joined = joined == null ? of(seen).seen : joined;
        joined.put(theirs.getKey(), theirs.getValue());
      }
    }
    return joined == null ? this : new CausalContext(joined);
  }

  CausalContext without(Set<ActorId> forgotten) {
    if (forgotten.isEmpty()) {
      return this;
    }
    CausalContext left = of(seen);
    left.seen.keySet().removeAll(forgotten);
    return left;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof CausalContext that && seen.equals(that.seen);
  }

  @Override
  public int hashCode() {
    return seen.hashCode();
  }

  @Override
  public String toString() {
    return seen.toString();
  }
}
