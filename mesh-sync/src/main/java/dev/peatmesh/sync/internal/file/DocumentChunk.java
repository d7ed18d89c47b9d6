package dev.peatmesh.sync.internal.file;

import dev.peatmesh.sync.internal.guard.ActorId;
import dev.peatmesh.sync.internal.guard.ByteCursor;
import dev.peatmesh.sync.internal.guard.ChangeChunk;
import dev.peatmesh.sync.internal.guard.ChangeHash;
import dev.peatmesh.sync.internal.guard.ChunkReader;
import dev.peatmesh.sync.internal.guard.DocumentGuard;
import dev.peatmesh.sync.internal.guard.GuardException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A document chunk taken apart into its changes. It has a table of changes without their operations
 * and a table of all operations, ordered by object and key; the format specification calls them
 * change metadata and operation columns.
 */
final class DocumentChunk {
  private static final int ACTORS_MAX = 100_000;
  private static final int HEADS_MAX = 100_000;

  private DocumentChunk() {}

  /** The changes, each after those it stands on. */
  static List<ChangeChunk> changes(ByteCursor in, FileLimits limits) {
    List<byte[]> actors = actors(in);
    Set<ChangeHash> heads = heads(in);
    Columns changeColumns = Columns.directory(in);
    Columns operationColumns = Columns.directory(in);
    int bytes = changeColumns.read(in, limits.inflatedBytesMax());
    operationColumns.read(in, limits.inflatedBytesMax() - bytes);
    ChangeTable changes = ChangeTable.read(changeColumns, actors.size(), limits.operationsMax());
    checkHeadIndexes(in, heads.size(), changes.size());
    // What our numbers can hold is less than what the format can.
    long shift =
        changes.lastOp() > DocumentGuard.COUNTER_MAX ? OperationTable.shift(operationColumns) : 0;
    OperationTable operations =
        OperationTable.read(operationColumns, actors.size(), limits.operationsMax(), shift);
    OperationOrder order = OperationOrder.of(operations, limits.operationsMax());

    List<ChangeChunk> chunks = new ArrayList<>(changes.size());
    ChangeEncoder encoder = new ChangeEncoder(actors, operations, order, shift);
    for (int i = 0; i < changes.size(); i++) {
      byte[] chunk = encoder.encode(changes.get(i), chunks);
      ChangeChunk change = ChunkReader.read(ByteBuffer.wrap(chunk), limits.changes());
      chunks.add(change);
      heads.remove(change.hash());
    }
    encoder.finish();
    // A hash covers all that its change stands on: when the heads are right all is right.
    if (!heads.isEmpty()) {
      throw new GuardException("heads do not match");
    }
    return chunks;
  }

  private static List<byte[]> actors(ByteCursor in) {
    List<byte[]> actors = new ArrayList<>();
    for (int count = in.count(ACTORS_MAX, 2, "too many actors"); count > 0; count--) {
      int length = in.length();
      if (length == 0 || length > ActorId.BYTES_MAX) {
        throw new GuardException("actor id of a wrong length");
      }
      int from = in.skip(length);
      byte[] actor = Arrays.copyOfRange(in.array(), from, from + length);
      if (!actors.isEmpty() && Arrays.compareUnsigned(actors.get(actors.size() - 1), actor) >= 0) {
        throw new GuardException("actors out of order");
      }
      actors.add(actor);
    }
    return actors;
  }

  private static Set<ChangeHash> heads(ByteCursor in) {
    Set<ChangeHash> heads = new HashSet<>();
    for (int count = in.count(HEADS_MAX, ChangeHash.BYTES, "too many heads"); count > 0; count--) {
      int from = in.skip(ChangeHash.BYTES);
      heads.add(ChangeHash.read(ByteBuffer.wrap(in.array(), from, ChangeHash.BYTES)));
    }
    return heads;
  }

  /** Younger writers add which rows the heads are. What they say follows from the rest. */
  private static void checkHeadIndexes(ByteCursor in, int heads, int changes) {
    for (int i = 0; i < heads && !in.atEnd(); i++) {
      if (in.unsignedLeb() >= changes) {
        throw new GuardException("head that is no change");
      }
    }
    if (!in.atEnd()) {
      throw new GuardException("bytes after the columns");
    }
  }
}
