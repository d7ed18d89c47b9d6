package dev.peatmesh.sync.internal.query;

import dev.peatmesh.sync.FieldPath;
import dev.peatmesh.sync.Filter;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Whether a document is what a filter means. Pure. */
public final class FilterMatch {
  private FilterMatch() {}

  /** Whether the filter holds for a document with this content. */
  public static boolean matches(Filter filter, Map<String, @Nullable Object> document) {
    if (filter instanceof Filter.All) {
      return true;
    }
    if (filter instanceof Filter.Comparison comparison) {
      return compares(comparison, FieldReader.read(document, comparison.path()));
    }
    if (filter instanceof Filter.In in) {
      Object actual = FieldReader.read(document, in.path());
      return in.values().stream()
          .anyMatch(value -> ValueOrder.INSTANCE.compare(actual, value) == 0);
    }
    if (filter instanceof Filter.Exists exists) {
      return isPresent(document, exists.path());
    }
    if (filter instanceof Filter.And and) {
      return and.parts().stream().allMatch(part -> matches(part, document));
    }
    if (filter instanceof Filter.Or or) {
      return or.parts().stream().anyMatch(part -> matches(part, document));
    }
    if (filter instanceof Filter.Not not) {
      return !matches(not.part(), document);
    }
    throw new AssertionError("unhandled " + filter);
  }

  private static boolean isPresent(Map<String, @Nullable Object> document, FieldPath path) {
    return ValueOrder.kind(FieldReader.read(document, path)) != ValueOrder.Kind.ABSENT;
  }

  private static boolean compares(Filter.Comparison comparison, @Nullable Object actual) {
    ValueOrder.Kind kind = ValueOrder.kind(actual);
    if (kind == ValueOrder.Kind.ABSENT) {
      return false;
    }
    if (kind != ValueOrder.kind(comparison.value())) {
      return comparison.operator() == Filter.Operator.NE;
    }
    int order = ValueOrder.INSTANCE.compare(actual, comparison.value());
    return switch (comparison.operator()) {
      case EQ -> order == 0;
      case NE -> order != 0;
      case LT -> order < 0;
      case LE -> order <= 0;
      case GT -> order > 0;
      case GE -> order >= 0;
    };
  }
}
