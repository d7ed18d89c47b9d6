package dev.peatmesh.sync.internal.query;

import dev.peatmesh.sync.Document;
import dev.peatmesh.sync.Query;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The first documents by a query's order, of all that are offered: holds their ids and what they
 * are sorted by, never more of them than asked for. Belongs to the document loop.
 */
final class Ranking {
  private final List<Query.Order> order;
  private final int size;
  private final PriorityQueue<Ranked> worstFirst;
  private final Set<String> ids = new HashSet<>();

  /** One document's rank. */
  private record Ranked(List<@Nullable Object> keys, String id) {}

  Ranking(List<Query.Order> order, int size) {
    this.order = order;
    this.size = size;
    worstFirst = new PriorityQueue<>(comparator(order).reversed());
  }

  void offer(Document document) {
    if (!ids.add(document.id())) {
      return;
    }
    List<@Nullable Object> keys = new ArrayList<>(order.size());
    for (Query.Order by : order) {
      keys.add(FieldReader.read(document.value(), by.path()));
    }
    worstFirst.add(new Ranked(keys, document.id()));
    if (worstFirst.size() > size) {
      ids.remove(worstFirst.remove().id());
    }
  }

  boolean isFull() {
    return worstFirst.size() == size;
  }

  int count() {
    return worstFirst.size();
  }

  /** What the last of them has at the first path of the order. There must be one. */
  @Nullable Object worstKey() {
    return worstFirst.element().keys().get(0);
  }

  /** Takes the last one out and answers with its id. There must be one. */
  String removeLast() {
    return worstFirst.remove().id();
  }

  private static Comparator<Ranked> comparator(List<Query.Order> order) {
    Comparator<Ranked> comparator = Comparator.comparing(Ranked::id);
    for (int i = order.size() - 1; i >= 0; i--) {
      int at = i;
      Comparator<Ranked> next =
          Comparator.comparing(ranked -> ranked.keys().get(at), ValueOrder.INSTANCE);
      boolean descending = order.get(i).direction() == Query.Direction.DESCENDING;
      comparator = (descending ? next.reversed() : next).thenComparing(comparator);
    }
    return comparator;
  }
}
