package dev.peatmesh.sync.internal.file;

import dev.peatmesh.sync.internal.guard.ChangeChunk;
import dev.peatmesh.sync.internal.guard.ChangeHash;
import dev.peatmesh.sync.internal.guard.DocumentGuard;
import dev.peatmesh.sync.internal.guard.GuardException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.Deflater;

/**
 * Writes the changes of one document as chunks, byte by byte as their authors did: a change is
 * named by the hash of its bytes.
 */
final class ChangeEncoder {
  private static final int MAGIC = 0x856f4a83;
  private static final int CHANGE = 1;
  private static final int COMPRESSED_CHANGE = 2;
  private static final int CHECKSUM_BYTES = 4;
  private static final int DELETE = 3;

  private final List<byte[]> actors;
  private final OperationTable table;
  private final OperationOrder order;

  /** What the table's counters were lowered by. */
  private final long shift;

  /** For each author the counter of the last operation of its last change. */
  private final long[] lastOps;

  /** The place of an actor in the change being written; of no meaning for one it does not name. */
  private final int[] places;

  private int written;

  ChangeEncoder(List<byte[]> actors, OperationTable table, OperationOrder order, long shift) {
    this.actors = actors;
    this.table = table;
    this.order = order;
    this.shift = shift;
    this.lastOps = new long[actors.size()];
    this.places = new int[actors.size()];
  }

  /**
   * The chunk of the next change.
   *
   * @param before the changes up to here
   */
  byte[] encode(ChangeTable.Change change, List<ChangeChunk> before) {
    int actor = change.actor();
    long lastOp = change.lastOp() - shift;
    if (lastOp < lastOps[actor] || lastOp > DocumentGuard.COUNTER_MAX) {
      throw new GuardException("change out of range");
    }
    int from = order.from(OperationTable.id(actor, lastOps[actor] + 1));
    int end = order.from(OperationTable.id(actor, lastOp + 1));
    lastOps[actor] = lastOp;
    long startOp = lastOp - (end - from) + 1;
    if (from < end && OperationTable.counter(order.ids[from]) != startOp) {
      throw new GuardException("hole between operations");
    }
    written += end - from;

    BitSet others = others(actor, from, end);
    ColumnOutput body = new ColumnOutput();
    List<ChangeHash> deps =
        change.deps().stream().map(dep -> before.get(dep).hash()).sorted().toList();
    body.unsigned(deps.size());
    deps.forEach(dep -> body.writeBytes(dep.bytes()));
    body.prefixed(actors.get(actor));
    body.unsigned(change.sequence());
    body.unsigned(startOp + shift);
    body.signed(change.time());
    body.prefixed(change.message().getBytes(StandardCharsets.UTF_8));
    body.unsigned(others.cardinality());
    places[actor] = 0;
    int next = 1;
    for (int other = others.nextSetBit(0); other >= 0; other = others.nextSetBit(other + 1)) {
      body.prefixed(actors.get(other));
      places[other] = next++;
    }
    columns(body, from, end);
    return chunk(body.toByteArray());
  }

  /** Refuses operations that are in no change. */
  void finish() {
    if (written != order.ids.length) {
      throw new GuardException("operation without a change");
    }
  }

  /** The actors that a change names beside its author, who comes first in it. */
  private BitSet others(int author, int from, int end) {
    BitSet named = new BitSet();
    for (int i = from; i < end; i++) {
      name(named, object(i));
      name(named, element(i));
      for (int j = order.predecessorsFrom[i]; j < order.predecessorsFrom[i + 1]; j++) {
        name(named, order.predecessors[j]);
      }
    }
    named.clear(author);
    return named;
  }

  private static void name(BitSet named, long id) {
    if (id > 0) {
      named.set(OperationTable.actor(id));
    }
  }

  private long object(int i) {
    return table.objects[row(i)];
  }

  /** What is deleted is named by the element's own id, also where that was its insertion. */
  private long element(int i) {
    int row = row(i);
    return order.rows[i] < 0 && table.insert(row) ? table.ids[row] : table.elements[row];
  }

  /** The row of the operation, or of one that it deletes. */
  private int row(int i) {
    return order.rows[i] < 0 ? ~order.rows[i] : order.rows[i];
  }

