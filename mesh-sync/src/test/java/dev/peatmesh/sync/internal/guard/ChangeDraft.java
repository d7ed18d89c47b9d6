package dev.peatmesh.sync.internal.guard;

import dev.peatmesh.sync.internal.guard.OperationDraft.Id;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;

/** A change taken apart: any part can be altered, and it is put together with a right checksum. */
final class ChangeDraft {
  static final byte[] ACTOR = actor(0x50);

  List<byte[]> deps = new ArrayList<>();
  byte[] actor = ACTOR;
  long seq = 1;
  long startOp = 1;
  long time;
  byte[] message = new byte[0];
  List<byte[]> otherActors = new ArrayList<>();

  /** Columns by id, as {@link #put} fills them from operations. */
  final TreeMap<Integer, byte[]> columns = new TreeMap<>();

  byte[] trailing = new byte[0];

  static byte[] actor(int each) {
    byte[] actor = new byte[16];
    Arrays.fill(actor, (byte) each);
    return actor;
  }

  static ChangeDraft of(OperationDraft... operations) {
    ChangeDraft draft = new ChangeDraft();
    draft.put(List.of(operations));
    return draft;
  }

  ChangeDraft with(Consumer<ChangeDraft> edit) {
    edit.accept(this);
    return this;
  }

  ChangeDraft column(int id, int... bytes) {
    columns.put(id, Chunks.bytes(bytes));
    return this;
  }

  byte[] body() {
    ByteSink sink = new ByteSink().unsignedLeb(deps.size());
    deps.forEach(sink::raw);
    sink.prefixed(actor).unsignedLeb(seq).unsignedLeb(startOp).signedLeb(time).prefixed(message);
    sink.unsignedLeb(otherActors.size());
    otherActors.forEach(sink::prefixed);
    sink.unsignedLeb(columns.size());
    columns.forEach((id, bytes) -> sink.unsignedLeb(id).unsignedLeb(bytes.length));
    columns.values().forEach(sink::raw);
    return sink.raw(trailing).bytes();
  }

  byte[] encode() {
    return Chunks.frame(1, body());
  }

  ByteBuffer buffer() {
    return ByteBuffer.wrap(encode());
  }

  /** Takes a well-formed body apart. */
  static ChangeDraft parse(byte[] body) {
    ByteCursor cursor = new ByteCursor(body, 0, body.length);
    ChangeDraft draft = new ChangeDraft();
    for (long left = cursor.unsignedLeb(); left > 0; left--) {
      draft.deps.add(take(cursor, ChangeHash.BYTES));
    }
    draft.actor = take(cursor, cursor.length());
    draft.seq = cursor.unsignedLeb();
    draft.startOp = cursor.unsignedLeb();
    draft.time = cursor.signedLeb();
    draft.message = take(cursor, cursor.length());
    for (long left = cursor.unsignedLeb(); left > 0; left--) {
      draft.otherActors.add(take(cursor, cursor.length()));
    }
    int count = (int) cursor.unsignedLeb();
    int[] ids = new int[count];
    int[] lengths = new int[count];
    for (int i = 0; i < count; i++) {
      ids[i] = (int) cursor.unsignedLeb();
      lengths[i] = (int) cursor.unsignedLeb();
    }
    for (int i = 0; i < count; i++) {
      draft.columns.put(ids[i], take(cursor, lengths[i]));
    }
    return draft;
  }

