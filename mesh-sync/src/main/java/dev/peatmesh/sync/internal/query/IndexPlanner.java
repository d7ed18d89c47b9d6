package dev.peatmesh.sync.internal.query;

import dev.peatmesh.sync.Filter;
import dev.peatmesh.sync.internal.query.SecondaryIndex.Range;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds the ranges of indexes that hold all documents which a filter may mean. Pure, on indexes
 * that stand still.
 */
final class IndexPlanner {
  private final CollectionIndexes indexes;

  IndexPlanner(CollectionIndexes indexes) {
    this.indexes = indexes;
  }

  /** Ranges whose union holds every match; empty when only reading all documents would do. */
  Optional<List<Range>> ranges(Filter filter, int bound) {
    if (filter instanceof Filter.Comparison comparison) {
      return indexes.on(comparison.path()).flatMap(index -> range(index, comparison)).map(List::of);
    }
    if (filter instanceof Filter.In in) {
      return indexes.on(in.path()).map(index -> in.values().stream().map(index::equal).toList());
    }
    if (filter instanceof Filter.Exists exists) {
      return indexes.on(exists.path()).map(index -> List.of(index.present()));
    }
    if (filter instanceof Filter.And and) {
      return narrowest(and.parts(), bound);
    }
    if (filter instanceof Filter.Or or) {
      return union(or.parts(), bound);
    }
    return Optional.empty(); // All, Not: an index knows what is there, not what is not.
  }

  /** How many documents are in the ranges; stops counting at the bound. */
  static int count(List<Range> ranges, int bound) {
    int count = 0;
    for (Range range : ranges) {
      count += range.count(bound - count);
    }
    return count;
  }

  private static Optional<Range> range(SecondaryIndex index, Filter.Comparison comparison) {
    return switch (comparison.operator()) {
      case EQ -> Optional.of(index.equal(comparison.value()));
      case LT, LE -> Optional.of(index.upTo(comparison.value()));
      case GT, GE -> Optional.of(index.from(comparison.value()));
      case NE -> Optional.empty();
    };
  }

  /** Each part alone holds every match of them all: take the one with the fewest documents. */
  private Optional<List<Range>> narrowest(List<Filter> parts, int bound) {
    Map<SecondaryIndex, Range> single = new LinkedHashMap<>();
    List<List<Range>> choices = new ArrayList<>();
    for (Filter part : parts) {
      Optional<List<Range>> ranges = ranges(part, bound);
      if (ranges.isPresent() && ranges.get().size() == 1) {
        // Between a and b: two comparisons on one path make one range.
        Range range = ranges.get().get(0);
        single.merge(range.index(), range, Range::and);
      } else {
        ranges.ifPresent(choices::add);
      }
    }
    single.values().forEach(range -> choices.add(List.of(range)));
    Optional<List<Range>> best = Optional.empty();
    int fewest = bound;
    for (List<Range> choice : choices) {
      int count = count(choice, fewest);
      if (best.isEmpty() || count < fewest) {
        best = Optional.of(choice);
        fewest = count;
      }
    }
    return best;
  }

  private Optional<List<Range>> union(List<Filter> parts, int bound) {
    List<Range> union = new ArrayList<>();
    for (Filter part : parts) {
      Optional<List<Range>> ranges = ranges(part, bound);
      if (ranges.isEmpty()) {
        return Optional.empty();
      }
      union.addAll(ranges.get());
    }
    return Optional.of(union);
  }
}
