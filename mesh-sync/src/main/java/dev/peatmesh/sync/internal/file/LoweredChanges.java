package dev.peatmesh.sync.internal.file;

import dev.peatmesh.sync.internal.guard.ByteCursor;
import dev.peatmesh.sync.internal.guard.ChangeChunk;
import dev.peatmesh.sync.internal.guard.ChangeHash;
import dev.peatmesh.sync.internal.guard.ChunkReader;
import dev.peatmesh.sync.internal.guard.DeltaColumn;
import dev.peatmesh.sync.internal.guard.DocumentGuard;
import dev.peatmesh.sync.internal.guard.GuardLimits;
import dev.peatmesh.sync.internal.guard.NumberColumn;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Changes whose operation counters are larger than the native core can hold, written anew with
 * smaller ones: all are lowered by the same, so that the first becomes 1. Their order, and so every
 * value, stays; their names do not, for they are hashes. The same file always gives the same.
 */
final class LoweredChanges {
  private static final int COMPRESSED_CHANGE = 2;
  private static final int TYPE_AT = 8;
  private static final int OBJECT_COUNTER = 0x02;
  private static final int KEY_COUNTER = 0x13;
  private static final int PREDECESSOR_COUNTER = 0x73;
  private static final int COLUMNS_MAX = 32;

  private final GuardLimits limits;
  private final long shift;
  private final Map<ChangeHash, ChangeHash> renamed = new HashMap<>();

  private LoweredChanges(GuardLimits limits, long shift) {
    this.limits = limits;
    this.shift = shift;
  }

  /** The changes as they are when the core can hold them; else anew. Each follows its deps. */
  static List<ChangeChunk> of(List<ChangeChunk> changes, GuardLimits limits) {
    if (changes.stream().allMatch(each -> each.lastOp() <= DocumentGuard.COUNTER_MAX)) {
      return changes;
    }
    long smallest = changes.stream().mapToLong(ChangeChunk::startOp).min().orElse(1);
    return shifted(changes, limits, smallest - 1);
  }

  /** The changes anew, with every counter less by the shift. */
  static List<ChangeChunk> shifted(List<ChangeChunk> changes, GuardLimits limits, long shift) {
    LoweredChanges lowered = new LoweredChanges(limits, shift);
    List<ChangeChunk> anew = new ArrayList<>(changes.size());
    for (ChangeChunk change : changes) {
      byte[] chunk = ChangeEncoder.chunk(lowered.body(change));
      ChangeChunk read = ChunkReader.read(ByteBuffer.wrap(chunk), limits);
      lowered.renamed.put(change.hash(), read.hash());
      anew.add(read);
    }
    return anew;
  }

  private byte[] body(ChangeChunk change) {
    ByteCursor in = open(change);
    ColumnOutput out = new ColumnOutput();
    in.skip((int) in.unsignedLeb() * ChangeHash.BYTES);
    out.unsigned(change.deps().size());
    change.deps().stream().map(renamed::get).sorted().forEach(dep -> out.writeBytes(dep.bytes()));
    copyPrefixed(in, out); // the actor
    out.unsigned(in.unsignedLeb()); // its sequence number
    out.unsigned(in.unsignedLeb() - shift);
    out.signed(in.signedLeb()); // the time
    copyPrefixed(in, out); // the message
    long actors = in.unsignedLeb();
    out.unsigned(actors);
    for (; actors > 0; actors--) {
      copyPrefixed(in, out);
    }
    columns(in, out);
    return out.toByteArray();
  }

  private void columns(ByteCursor in, ColumnOutput out) {
    Map<Integer, Integer> lengths = new LinkedHashMap<>();
    for (int count = in.count(COLUMNS_MAX, 2, "too many columns"); count > 0; count--) {
      int name = (int) in.unsignedLeb();
      lengths.put(name, (int) in.unsignedLeb());
    }
    Map<Integer, ColumnOutput> columns = new LinkedHashMap<>();
    lengths.forEach((name, length) -> columns.put(name, column(name, in.slice(length))));
    ChangeEncoder.write(columns, out);
  }

  private ColumnOutput column(int name, ByteCursor column) {
    if (name == OBJECT_COUNTER) {
      NumberColumn counters = new NumberColumn(column, Long.MAX_VALUE);
      ColumnOutput.Numbers lowered = new ColumnOutput.Numbers();
      while (!counters.atEnd()) {
        lower(counters.next(), lowered);
      }
      return lowered.finish();
    }
    if (name == KEY_COUNTER || name == PREDECESSOR_COUNTER) {
      DeltaColumn counters = new DeltaColumn(column);
      ColumnOutput.Deltas lowered = new ColumnOutput.Deltas();
      while (!counters.atEnd()) {
        lower(counters.next(), lowered);
      }
      return lowered.finish();
    }
    ColumnOutput copy = new ColumnOutput();
    copy.write(column.array(), column.position(), column.remaining());
    return copy;
  }

  private void lower(long counter, ColumnOutput.Runs to) {
    if (counter == NumberColumn.NULL) {
      to.addNull();
    } else {
      // 0 is no operation, but the head of a list.
      to.add(counter == 0 ? 0 : Math.max(0, counter - shift));
    }
  }

  private ByteCursor open(ChangeChunk change) {
    byte[] bytes = change.bytes();
    ByteCursor in = new ByteCursor(bytes, TYPE_AT, bytes.length);
    boolean compressed = in.unsignedByte() == COMPRESSED_CHANGE;
    ByteCursor body = in.slice(in.length());
    if (!compressed) {
      return body;
    }
    byte[] inflated = ChunkReader.inflate(body, limits.inflatedBytesMax());
    return new ByteCursor(inflated, 0, inflated.length);
  }

  private static void copyPrefixed(ByteCursor in, ColumnOutput out) {
    int length = in.length();
    out.unsigned(length);
    out.write(in.array(), in.skip(length), length);
  }
}
