package dev.peatmesh.sync;

import java.util.ArrayList;
import java.util.List;

/**
 * Which documents of a collection are wanted, in which order, and how many. Immutable; each setter
 * answers with a changed copy.
 *
 * <pre>{@code
 * Query.where(Filter.gt("speed", 12)).orderByDescending("speed").limit(10)
 * }</pre>
 *
 * @param filter which documents
 * @param order what to sort by, most important first, at most {@value #ORDER_MAX}; documents that
 *     are equal in all of it, or all documents when it is empty, come by ascending id
 * @param limit the most documents of one page, 1 to {@value #LIMIT_MAX}
 * @param offset how many to leave out before the first, 0 to {@value #OFFSET_MAX}
 */
public record Query(Filter filter, List<Order> order, int limit, int offset) {
  /** The most paths to sort by. */
  public static final int ORDER_MAX = 8;

  /** The largest page. */
  public static final int LIMIT_MAX = 10_000;

  /** The page size where none is given. */
  public static final int LIMIT_DEFAULT = 1_000;

  /** The most documents that may be left out. */
  public static final int OFFSET_MAX = 1_000_000;

  public Query {
    order = List.copyOf(order);
    if (order.size() > ORDER_MAX) {
      throw new IllegalArgumentException(
          "order: names %d paths; at most %d. Leave out the last ones."
              .formatted(order.size(), ORDER_MAX));
    }
    if (limit < 1 || limit > LIMIT_MAX) {
      throw new IllegalArgumentException(
          "limit(%d): is not between 1 and %d. Ask for several pages.".formatted(limit, LIMIT_MAX));
    }
    if (offset < 0 || offset > OFFSET_MAX) {
      throw new IllegalArgumentException(
          "offset(%d): is not between 0 and %d. Narrow the filter by what the last page ended with."
              .formatted(offset, OFFSET_MAX));
    }
  }

  /** Every document, by ascending id. */
  public static Query all() {
    return where(Filter.all());
  }

  /** The documents that the filter means, by ascending id. */
  public static Query where(Filter filter) {
    return new Query(filter, List.of(), LIMIT_DEFAULT, 0);
  }

  /** Sorts by the value at the path, least first, after what was named before. */
  public Query orderBy(String path) {
    return with(new Order(FieldPath.parse(path), Direction.ASCENDING));
  }

  /** Sorts by the value at the path, greatest first, after what was named before. */
  public Query orderByDescending(String path) {
    return with(new Order(FieldPath.parse(path), Direction.DESCENDING));
  }

  /** The most documents of one page. Default {@value #LIMIT_DEFAULT}; 1 to {@value #LIMIT_MAX}. */
  public Query limit(int documents) {
    return new Query(filter, order, documents, offset);
  }

  /** How many documents to leave out. Default 0; at most {@value #OFFSET_MAX}. */
  public Query offset(int documents) {
    return new Query(filter, order, limit, documents);
  }

  private Query with(Order next) {
    List<Order> longer = new ArrayList<>(order);
    longer.add(next);
    return new Query(filter, longer, limit, offset);
  }

  /** Which way. */
  public enum Direction {
    /** Least first; a path that leads nowhere is less than everything. */
    ASCENDING,
    /** Greatest first; a path that leads nowhere comes last. */
    DESCENDING
  }

  /** One path to sort by. The order across kinds of values stands at {@link Filter}. */
  public record Order(FieldPath path, Direction direction) {}
}
