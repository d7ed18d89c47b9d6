package dev.peatmesh.sync.internal.guard;

import java.util.HashMap;
import java.util.Map;

/**
 * Says whether a well-formed change fits one document: the checks that need to know what was
 * applied before. What {@link ChunkReader} and this class let pass may be given to the native core.
 *
 * <p>Belongs to one document and runs on that document's loop. Holds one entry per author and 16
 * bytes per run of objects created, of the changes admitted. After a restart, admit every change
 * that the document already holds, in an order in which each follows its dependencies.
 */
public final class DocumentGuard {
  /**
   * The largest counter of an operation. The core holds counters in 32 bits and ends the process
   * when one does not fit; staying below the sign bit leaves it room to write.
   */
  static final long COUNTER_MAX = Integer.MAX_VALUE;

  private final ActorSequences sequences = new ActorSequences();
  private final Map<ActorId, ObjectKinds> objects = new HashMap<>();

  /**
   * Refuses a change that the document cannot take. Call it when all dependencies are applied, and
   * not before: the core queues a change that comes too early, out of our sight.
   *
   * @param depsLastOp the largest {@link ChangeChunk#lastOp()} of the changes it directly stands
   *     on, 0 when there is none
   * @throws GuardException when it must not reach the core
   */
  public void check(ChangeChunk chunk, long depsLastOp) {
    if (chunk.lastOp() > COUNTER_MAX) {
      throw new GuardException("operation counter beyond 31 bits");
    }
    // Authors count on from the largest counter they know. A jump ahead would let one change use
    // up the counters of the whole document, and nobody could write to it again.
    if (chunk.startOp() != depsLastOp + 1) {
      throw new GuardException("operations do not follow those they stand on");
    }
    sequences.check(chunk);
    for (ObjectUse.Edited edit : chunk.objects().edited()) {
      ObjectKinds created = objects.get(edit.creator());
      if (created == null || !created.holds(edit.counter(), edit.sequence())) {
        throw new GuardException("edits an object that is not there, or of another kind");
      }
    }
  }

  /** Records a change that passed {@link #check} and was applied. */
  public void admit(ChangeChunk chunk) {
    sequences.admit(chunk);
    for (ObjectUse.Created run : chunk.objects().created()) {
      objects.computeIfAbsent(chunk.actor(), actor -> new ObjectKinds()).add(run);
    }
  }

  /** The sequence number of the author's next change, from 1. */
  public long next(ActorId actor) {
    return sequences.next(actor);
  }
}
