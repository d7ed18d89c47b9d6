package dev.peatmesh.sync.internal.guard;

/**
 * Says whether a well-formed change fits one document: the checks that need to know what was
 * applied before. What {@link ChunkReader} and this class let pass may be given to the native core.
 *
 * <p>Belongs to one document and runs on that document's loop. Grows with the changes admitted, by
 * one entry per author and 16 bytes per run of objects or elements. After a restart, admit every
 * change that the document already holds, in an order in which each follows its dependencies.
 */
public final class DocumentGuard {
  /**
   * The largest counter of an operation. The core holds counters in 32 bits and ends the process
   * when one does not fit; staying below the sign bit leaves it room to write.
   */
  public static final long COUNTER_MAX = Integer.MAX_VALUE;

  /** How deep maps, lists and texts may be nested; one in the root map has depth 1. */
  public static final int NESTING_MAX = 64;

  private final ActorSequences sequences = new ActorSequences();
  private final DocumentStructure structure = new DocumentStructure();

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
    structure.check(chunk);
  }

  /** Records a change that passed {@link #check} and was applied. */
  public void admit(ChangeChunk chunk) {
    sequences.admit(chunk);
    structure.admit(chunk);
  }

  /** The sequence number of the author's next change, from 1. */
  public long next(ActorId actor) {
    return sequences.next(actor);
  }
}
