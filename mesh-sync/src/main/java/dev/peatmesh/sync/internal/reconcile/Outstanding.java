package dev.peatmesh.sync.internal.reconcile;

import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The ranges that still have to be answered, in the order of partitions and positions. No two of
 * them overlap, so together they never come to more than one listing of everything, whatever was
 * asked. Since the lowest is answered first, the exchange goes depth first and few are open.
 */
final class Outstanding {
  private final int rangesMax;
  private final NavigableMap<Place, Task> tasks = new TreeMap<>();
  private boolean overflowed;

  private record Place(Partition partition, long first) implements Comparable<Place> {
    @Override
    public int compareTo(Place other) {
      int order = partition.compareTo(other.partition);
      return order != 0 ? order : Long.compareUnsigned(first, other.first);
    }
  }

  /** A range to answer. */
  sealed interface Task permits Compare, Listing {
    Partition partition();

    PositionRange range();
  }

  /** The other side holds something else in this range: cut it, or list it. */
  record Compare(Partition partition, PositionRange range) implements Task {}

  Outstanding(int rangesMax) {
    this.rangesMax = rangesMax;
  }

  boolean isEmpty() {
    return tasks.isEmpty();
  }

  int size() {
    return tasks.size();
  }

  /** Whether ranges were dropped for want of room: another exchange has to find them. */
  boolean overflowed() {
    return overflowed;
  }

  /** The task to do next. */
  @Nullable Task first() {
    return tasks.isEmpty() ? null : tasks.firstEntry().getValue();
  }

  void removeFirst() {
    tasks.pollFirstEntry();
  }

  /** Adds a task, in the place of those within its range; none if one covers it already. */
  void add(Task task) {
    Place place = new Place(task.partition(), task.range().first());
    Map.Entry<Place, Task> before = tasks.floorEntry(place);
    if (before != null
        && before.getValue().range().prefixBits() <= task.range().prefixBits()
        && overlap(before.getValue(), task)) {
      return;
    }
    Map.Entry<Place, Task> within = tasks.ceilingEntry(place);
    while (within != null && overlap(within.getValue(), task)) {
      tasks.remove(within.getKey());
      within = tasks.ceilingEntry(place);
    }
    if (tasks.size() >= rangesMax) {
      overflowed = true;
      return;
    }
    tasks.put(place, task);
  }

  private static boolean overlap(Task one, Task other) {
    return one.partition().equals(other.partition()) && one.range().overlaps(other.range());
  }
}
