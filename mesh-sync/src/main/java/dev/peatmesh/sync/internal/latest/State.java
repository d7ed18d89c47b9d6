package dev.peatmesh.sync.internal.latest;

import dev.peatmesh.sync.internal.guard.ActorId;
import dev.peatmesh.sync.internal.guard.ChangeChunk;
import dev.peatmesh.sync.internal.guard.GuardException;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one document: a causal-context map, the delta-state CRDT of Almeida, Shoker and
 * Baquero, "Delta State Replicated Data Types" (2018), section 7, with whole states for deltas.
 * Immutable.
 *
 * @param epoch how often it was deleted under DELETE_WINS; of two states the one of the higher
 *     epoch has the fields
 * @param deletedSeconds when it was deleted last; 0 for never
 * @param context which changes have been seen
 * @param fields what is alive of them; by name, ascending
 */
record State(
    long epoch, long deletedSeconds, CausalContext context, NavigableMap<String, Field> fields) {
  static final State EMPTY = new State(0, 0, CausalContext.EMPTY, new TreeMap<>());

  /** The field that says that the document exists, even if it has no other. */
  static final String MARKER = "";

  State {
    fields = Collections.unmodifiableNavigableMap(fields);
  }

  /** Whether applications never see the field. */
  static boolean isHidden(String name) {
    return name.equals(MARKER) || name.equals(ChangeChunk.EXPIRES_KEY);
  }

  /** The least state that has seen what both have. Commutative, associative, idempotent. */
  State merge(State other) {
    CausalContext joined = context.join(other.context);
    State merged =
        new State(
            Math.max(epoch, other.epoch),
            Math.max(deletedSeconds, other.deletedSeconds),
            joined,
            mergeFields(other));
    return merged.withinBounds(null);
  }

  private NavigableMap<String, Field> mergeFields(State other) {
    if (epoch != other.epoch) {
      return epoch > other.epoch ? fields : other.fields;
    }
    TreeMap<String, Field> merged = new TreeMap<>();
    Set<String> names = new TreeSet<>(fields.keySet());
    names.addAll(other.fields.keySet());
    for (String name : names) {
      Field field = Field.merge(fields.get(name), context, other.fields.get(name), other.context);
      if (field != null) {
        merged.put(name, field);
      }
    }
    return merged;
  }

  /** The actors whose changes are all superseded, those first that were silent for longest. */
  List<ActorId> superseded() {
    Set<ActorId> alive = new HashSet<>();
    for (Field field : fields.values()) {
      for (Entry entry : field.entries()) {
        alive.add(entry.dot().actor());
        if (entry.counter() != null) {
          alive.add(entry.counter().actor());
        }
      }
    }
    return context.seen().keySet().stream()
        .filter(actor -> !alive.contains(actor))
        .sorted(
            Comparator.<ActorId>comparingLong(actor -> context.last(actor).stamp())
                .thenComparing(CausalContext.ACTORS))
        .toList();
  }

  State without(Set<ActorId> forgotten) {
    return forgotten.isEmpty()
        ? this
        : new State(epoch, deletedSeconds, context.without(forgotten), fields);
  }

  /**
   * Authors beyond the limit are forgotten, those first that were silent for longest.
   *
   * @param self who is not
   * @throws GuardException when there is too much of anything else
   */
  State withinBounds(@Nullable ActorId self) {
    if (fields.size() > LatestLimits.FIELDS_MAX) {
      throw new GuardException("more than " + LatestLimits.FIELDS_MAX + " fields at its top");
    }
    int entries = 0;
    for (Field field : fields.values()) {
      entries += field.entries().size();
    }
    if (entries > LatestLimits.ENTRIES_MAX) {
      throw new GuardException("more than " + LatestLimits.ENTRIES_MAX + " concurrent values");
    }
    int surplus = context.size() - LatestLimits.ACTORS_MAX;
    if (surplus <= 0) {
      return this;
    }
    List<ActorId> superseded = superseded().stream().filter(actor -> !actor.equals(self)).toList();
    if (surplus > superseded.size()) {
      throw new GuardException("values of more than " + LatestLimits.ACTORS_MAX + " authors");
    }
    return without(new HashSet<>(superseded.subList(0, surplus)));
  }
}
