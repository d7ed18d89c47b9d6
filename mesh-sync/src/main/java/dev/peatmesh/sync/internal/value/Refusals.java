package dev.peatmesh.sync.internal.value;

import dev.peatmesh.runtime.MeshException;

/** What editors answer to edits that cannot be: in the same words for both kinds of documents. */
public final class Refusals {
  private Refusals() {}

  /**
   * Something else is there than the edit expects.
   *
   * @param present what is there, such as {@code a list} or {@code of type String}
   * @param wanted map, list or text
   */
  public static MeshException wrongKind(Place at, String present, String wanted) {
    String type = Character.toUpperCase(wanted.charAt(0)) + wanted.substring(1);
    return new MeshException.Refused(
        at
            + ": is "
            + present
            + ", not a "
            + wanted
            + ". Put a "
            + type
            + " there first, which replaces it.");
  }

  /** Something else than a counter is to be added to. */
  public static MeshException notCounter(Place at, String present) {
    return new MeshException.Refused(
        at
            + ": is "
            + present
            + ", which cannot be incremented. Put a Counter there first, which replaces it.");
  }

  /** The sum of a counter, when it can still be held. */
  public static long sum(Place at, long sum, long by) {
    try {
      return Math.addExact(sum, by);
    } catch (ArithmeticException beyond) {
      throw new MeshException.Refused(
          at + ": " + sum + " + " + by + " leaves the range of 64 bits. Put a new Counter.",
          beyond);
    }
  }

  /** Fails for an index that is not from 0 to below the end. */
  public static void checkIndex(Place list, int index, int end, int size) {
    if (index < 0 || index >= end) {
      throw new IndexOutOfBoundsException(
          list + "[" + index + "]: is outside the list of " + size + " elements.");
    }
  }

  /** Fails for a range that is not inside the text; all in code points. */
  public static void checkRange(Place text, int index, int deleted, int length) {
    if (index < 0 || deleted < 0 || index > length - deleted) {
      throw new IndexOutOfBoundsException(
          text
              + ": deleting "
              + deleted
              + " at "
              + index
              + " leaves the text of "
              + length
              + " code points. Count in code points, not in UTF-16 units.");
    }
  }
}
