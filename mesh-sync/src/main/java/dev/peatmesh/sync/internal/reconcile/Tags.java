package dev.peatmesh.sync.internal.reconcile;

import java.util.Arrays;

/** The tags of documents or ranges: 32-bit numbers. Immutable. */
public final class Tags {
  /** No tags. */
  public static final Tags NONE = new Tags();

  private final int[] values;

  private Tags(int... values) {
    this.values = values;
  }

  /** The given tags in this order. */
  public static Tags of(int... values) {
    return values.length == 0 ? NONE : new Tags(values.clone());
  }

  /** How many there are. */
  public int size() {
    return values.length;
  }

  /** One of them, from 0 on. */
  public int at(int index) {
    return values[index];
  }

  boolean isAscending() {
    for (int i = 1; i < values.length; i++) {
      if (Integer.compareUnsigned(values[i - 1], values[i]) > 0) {
        return false;
      }
    }
    return true;
  }

  int encodedBytes() {
    return values.length * Salt.TAG_BYTES;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Tags tags && Arrays.equals(values, tags.values);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(values);
  }

  @Override
  public String toString() {
    return "Tags[" + values.length + "]";
  }
}
