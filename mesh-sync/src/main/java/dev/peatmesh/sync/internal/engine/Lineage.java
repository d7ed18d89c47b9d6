package dev.peatmesh.sync.internal.engine;

import java.util.List;

/**
 * Which history a store has: what tells a store that was away from one that is new, was emptied, or
 * was set back in time.
 *
 * @param store the store's name
 * @param sequence the last number given in its journal
 * @param skipped the ranges of numbers that were skipped after unclean stops, ascending: what
 *     happened under such a number, if anything, is lost; at most {@value #SKIPPED_MAX}, and when
 *     there were more, a first range that covers all the older ones
 */
public record Lineage(StoreId store, long sequence, List<Skipped> skipped) {
  /** The most ranges kept. */
  public static final int SKIPPED_MAX = 32;

  public Lineage {
    skipped = List.copyOf(skipped);
    if (skipped.size() > SKIPPED_MAX) {
      throw new IllegalArgumentException(
          "skipped(" + skipped.size() + "): at most " + SKIPPED_MAX + ". Unite the oldest.");
    }
  }

  /** Numbers above {@code after}, up to and with {@code to}. */
  public record Skipped(long after, long to) {}

  /**
   * Whether the store still holds all that happened in the given store up to the given number. In
   * doubt it does not.
   */
  public boolean continues(StoreId other, long otherSequence) {
    return store.equals(other)
        && sequence >= otherSequence
        && skipped.stream()
            .noneMatch(each -> otherSequence > each.after && otherSequence <= each.to);
  }
}
