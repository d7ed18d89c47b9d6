package dev.peatmesh.sync.internal.guard;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What stands inside a change chunk once it is unpacked: read and checked from front to back. */
record ChangeBody(
    List<ChangeHash> deps,
    ActorId actor,
    long seq,
    long startOp,
    long timeSeconds,
    int ops,
    boolean deletesDocument,
    Footprint footprint) {
  /**
   * The largest counter and sequence number that every implementation of the format can hold. What
   * the native core can hold is less: see {@link DocumentGuard#COUNTER_MAX}.
   */
  static final long COUNTER_MAX = (1L << 53) - 1;

  static ChangeBody read(ByteCursor cursor, GuardLimits limits) {
    List<ChangeHash> deps = readDeps(cursor, limits);
    int actorLength = ActorTable.readLength(cursor);
    int actorFrom = cursor.skip(actorLength);
    byte[] author = Arrays.copyOfRange(cursor.array(), actorFrom, actorFrom + actorLength);
    long seq = readCounter(cursor, "sequence number out of range");
    long startOp = readCounter(cursor, "first operation counter out of range");
    long timeSeconds = cursor.signedLeb(); // the author's clock: any value will do
    cursor.skipUtf8(cursor.length()); // the commit message
    ActorTable actors = ActorTable.read(cursor, author, limits);
    OperationColumns columns = OperationColumns.read(cursor, actors.size(), limits);
    Operations operations = new Operations(columns, actors, startOp, limits);
    operations.check();
    return new ChangeBody(
        deps,
        actors.id(0),
        seq,
        startOp,
        timeSeconds,
        operations.count(),
        operations.deletesDocument(),
        operations.footprint());
  }

  private static List<ChangeHash> readDeps(ByteCursor cursor, GuardLimits limits) {
    int count = cursor.count(limits.depsMax(), ChangeHash.BYTES, "too many dependencies");
    if (count == 0) {
      return List.of();
    }
    ByteBuffer from =
        ByteBuffer.wrap(
            cursor.array(), cursor.skip(count * ChangeHash.BYTES), count * ChangeHash.BYTES);
    if (count == 1) {
      return List.of(ChangeHash.read(from));
    }
    List<ChangeHash> deps = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      ChangeHash dep = ChangeHash.read(from);
      if (i > 0 && deps.get(i - 1).compareTo(dep) >= 0) {
        throw new GuardException("dependencies out of order");
      }
      deps.add(dep);
    }
    return deps;
  }

  private static long readCounter(ByteCursor cursor, String reason) {
    long counter = cursor.unsignedLeb();
    if (counter < 1 || counter > COUNTER_MAX) {
      throw new GuardException(reason);
    }
    return counter;
  }
}
