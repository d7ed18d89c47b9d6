package dev.peatmesh.sync.internal.guard;

import java.util.HashMap;
import java.util.Map;

/**
 * What each author has written in one document so far, and whether a change is its next one. The
 * native core keeps an author's changes in a list without holes; a hole, or an operation id used
 * twice, ends the process sooner or later.
 *
 * <p>Belongs to one document and runs on that document's loop. Holds one entry per author of the
 * changes admitted.
 */
final class ActorSequences {
  private final Map<ActorId, Last> lasts = new HashMap<>();

  /**
   * Refuses a change that is not the next of its author.
   *
   * @throws GuardException when its sequence number is not exactly the next, or its operations do
   *     not come after those of the author's change before
   */
  public void check(ChangeChunk chunk) {
    Last last = lasts.getOrDefault(chunk.actor(), Last.NONE);
    if (chunk.seq() != last.seq + 1) {
      throw new GuardException("not the author's next sequence number");
    }
    if (chunk.startOp() <= last.op) {
      throw new GuardException("operation id used twice");
    }
  }

  /** Records a change that passed {@link #check} and was applied. */
  public void admit(ChangeChunk chunk) {
    lasts.put(chunk.actor(), new Last(chunk.seq(), chunk.lastOp()));
  }

  /** The sequence number of the author's next change, from 1. */
  public long next(ActorId actor) {
    return lasts.getOrDefault(actor, Last.NONE).seq + 1;
  }

  private record Last(long seq, long op) {
    static final Last NONE = new Last(0, 0);
  }
}
