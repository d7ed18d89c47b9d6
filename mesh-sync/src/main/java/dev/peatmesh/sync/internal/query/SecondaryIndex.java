package dev.peatmesh.sync.internal.query;

import dev.peatmesh.sync.Bytes;
import dev.peatmesh.sync.FieldPath;
import dev.peatmesh.sync.Text;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The documents of a collection ordered by what they have at one path. Belongs to the document
 * loop.
 *
 * <p>It holds of each document a <em>coarse</em> value: long strings and bytes cut off, lists and
 * maps without content. Coarsening keeps the order ({@code a <= b} implies {@code coarse(a) <=
 * coarse(b)}), so that a range finds all that is meant and maybe more: whoever asks looks at the
 * documents themselves. So an entry is small whatever the document holds.
 */
final class SecondaryIndex {
  /** Characters of a string, or bytes, that are kept. */
  static final int VALUE_SIZE_MAX = 128;

  private static final Comparator<Posting> ORDER =
      Comparator.comparing(Posting::value, ValueOrder.INSTANCE)
          .thenComparing(Posting::id, Comparator.nullsLast(Comparator.naturalOrder()));

  private final FieldPath path;
  private final NavigableSet<Posting> postings = new TreeSet<>(ORDER);
  private final Map<String, Posting> byId = new HashMap<>();
  private long version;

  /**
   * One document's place.
   *
   * @param value coarse
   * @param id null only in bounds of ranges: after every id
   */
  record Posting(@Nullable Object value, @Nullable String id) {}

  /** All places from the first bound to the second; both are no places themselves. */
  record Range(SecondaryIndex index, Posting from, Posting to) {
    /** What is in both, which are of one index. */
    Range and(Range other) {
      return new Range(
          index,
          ORDER.compare(from, other.from) >= 0 ? from : other.from,
          ORDER.compare(to, other.to) <= 0 ? to : other.to);
    }

    /** How many documents are in it; stops counting at the bound. */
    int count(int bound) {
      int count = 0;
      for (Iterator<Posting> each = postings().iterator(); count < bound && each.hasNext(); ) {
        each.next();
        count++;
      }
      return count;
    }

    void forEachId(Consumer<String> action) {
      for (Posting posting : postings()) {
        String id = posting.id();
        if (id != null) {
          action.accept(id);
        }
      }
    }

    private Iterable<Posting> postings() {
      boolean empty = ORDER.compare(from, to) >= 0;
      return empty ? List.of() : index.postings.subSet(from, to);
    }
  }

  SecondaryIndex(FieldPath path) {
    this.path = path;
  }

  FieldPath path() {
    return path;
  }

  int size() {
    return postings.size();
  }

  /** Grows whenever a document takes another place. */
  long version() {
    return version;
  }

  /** The document has this content now; null when it does not exist. */
  void update(String id, @Nullable Map<String, @Nullable Object> document) {
    Posting next =
        document == null ? null : new Posting(coarse(FieldReader.read(document, path)), id);
    Posting last = byId.get(id);
    if (last != null && next != null && ORDER.compare(last, next) == 0) {
      return;
    }
    if (last != null) {
      postings.remove(last);
      byId.remove(id);
    }
    if (next != null) {
      postings.add(next);
      byId.put(id, next);
    }
    version++;
  }

  /** The place after the given one; the first one after null. Null at the end. */
  @Nullable Posting next(@Nullable Posting posting, boolean descending) {
    if (postings.isEmpty()) {
      return null;
    }
    if (posting == null) {
      return descending ? postings.last() : postings.first();
    }
    return descending ? postings.lower(posting) : postings.higher(posting);
  }

  Range equal(@Nullable Object value) {
    Object coarse = coarse(value);
    return new Range(this, new Posting(coarse, ""), new Posting(coarse, null));
  }

  /** Those of the value's kind that are less, or equal. */
  Range upTo(@Nullable Object value) {
    Object least = ValueOrder.least(ValueOrder.kind(value));
    return new Range(this, new Posting(least, ""), new Posting(coarse(value), null));
  }

  /** Those of the value's kind that are greater, or equal. */
  Range from(@Nullable Object value) {
    Object end = ValueOrder.leastAfter(ValueOrder.kind(value));
    return new Range(this, new Posting(coarse(value), ""), new Posting(end, ""));
  }

  /** Those that have something at the path. */
  Range present() {
    return new Range(this, new Posting(null, ""), new Posting(ValueOrder.END, ""));
  }

  /** The value, cut to what the index holds of it. */
  static @Nullable Object coarse(@Nullable Object value) {
    if (value instanceof String || value instanceof Text) {
      String string = value.toString();
      return string.length() <= VALUE_SIZE_MAX ? string : string.substring(0, VALUE_SIZE_MAX);
    }
    if (value instanceof Bytes bytes && bytes.size() > VALUE_SIZE_MAX) {
      return Bytes.of(Arrays.copyOf(bytes.toArray(), VALUE_SIZE_MAX));
    }
    if (value instanceof List) {
      return List.of();
    }
    return value instanceof Map ? Map.of() : value;
  }
}
