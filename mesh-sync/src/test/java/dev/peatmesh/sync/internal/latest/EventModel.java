package dev.peatmesh.sync.internal.latest;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a document without history must look like, computed from all events that a replica has heard
 * of: the slow and obvious way. A replica is the set of its events.
 */
final class EventModel {
  private static final Object REMOVED = new Object();

  private final List<Event> events = new ArrayList<>();

  /**
   * One change.
   *
   * @param seen what its author had seen, itself included
   * @param writes by field; the document's own mark is the field without a name
   */
  private record Event(
      Dot dot,
      BitSet seen,
      long epoch,
      boolean deletes,
      long deletedSeconds,
      Map<String, Write> writes) {}

  /** What was written, and the time it bears. */
  private record Write(@Nullable Object value, long stamp) {}

  /** What one replica has heard of. */
  final class View {
    private final BitSet heard = new BitSet();

    void hear(View other) {
      heard.or(other.heard);
    }

    View copy() {
      View copy = new View();
      copy.hear(this);
      return copy;
    }

    boolean same(View other) {
      return heard.equals(other.heard);
    }

    boolean includes(View other) {
      BitSet rest = (BitSet) other.heard.clone();
      rest.andNot(heard);
      return rest.isEmpty();
    }

    long epoch() {
      return heard.stream().mapToLong(i -> events.get(i).epoch).max().orElse(0);
    }

    long deletedSeconds() {
      return heard.stream().mapToLong(i -> events.get(i).deletedSeconds).max().orElse(0);
    }

    boolean exists() {
      return names().stream().anyMatch(name -> !alive(name).isEmpty());
    }

    boolean holds(Dot dot) {
      return heard.stream().anyMatch(i -> events.get(i).dot.equals(dot));
    }

    List<Dot> dots() {
      return events.stream().map(Event::dot).toList();
    }

    /** What a reader sees. */
    Map<String, @Nullable Object> value() {
      Map<String, @Nullable Object> value = new TreeMap<>();
      for (String name : names()) {
        if (!State.isHidden(name)) {
          winner(name).ifPresent(write -> value.put(name, write.value));
        }
      }
      return value;
    }

    Optional<Write> winner(String name) {
      Comparator<Event> byStamp = Comparator.comparingLong(event -> event.writes.get(name).stamp);
      return alive(name).stream()
          .max(byStamp.thenComparing(event -> event.dot.actor(), CausalContext.ACTORS))
          .map(event -> event.writes.get(name));
    }

    /** A change by the owner of this view. The writes must not be what is there already. */
    void write(Dot dot, long stamp, Map<String, @Nullable Object> puts, List<String> removes) {
      Map<String, Write> writes = new TreeMap<>();
      puts.forEach((name, value) -> writes.put(name, new Write(value, after(name, stamp))));
      removes.forEach(name -> writes.put(name, new Write(REMOVED, 0)));
      if (alive(State.MARKER).isEmpty()) {
        writes.put(State.MARKER, new Write("mark", after(State.MARKER, stamp)));
      }
      add(dot, epoch(), false, 0, writes);
    }

    void delete(Dot dot, long seconds, boolean wins) {
      add(dot, wins ? epoch() + 1 : epoch(), true, seconds, Map.of());
    }

    private void add(
        Dot dot, long epoch, boolean deletes, long seconds, Map<String, Write> writes) {
      heard.set(events.size());
      events.add(new Event(dot, (BitSet) heard.clone(), epoch, deletes, seconds, writes));
    }

    private long after(String name, long stamp) {
      return alive(name).stream()
          .mapToLong(event -> event.writes.get(name).stamp + 1)
          .reduce(stamp, Math::max);
    }

    private TreeSet<String> names() {
      TreeSet<String> names = new TreeSet<>();
      heard.stream().forEach(i -> names.addAll(events.get(i).writes.keySet()));
      return names;
    }

    /** The events whose writes of the field nobody has replaced, of the last epoch. */
    private List<Event> alive(String name) {
      long epoch = epoch();
      return heard.stream()
          .filter(i -> events.get(i).epoch == epoch)
          .filter(i -> writes(i, name) && events.get(i).writes.get(name).value != REMOVED)
          .filter(i -> heard.stream().noneMatch(j -> j != i && replaces(j, i, name)))
          .mapToObj(events::get)
          .toList();
    }

    private boolean replaces(int later, int earlier, String name) {
      Event event = events.get(later);
      return event.seen.get(earlier) && (event.deletes || writes(later, name));
    }

    private boolean writes(int event, String name) {
      return events.get(event).writes.containsKey(name);
    }
  }
}
