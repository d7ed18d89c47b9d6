package dev.peatmesh.sync.internal.crdt;

import dev.peatmesh.runtime.MeshException;
import dev.peatmesh.sync.Bytes;
import dev.peatmesh.sync.Counter;
import dev.peatmesh.sync.Text;
import dev.peatmesh.sync.Uint64;
import dev.peatmesh.sync.internal.guard.ChangeChunk;
import dev.peatmesh.sync.internal.value.EditScope;
import dev.peatmesh.sync.internal.value.IntegerMark;
import dev.peatmesh.sync.internal.value.Place;
import dev.peatmesh.sync.internal.value.Values;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.automerge.AmValue;
import org.automerge.ChangeHash;
import org.automerge.MapEntry;
import org.automerge.NewValue;
import org.automerge.ObjectId;
import org.automerge.ObjectType;
import org.automerge.Transaction;
import org.jspecify.annotations.Nullable;

/**
 * What the editors of one change write to and read from: the only place where values are written.
 * Checks that it is used inside its change only.
 */
final class Edit {
  private final NativeTransaction transaction;
  private final EditScope scope = new EditScope();
  private boolean marks;
  private long operations;

  Edit(NativeTransaction transaction) {
    this.transaction = transaction;
  }

  /**
   * How many operations were written, at most. Grows with every write: who caches what it read
   * compares it.
   */
  long operations() {
    return operations;
  }

  /** From now on every editor of this change refuses its service. */
  void end() {
    scope.end();
  }

  /** Fails outside the call that this edit belongs to. */
  void checkOpen() {
    scope.check();
  }

  /** Gives the change a time. */
  void date(long unixSeconds) {
    transaction.date(unixSeconds);
  }

  /** Makes the document what the basis says, before anything is written. */
  void begin(Basis basis) {
    List<dev.peatmesh.sync.internal.guard.ChangeHash> view = basis.view();
    if (view != null && view.isEmpty()) {
      for (MapEntry entry : entries(ObjectId.ROOT)) {
        remove(ObjectId.ROOT, entry.getKey(), Place.ROOT);
      }
      return;
    }
    if (get(ObjectId.ROOT, ChangeChunk.DELETED_KEY).isPresent()) {
      // Something outlived the deletion; this write confirms it. One key is asked for, not all are
      // listed: a listing costs as much as the map has history.
      remove(ObjectId.ROOT, ChangeChunk.DELETED_KEY, Place.ROOT);
    }
    ChangeHash[] heads = transaction.before();
    ChangeHash[] seen = view == null ? heads : among(heads, view);
    if (seen.length < heads.length) {
      ValueReader past = new ValueReader(open(), seen);
      Optional<Instant> expires = Expiry.of(open(), seen);
      Map<String, @Nullable Object> root = NativeDocument.visible(past.map(ObjectId.ROOT));
      new StructuralPut(this).map(ObjectId.ROOT, root, Place.ROOT);
      expire(expires.orElse(null));
    }
  }

  /** Puts off the end of the document to that instant, if it is not later yet. */
  void keep(@Nullable Instant until) {
    if (until != null
        && Expiry.of(open(), null).filter(present -> !present.isBefore(millis(until))).isEmpty()) {
      expire(until);
    }
  }

  void expire(@Nullable Instant at) {
    if (at == null) {
      if (get(ObjectId.ROOT, ChangeChunk.EXPIRES_KEY).isPresent()) {
        remove(ObjectId.ROOT, ChangeChunk.EXPIRES_KEY, Place.ROOT);
      }
    } else if (!Expiry.of(open(), null).equals(Optional.of(millis(at)))) {
      put(new Slot.Key(ObjectId.ROOT, ChangeChunk.EXPIRES_KEY), millis(at));
    }
  }

  private static Instant millis(Instant instant) {
    return Instant.ofEpochMilli(instant.toEpochMilli());
  }

  /** Those of the heads that are in the view. */
  static ChangeHash[] among(
      ChangeHash[] heads, List<dev.peatmesh.sync.internal.guard.ChangeHash> view) {
    return Arrays.stream(heads)
        .filter(
            head -> view.contains(dev.peatmesh.sync.internal.guard.ChangeHash.of(head.getBytes())))
        .toArray(ChangeHash[]::new);
  }

  Optional<AmValue> get(ObjectId map, String key) {
    if (Values.isWritableKey(key)) {
      return open().get(map, key);
    }
    // The binding refuses to look such a key up, but lists it where another program wrote it.
    return Arrays.stream(entries(map))
        .filter(entry -> entry.getKey().equals(key))
        .map(MapEntry::getValue)
        .findFirst();
  }

  Optional<AmValue> get(ObjectId list, int index) {
    return open().get(list, index);
  }

