package dev.peatmesh.sync.internal.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * Since when this node holds what it holds, roughly: its journal's numbers against its clock, over
 * one retention. The time of a delete says nothing of that: it may arrive late, and the clock of
 * its author may be wrong. Belongs to the document loop.
 */
final class Checkpoints {
  /** How many are taken in one retention: what is held for this part less may pass for older. */
  static final int PER_RETENTION = 32;

  private final long retentionMillis;
  private final List<Checkpoint> taken = new ArrayList<>();

  /**
   * @param kept those of before, in any order
   */
  Checkpoints(Duration retention, Collection<Checkpoint> kept) {
    retentionMillis = retention.toMillis();
    kept.stream().sorted(Comparator.comparingLong(Checkpoint::wallMillis)).forEach(taken::add);
  }

  /**
   * Time passes.
   *
   * @param sequence the last number given in our journal
   * @return whether there is something new to be kept
   */
  boolean advance(long wallMillis, long sequence) {
    // One from the future was taken by a clock that was wrong.
    boolean changed =
        taken.removeIf(
            each ->
                each.wallMillis() > wallMillis
                    || each.wallMillis() <= wallMillis - retentionMillis);
    long due =
        taken.isEmpty()
            ? wallMillis
            : taken.get(taken.size() - 1).wallMillis() + retentionMillis / PER_RETENTION;
    if (wallMillis >= due) {
      taken.add(new Checkpoint(wallMillis, sequence));
      changed = true;
    }
    return changed;
  }

  /** Whether that number was given less than the retention ago. */
  boolean isRecent(long sequence) {
    return !taken.isEmpty() && sequence > taken.get(0).sequence();
  }

  /** All that is to be kept; no more than {@value #PER_RETENTION} and one. */
  List<Checkpoint> all() {
    return List.copyOf(taken);
  }
}
