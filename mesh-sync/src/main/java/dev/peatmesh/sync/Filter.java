package dev.peatmesh.sync;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Says of each document whether it is meant. An immutable tree; thread-safe.
 *
 * <p><b>Comparisons</b> hold between values of one kind only: {@code lt("speed", 5)} is not met by
 * a string, nor by null. The kinds, in the order in which a {@link Query} sorts them: null,
 * booleans (false first), NaN, numbers, instants, strings, bytes, lists, maps.
 *
 * <ul>
 *   <li>Numbers are {@code Long}, {@code Double}, {@link Uint64} and {@link Counter}. They compare
 *       by their exact value, whatever their class: 2<sup>53</sup> + 1 and 2<sup>53</sup> differ.
 *       Negative zero equals zero.
 *   <li>NaN equals NaN, and is neither less nor greater than any number.
 *   <li>Strings are {@code String} and {@link Text}, ordered by UTF-16 code unit; bytes are ordered
 *       as unsigned numbers; lists by their first different element; maps by their first different
 *       entry in the order of their keys.
 * </ul>
 *
 * <p>A path that leads nowhere meets no comparison, not even {@link #ne}. {@code not(eq(..))} is
 * met by it, and {@code not(exists(..))} is met by it alone.
 *
 * <p>Values may be of every class that may be put into a document; they are copied. A filter has at
 * most {@value #PARTS_MAX} parts, each value and each element of a list counted, nested at most
 * {@value #DEPTH_MAX} deep; a larger one throws {@link IllegalArgumentException}.
 */
public sealed interface Filter {
  /** The deepest nesting of and, or, not. */
  int DEPTH_MAX = 32;

  /** The most parts: filters, and the values they compare with. */
  int PARTS_MAX = 1_000;

  /** Every document. */
  static Filter all() {
    return All.INSTANCE;
  }

  /** The value at the path equals this one. */
  static Filter eq(String path, @Nullable Object value) {
    return new Comparison(FieldPath.parse(path), Operator.EQ, value);
  }

  /** There is a value at the path, and it does not equal this one. */
  static Filter ne(String path, @Nullable Object value) {
    return new Comparison(FieldPath.parse(path), Operator.NE, value);
  }

  /** The value at the path is of this one's kind and less. */
  static Filter lt(String path, @Nullable Object value) {
    return new Comparison(FieldPath.parse(path), Operator.LT, value);
  }

  /** The value at the path is of this one's kind and less or equal. */
  static Filter le(String path, @Nullable Object value) {
    return new Comparison(FieldPath.parse(path), Operator.LE, value);
  }

  /** The value at the path is of this one's kind and greater. */
  static Filter gt(String path, @Nullable Object value) {
    return new Comparison(FieldPath.parse(path), Operator.GT, value);
  }

  /** The value at the path is of this one's kind and greater or equal. */
  static Filter ge(String path, @Nullable Object value) {
    return new Comparison(FieldPath.parse(path), Operator.GE, value);
  }

  /** The value at the path equals one of these; of none, no document is meant. */
  static Filter in(String path, Collection<? extends @Nullable Object> values) {
    return new In(FieldPath.parse(path), new ArrayList<@Nullable Object>(values));
  }

  /** There is a value at the path, and be it null. */
  static Filter exists(String path) {
    return new Exists(FieldPath.parse(path));
  }

  /** All of them hold; of none, every document is meant. */
  static Filter and(Filter... parts) {
    return new And(List.of(parts));
  }

  /** One of them holds at least; of none, no document is meant. */
  static Filter or(Filter... parts) {
    return new Or(List.of(parts));
  }

  /** It does not hold. */
  static Filter not(Filter part) {
    return new Not(part);
  }

  /** How a value is compared with the filter's. */
  enum Operator {
    /** Equal. */
    EQ,
    /** Present and not equal. */
    NE,
    /** Less. */
    LT,
    /** Less or equal. */
    LE,
    /** Greater. */
    GT,
    /** Greater or equal. */
    GE
  }

  /** Every document. */
  record All() implements Filter {
    private static final All INSTANCE = new All();
  }

  /**
   * The value at a path compared with another.
   *
   * @param value as it would be read from a document: a {@code Long} for every integer,
   *     unmodifiable lists and maps
   */
  record Comparison(FieldPath path, Operator operator, @Nullable Object value) implements Filter {
    public Comparison {
      value = FilterValues.copied(path, value);
      FilterBounds.check(FilterValues.parts(value) + 1, 1);
    }

    /** Without the value, which may be large, or secret. */
    @Override
    public String toString() {
      return operator + "(" + path + ")";
    }
  }

  /**
   * The value at a path is one of several.
   *
   * @param values as they would be read from a document
   */
  record In(FieldPath path, List<@Nullable Object> values) implements Filter {
    public In {
      FilterBounds.check(values.size() + 1, 1);
      List<@Nullable Object> copies = new ArrayList<>(values.size());
      int parts = 1;
      for (Object value : values) {
        Object copy = FilterValues.copied(path, value);
        copies.add(copy);
        parts += FilterValues.parts(copy);
      }
      FilterBounds.check(parts, 1);
      values = Collections.unmodifiableList(copies);
    }

    /** Without the values, which may be large, or secret. */
    @Override
    public String toString() {
      return "IN(" + path + ", " + values.size() + " values)";
    }
  }

  /** There is a value at the path. */
  record Exists(FieldPath path) implements Filter {}

  /** All parts hold. */
  record And(List<Filter> parts) implements Filter {
    public And {
      parts = List.copyOf(parts);
      FilterBounds.check(parts);
    }
  }

  /** One part holds at least. */
  record Or(List<Filter> parts) implements Filter {
    public Or {
      parts = List.copyOf(parts);
      FilterBounds.check(parts);
    }
  }

  /** The part does not hold. */
  record Not(Filter part) implements Filter {
    public Not {
      FilterBounds.check(List.of(part));
    }
  }
}
