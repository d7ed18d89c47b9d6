package dev.peatmesh.sync.internal.latest;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What an edit does to one field at the top of a document. */
sealed interface FieldWrite {
  /** The field afterwards; null when it is gone. */
  @Nullable Field apply(@Nullable Field present, Dot dot, long stamp);

  /** It is gone. */
  record Remove() implements FieldWrite {
    @Override
    public @Nullable Field apply(@Nullable Field present, Dot dot, long stamp) {
      return null;
    }
  }

  /** It has this value and no other. */
  record Replace(EncodedValue value) implements FieldWrite {
    @Override
    public Field apply(@Nullable Field present, Dot dot, long stamp) {
      long after = present == null ? stamp : present.stampAfter(stamp);
      // A counter that is put is a new one, and this its first share.
      Dot counter = value.isCounter() ? dot : null;
      return new Field(List.of(new Entry(dot, after, value, counter)));
    }
  }

  /** Its counter has so much more. */
  record Increment(long by) implements FieldWrite {
    @Override
    public Field apply(@Nullable Field present, Dot dot, long stamp) {
      if (present == null) {
        throw new AssertionError("an increment of nothing");
      }
      return present.incremented(dot, stamp, by);
    }
  }
}
