package dev.peatmesh.sync.internal.guard;

/**
 * Estimates how long the native core will take over the changed keys and elements of one change. It
 * walks all earlier values of a key for each new one, so that a chunk of 64 bytes that sets one key
 * a million times would keep it busy for hours.
 *
 * <p>Counts in a table of fixed size, where a few keys share a place. Takes at most 4 MiB, and that
 * only for changes of more than 65,536 such operations.
 */
final class SlotLoad {
  /** Steps of the core, of some 10 ns each; one key reaches them when it is set 8,191 times. */
  static final int STEPS_MAX = 1 << 25;

  private static final int UNCOUNTED = 256;
  private static final int MANY = 1 << 16;
  private static final int PLACES_SMALL = 1 << 14;
  private static final int PLACES_LARGE = 1 << 20;

  private int[] counts = {};
  private int operations;
  private long steps;

  /** Adds an operation on the key or element with this hash. */
  void add(long hash) {
    operations++;
    if (operations <= UNCOUNTED) {
      return;
    }
    if (operations == UNCOUNTED + 1) {
      counts = new int[PLACES_SMALL];
    } else if (operations == MANY) {
      counts = new int[PLACES_LARGE];
    }
    long mixed = hash * 0x9e3779b97f4a7c15L;
    int place = (int) (mixed >>> 32) & (counts.length - 1);
    steps += ++counts[place];
    if (steps > STEPS_MAX) {
      throw new GuardException("too many operations on one key");
    }
  }
}
