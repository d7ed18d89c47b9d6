package dev.peatmesh.sync.internal.guard;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A column of texts or nulls. Keeps no text: the present one is a range of the chunk's bytes. */
final class TextColumn {
  private final Runs runs;
  private final @Nullable ByteCursor cursor;
  private boolean present;
  private int from;
  private int length;
  private int hash;

  TextColumn(@Nullable ByteCursor cursor) {
    this.runs = new Runs(cursor);
    this.cursor = cursor;
  }

  /** Steps to the next entry and tells whether it is a text. */
  boolean next() {
    Runs.Entry entry = runs.next();
    if (entry == Runs.Entry.NULL || cursor == null) {
      present = false;
    } else if (entry == Runs.Entry.VALUE) {
      readText(cursor);
    }
    return present;
  }

  /** A hash of the present text. */
  int hash() {
    return hash;
  }

  /** Whether the present text is these bytes. */
  boolean is(byte[] text) {
    return present
        && cursor != null
        && Arrays.equals(cursor.array(), from, from + length, text, 0, text.length);
  }

  void finish() {
    runs.finish();
  }

  private void readText(ByteCursor bytes) {
    int newLength = bytes.length();
    int newFrom = bytes.skipUtf8(newLength);
    byte[] array = bytes.array();
    if (present && Arrays.equals(array, from, from + length, array, newFrom, newFrom + newLength)) {
      throw new GuardException("run that should be part of another");
    }
    present = true;
    from = newFrom;
    length = newLength;
    hash = 0;
    for (int i = newFrom; i < newFrom + newLength; i++) {
      hash = hash * 31 + array[i];
    }
  }
}
