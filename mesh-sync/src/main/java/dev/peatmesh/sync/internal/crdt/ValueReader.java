package dev.peatmesh.sync.internal.crdt;

import dev.peatmesh.sync.Bytes;
import dev.peatmesh.sync.Counter;
import dev.peatmesh.sync.Text;
import dev.peatmesh.sync.Uint64;
import dev.peatmesh.sync.internal.value.IntegerMark;
import dev.peatmesh.sync.internal.value.Values;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.automerge.AmValue;
import org.automerge.ChangeHash;
import org.automerge.MapEntry;
import org.automerge.ObjectId;
import org.automerge.Read;
import org.jspecify.annotations.Nullable;

/** Copies native values into immutable Java values. Never throws on what another program wrote. */
final class ValueReader {
  /**
   * Maps and lists nested deeper read as empty: no document of ours is, and a thousand levels would
   * overflow the stack of whoever compares two values.
   */
  private static final int DEPTH_MAX = 2 * Values.DEPTH_MAX;

  private final Read from;
  private final ChangeHash @Nullable [] at;

  /** Of the document, or the transaction under way, as it is. */
  ValueReader(Read from) {
    this(from, null);
  }

  /** Of the view of some changes; null for all. */
  ValueReader(Read from, ChangeHash @Nullable [] at) {
    this.from = from;
    this.at = at;
  }

  @Nullable Object value(AmValue value) {
    return value(value, 0);
  }

  Map<String, @Nullable Object> map(ObjectId map) {
    return map(map, 0);
  }

  String text(ObjectId text) {
    return (at == null ? from.text(text) : from.text(text, at)).orElse("");
  }

  private @Nullable Object value(AmValue value, int depth) {
    if (value instanceof AmValue.Str string) {
      return string.getValue();
    }
    if (value instanceof AmValue.Int number) {
      return number.getValue();
    }
    if (value instanceof AmValue.Map map) {
      return map(map.getId(), depth + 1);
    }
    if (value instanceof AmValue.List list) {
      return list(list.getId(), depth + 1);
    }
    if (value instanceof AmValue.Text text) {
      return new Text(text(text.getId()));
    }
    return scalar(value);
  }

  private static @Nullable Object scalar(AmValue value) {
    if (value instanceof AmValue.Null) {
      return null;
    }
    if (value instanceof AmValue.Bool bool) {
      return bool.getValue();
    }
    if (value instanceof AmValue.F64 number) {
      return number.getValue();
    }
    if (value instanceof AmValue.Counter counter) {
      return new Counter(counter.getValue());
    }
    if (value instanceof AmValue.Timestamp time) {
      return time.getValue().toInstant();
    }
    if (value instanceof AmValue.UInt number) {
      return new Uint64(number.getValue());
    }
    if (value instanceof AmValue.Bytes bytes) {
      Bytes copy = Bytes.of(bytes.getValue());
      Object wide = IntegerMark.read(copy.asByteBuffer());
      return wide == null ? copy : wide;
    }
    if (value instanceof AmValue.Unknown unknown) {
      // A scalar type of a later Automerge: its bytes are all that is known of it.
      return Bytes.of(unknown.getValue());
    }
    throw new AssertionError("unhandled " + value.getClass());
  }

  private Map<String, @Nullable Object> map(ObjectId map, int depth) {
    if (depth > DEPTH_MAX) {
      return Map.of();
    }
    Optional<MapEntry[]> entries = at == null ? from.mapEntries(map) : from.mapEntries(map, at);
    if (entries.isEmpty()) {
      return Map.of();
    }
    Map<String, @Nullable Object> values = new LinkedHashMap<>(entries.get().length * 2);
    for (MapEntry entry : entries.get()) {
      values.put(entry.getKey(), value(entry.getValue(), depth));
    }
    return Collections.unmodifiableMap(values);
  }

  private List<@Nullable Object> list(ObjectId list, int depth) {
    if (depth > DEPTH_MAX) {
      return List.of();
    }
    Optional<AmValue[]> items = at == null ? from.listItems(list) : from.listItems(list, at);
    if (items.isEmpty()) {
      return List.of();
    }
    List<@Nullable Object> values = new ArrayList<>(items.get().length);
    for (AmValue item : items.get()) {
      values.add(value(item, depth));
    }
    return Collections.unmodifiableList(values);
  }
}