  private void columns(ColumnOutput body, int from, int end) {
    ColumnOutput.Numbers objectActor = new ColumnOutput.Numbers();
    ColumnOutput.Numbers objectCounter = new ColumnOutput.Numbers();
    ColumnOutput.Numbers keyActor = new ColumnOutput.Numbers();
    ColumnOutput.Deltas keyCounter = new ColumnOutput.Deltas();
    ColumnOutput.Texts key = new ColumnOutput.Texts(table.keys);
    ColumnOutput.Flags insert = new ColumnOutput.Flags();
    ColumnOutput.Numbers action = new ColumnOutput.Numbers();
    ColumnOutput.Numbers valueMeta = new ColumnOutput.Numbers();
    ColumnOutput value = new ColumnOutput();
    ColumnOutput.Flags expand = new ColumnOutput.Flags();
    ColumnOutput.Texts mark = new ColumnOutput.Texts(table.marks);
    for (int i = from; i < end; i++) {
      int row = row(i);
      boolean deletes = order.rows[i] < 0;
      id(object(i), objectActor, objectCounter);
      id(element(i), keyActor, keyCounter);
      key.add(table.keyFroms[row], table.keyLengths[row]);
      insert.add(!deletes && table.insert(row));
      action.add(deletes ? DELETE : table.actions[row]);
      long meta = deletes ? 0 : table.valueMetas[row];
      valueMeta.add(meta);
      value.write(table.values, table.valueFroms[row], (int) (meta >>> 4));
      expand.add(!deletes && table.expand(row));
      mark.add(table.markFroms[row], deletes ? -1 : table.markLengths[row]);
    }
    Map<Integer, ColumnOutput> columns = new LinkedHashMap<>();
    columns.put(0x01, objectActor.finish());
    columns.put(0x02, objectCounter.finish());
    columns.put(0x11, keyActor.finish());
    columns.put(0x13, keyCounter.finish());
    columns.put(0x15, key.finish());
    columns.put(0x34, insert.finish());
    columns.put(0x42, action.finish());
    columns.put(0x56, valueMeta.finish());
    columns.put(0x57, value);
    predecessors(columns, from, end);
    columns.put(0x94, expand.anyTrue() ? expand.finish() : new ColumnOutput());
    columns.put(0xa5, mark.finish());
    write(columns, body);
  }

  private void predecessors(Map<Integer, ColumnOutput> columns, int from, int end) {
    ColumnOutput.Numbers count = new ColumnOutput.Numbers();
    ColumnOutput.Numbers actor = new ColumnOutput.Numbers();
    ColumnOutput.Deltas counter = new ColumnOutput.Deltas();
    for (int i = from; i < end; i++) {
      count.add(order.predecessorsFrom[i + 1] - order.predecessorsFrom[i]);
      for (int j = order.predecessorsFrom[i]; j < order.predecessorsFrom[i + 1]; j++) {
        id(order.predecessors[j], actor, counter);
      }
    }
    columns.put(0x70, count.finish());
    columns.put(0x71, actor.finish());
    columns.put(0x73, counter.finish());
  }

  private void id(long id, ColumnOutput.Runs actor, ColumnOutput.Runs counter) {
    if (id == OperationTable.NONE) {
      actor.addNull();
      counter.addNull();
    } else if (id == 0) {
      actor.addNull();
      counter.add(0);
    } else {
      actor.add(places[OperationTable.actor(id)]);
      counter.add(OperationTable.counter(id) + shift);
    }
  }

  /** Writes which columns there are, and then the columns; those without bytes are left out. */
  static void write(Map<Integer, ColumnOutput> columns, ColumnOutput body) {
    columns.values().removeIf(column -> column.size() == 0);
    body.unsigned(columns.size());
    columns.forEach(
        (name, column) -> {
          body.unsigned(name);
          body.unsigned(column.size());
        });
    columns.values().forEach(body::append);
  }

  /** The whole chunk of a change with this content; compressed when that makes it smaller. */
  static byte[] chunk(byte[] body) {
    byte[] plain = withHeader(CHANGE, body);
    byte[] checksum = Sha256.of(plain, 0, plain.length);
    byte[] deflated = deflate(body);
    byte[] content =
        deflated.length < body.length ? withHeader(COMPRESSED_CHANGE, deflated) : plain;
    return ByteBuffer.allocate(Integer.BYTES + CHECKSUM_BYTES + content.length)
        .putInt(MAGIC)
        .put(checksum, 0, CHECKSUM_BYTES)
        .put(content)
        .array();
  }

  private static byte[] withHeader(int type, byte[] body) {
    ColumnOutput content = new ColumnOutput();
    content.write(type);
    content.prefixed(body);
    return content.toByteArray();
  }

  private static byte[] deflate(byte[] body) {
    Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
    try {
      deflater.setInput(body);
      deflater.finish();
      ColumnOutput out = new ColumnOutput();
      byte[] part = new byte[1 << 13];
      while (!deflater.finished()) {
        out.write(part, 0, deflater.deflate(part));
      }
      return out.toByteArray();
    } finally {
      deflater.end();
    }
  }
}
