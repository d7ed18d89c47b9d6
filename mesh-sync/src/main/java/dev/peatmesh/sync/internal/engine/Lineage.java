package dev.peatmesh.sync.internal.engine;

import java.util.List;

/**
 * Which history a store has: what tells a store that was away from one that is new, was emptied, or
 * was set back in time.
 *
 * <p>Numbers alone do not tell: a store that was set back gives out again the numbers it has lost.
 * But it does so under the name of another opening, and the name under which it gave them out at
 * first is lost with what they numbered.
 *
 * @param store the store's name
 * @param sequence the last number given in its journal
 * @param openings the newest openings of the store, ascending, the present one last; at least one,
 *     at most {@value #OPENINGS_MAX}
 */
public record Lineage(StoreId store, long sequence, List<Opening> openings) {
  /** The most openings kept. What was agreed on in an older one counts no more. */
  public static final int OPENINGS_MAX = 64;

  public Lineage {
    openings = List.copyOf(openings);
    if (openings.isEmpty() || openings.size() > OPENINGS_MAX) {
      throw new IllegalArgumentException(
          "openings(" + openings.size() + "): 1 to " + OPENINGS_MAX + ". Leave out the oldest.");
    }
  }

  /**
   * One time that the store was opened.
   *
   * @param id drawn at random
   * @param held the last number of what the store held then: of what the opening before had
   *     numbered beyond it, if anything, all is lost
   */
  public record Opening(long id, long held) {}

  /** The name of the present opening. */
  public long opening() {
    return openings.get(openings.size() - 1).id();
  }

  /**
   * Whether the store still holds all that had happened in the given store when it had given the
   * number, in that opening. In doubt it does not.
   */
  public boolean continues(StoreId other, long otherOpening, long otherSequence) {
    return store.equals(other) && otherSequence <= kept(otherOpening);
  }

  /** The last number of that opening that is not lost; -1 when the opening is not known. */
  private long kept(long opening) {
    long end = sequence;
    for (int i = openings.size() - 1; i >= 0; i--) {
      if (openings.get(i).id() == opening) {
        return end;
      }
      end = Math.min(end, openings.get(i).held());
    }
    return -1;
  }
}