  List<OperationDraft> operations() {
    List<Long> actions = ColumnCodec.readNumbers(columns.get(0x42), 0);
    int rows = actions.size();
    List<Id> objects = ids(0x01, ColumnCodec.readNumbers(columns.get(0x02), rows), rows);
    List<Id> elements = ids(0x11, ColumnCodec.readDeltas(columns.get(0x13), rows), rows);
    List<String> keys = ColumnCodec.readTexts(columns.get(0x15), rows);
    List<Boolean> inserts = ColumnCodec.readFlags(columns.get(0x34), rows);
    List<Long> metas = ColumnCodec.readNumbers(columns.get(0x56), rows);
    List<Long> counts = ColumnCodec.readNumbers(columns.get(0x70), rows);
    List<Boolean> expands = ColumnCodec.readFlags(columns.get(0x94), rows);
    List<String> marks = ColumnCodec.readTexts(columns.get(0xa5), rows);
    int total = (int) counts.stream().mapToLong(count -> count).sum();
    List<Id> predecessors = ids(0x71, ColumnCodec.readDeltas(columns.get(0x73), total), total);
    byte[] raw = columns.getOrDefault(0x57, new byte[0]);
    ByteCursor values = new ByteCursor(raw, 0, raw.length);
    List<OperationDraft> operations = new ArrayList<>();
    int next = 0;
    for (int i = 0; i < rows; i++) {
      OperationDraft operation = new OperationDraft();
      operation.object = objects.get(i);
      operation.element = elements.get(i);
      operation.key = keys.get(i);
      operation.insert = inserts.get(i);
      operation.action = actions.get(i);
      operation.valueType = (int) (metas.get(i) & 15);
      operation.value = take(values, (int) (metas.get(i) >>> 4));
      int end = next + counts.get(i).intValue();
      operation.predecessors = new ArrayList<>(predecessors.subList(next, end));
      operation.expand = expands.get(i);
      operation.markName = marks.get(i);
      operations.add(operation);
      next = end;
    }
    return operations;
  }

  /** Replaces all columns by those of the operations. */
  void put(List<OperationDraft> operations) {
    List<Id> predecessors =
        operations.stream().flatMap(operation -> operation.predecessors.stream()).toList();
    ByteSink raw = new ByteSink();
    operations.forEach(operation -> raw.raw(operation.value));
    columns.clear();
    columns.put(0x01, ColumnCodec.numbers(list(operations, each -> each.object.actor())));
    columns.put(0x02, ColumnCodec.numbers(list(operations, each -> each.object.counter())));
    columns.put(0x11, ColumnCodec.numbers(list(operations, each -> each.element.actor())));
    columns.put(0x13, ColumnCodec.deltas(list(operations, each -> each.element.counter())));
    columns.put(0x15, ColumnCodec.texts(list(operations, each -> each.key)));
    columns.put(0x34, ColumnCodec.flags(list(operations, each -> each.insert)));
    columns.put(0x42, ColumnCodec.numbers(list(operations, each -> each.action)));
    columns.put(
        0x56,
        ColumnCodec.numbers(
            list(operations, each -> (long) each.value.length << 4 | each.valueType)));
    columns.put(0x57, raw.bytes());
    columns.put(
        0x70, ColumnCodec.numbers(list(operations, each -> (long) each.predecessors.size())));
    columns.put(0x71, ColumnCodec.numbers(list(predecessors, Id::actor)));
    columns.put(0x73, ColumnCodec.deltas(list(predecessors, Id::counter)));
    if (operations.stream().anyMatch(each -> each.expand)) {
      columns.put(0x94, ColumnCodec.flags(list(operations, each -> each.expand)));
    }
    columns.put(0xa5, ColumnCodec.texts(list(operations, each -> each.markName)));
    columns.values().removeIf(bytes -> bytes.length == 0);
  }

  private List<Id> ids(int actorColumn, List<Long> counters, int rows) {
    List<Long> actors = ColumnCodec.readNumbers(columns.get(actorColumn), rows);
    List<Id> ids = new ArrayList<>();
    for (int i = 0; i < rows; i++) {
      ids.add(new Id(actors.get(i), counters.get(i)));
    }
    return ids;
  }

  private static <A, B> List<B> list(List<A> from, Function<A, B> part) {
    List<B> parts = new ArrayList<>();
    from.forEach(each -> parts.add(part.apply(each)));
    return parts;
  }

  private static byte[] take(ByteCursor cursor, int length) {
    int from = cursor.skip(length);
    return Arrays.copyOfRange(cursor.array(), from, from + length);
  }
}