  MapEntry[] entries(ObjectId map) {
    return open().mapEntries(map).orElseGet(() -> new MapEntry[0]);
  }

  AmValue[] items(ObjectId list) {
    return open().listItems(list).orElseGet(() -> new AmValue[0]);
  }

  int length(ObjectId listOrText) {
    return Math.toIntExact(open().length(listOrText));
  }

  String text(ObjectId text) {
    return reader().text(text);
  }

  @Nullable Object value(AmValue value) {
    return reader().value(value);
  }

  List<@Nullable Object> values(AmValue[] items) {
    List<@Nullable Object> values = new ArrayList<>(items.length);
    for (AmValue item : items) {
      values.add(reader().value(item));
    }
    return values;
  }

  /** Writes a value that passed {@link Values#normal}. */
  void put(Slot slot, @Nullable Object normal) {
    if (normal instanceof Map<?, ?> map) {
      ObjectId created = create(slot, ObjectType.MAP);
      map.forEach((key, value) -> put(new Slot.Key(created, (String) key), value));
    } else if (normal instanceof List<?> list) {
      ObjectId created = create(slot, ObjectType.LIST);
      for (int i = 0; i < list.size(); i++) {
        put(new Slot.Insertion(created, i), list.get(i));
      }
    } else if (normal instanceof Text text) {
      splice(create(slot, ObjectType.TEXT), 0, 0, text.value());
    } else if (normal instanceof Long number && WideIntegers.isWide(number)) {
      putWide(slot, number);
    } else if (normal instanceof Uint64 number && WideIntegers.isWide(number)) {
      putWide(slot, number);
    } else if (normal instanceof Long number) {
      // Not NewValue.integer: the binding stores it as a double.
      int value = number.intValue();
      write(tx -> slot.put(tx, value));
    } else {
      NewValue value = scalar(normal);
      write(tx -> slot.put(tx, value));
    }
  }

  ObjectId create(Slot slot, ObjectType type) {
    ObjectId created = slot.create(open(), type);
    // Ids are made of actor and operation counter: the same writes give the same ids on a copy.
    transaction.done(tx -> slot.create(tx, type));
    operations++;
    return created;
  }

  void increment(Slot.Existing slot, long by) {
    if (by != 0) {
      write(tx -> slot.increment(tx, by));
    }
  }

  void remove(ObjectId map, String key, Place place) {
    if (!Values.isWritableKey(key)) {
      throw new MeshException.Refused(
          place
              + ": the key \""
              + key
              + "\" was written by another program, and Automerge's Java binding cannot remove it."
              + " Remove it there, or delete and rename the document.");
    }
    write(tx -> tx.delete(map, key));
  }

  void remove(ObjectId list, int index) {
    write(tx -> tx.delete(list, index));
  }

  /** Code points; the range must lie inside the text: the core deletes backwards otherwise. */
  void splice(ObjectId text, int index, int deleted, String inserted) {
    if (deleted > 0 || !inserted.isEmpty()) {
      write(tx -> tx.spliceText(text, index, deleted, inserted));
      operations += deleted + inserted.length();
    }
  }

  private void write(Consumer<Transaction> operation) {
    transaction.run(operation);
    operations++;
  }

  /** The binding cuts integers beyond 32 bits off in silence; see {@link WideIntegers}. */
  private void putWide(Slot slot, Object number) {
    // The core itself skips a put of what is there; it does not see that a mark equals a number.
    if (slot instanceof Slot.Existing there
        && there.read(open()).map(this::value).filter(number::equals).isPresent()) {
      return;
    }
    if (!marks) {
      marks = true;
      transaction.allowMarks();
    }
    write(tx -> slot.put(tx, NewValue.bytes(IntegerMark.write(number))));
  }

  private Transaction open() {
    return transaction.open();
  }

  private ValueReader reader() {
    return new ValueReader(open());
  }

  private static NewValue scalar(@Nullable Object normal) {
    if (normal == null) {
      return NewValue.NULL;
    }
    if (normal instanceof String string) {
      return NewValue.str(string);
    }
    if (normal instanceof Boolean bool) {
      return NewValue.bool(bool);
    }
    if (normal instanceof Double number) {
      return NewValue.f64(number);
    }
    if (normal instanceof Counter counter) {
      return NewValue.counter(counter.value());
    }
    if (normal instanceof Instant instant) {
      return NewValue.timestamp(Date.from(instant));
    }
    if (normal instanceof Bytes bytes) {
      return NewValue.bytes(bytes.toArray());
    }
    if (normal instanceof Uint64 number) {
      return NewValue.uint(number.bits());
    }
    throw new AssertionError("unhandled " + normal.getClass());
  }
}
