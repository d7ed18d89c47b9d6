package dev.peatmesh.sync.internal.guard;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A column of texts or nulls. Keeps no text: the present one is a range of the chunk's bytes. */
public final class TextColumn {
  private final Runs runs;
  private final @Nullable ByteCursor cursor;
  private boolean present;
  private int from;
  private int length;
  private int hash;

  /** Takes the bytes of the column, or null when there is none: then every entry is null. */
  public TextColumn(@Nullable ByteCursor cursor) {
    this.runs = new Runs(cursor);
    this.cursor = cursor;
  }

  /** Steps to the next entry and tells whether it is a text. */
  public boolean next() {
    Runs.Entry entry = runs.next();
    if (entry == Runs.Entry.NULL || cursor == null) {
      present = false;
    } else if (entry == Runs.Entry.VALUE) {
      readText(cursor);
    }
    return present;
  }

  /** Where the present text begins in the bytes of the column's cursor. */
  public int from() {
    return from;
  }

  /** How many bytes of UTF-8 the present text has. */
  public int length() {
    return length;
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

  /** Refuses texts that nobody asked for. */
  public void finish() {
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
