package dev.peatmesh.sync.internal.crdt;

import dev.peatmesh.runtime.MeshException;
import dev.peatmesh.sync.Bytes;
import dev.peatmesh.sync.Counter;
import dev.peatmesh.sync.Text;
import dev.peatmesh.sync.Uint64;
import dev.peatmesh.sync.internal.guard.ActorId;
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
import org.automerge.Document;
import org.automerge.MapEntry;
import org.automerge.NewValue;
import org.automerge.ObjectId;
import org.automerge.ObjectType;
import org.automerge.PatchLog;
import org.automerge.Transaction;
import org.jspecify.annotations.Nullable;

/**
 * One transaction under way: the only place where values are written. Closing it without a commit
 * takes everything back.
 *
 * <p>The binding cannot write integers beyond 32 bits: its setters cut them off in silence. When
 * the first such integer comes, the edit moves to a copy of the document: what was written so far
 * is taken back and written again there, wide integers as marked bytes. At the commit the marks in
 * the copy's change become integers, and the document takes the change like one from a peer. See
 * {@link WideIntegers}.
 */
final class Edit implements AutoCloseable {
  private final Document document;
  private final ActorId actor;
  private final Thread thread = Thread.currentThread();

  /** What was written so far, to be written again on a copy; unused once there is one. */
  private final List<Consumer<Transaction>> journal = new ArrayList<>();

  private @Nullable Document copy;
  private ChangeHash[] before;
  private Transaction transaction;

  /**
   * Never read. A commit without a log of ours makes one that nobody can free: 120 bytes are lost
   * with every change.
   */
  private PatchLog patches = new PatchLog();

  private ValueReader reader;
  private boolean open = true;
  private long operations;

  Edit(Document document, ActorId actor) {
    this.document = document;
    this.actor = actor;
    this.before = document.getHeads();
    this.transaction = document.startTransaction(patches);
    this.reader = new ValueReader(transaction);
  }

  /**
   * How many operations were written, at most. Grows with every write: who caches what it read
   * compares it.
   */
  long operations() {
    return operations;
  }

  /** The heads that the change stands on. */
  ChangeHash[] before() {
    return before.clone();
  }

  /** Fails outside the call that this edit belongs to. */
  void checkOpen() {
    if (!open) {
      throw new IllegalStateException(
          "editor: the change it belongs to is over. Use an editor only inside the change call"
              + " that handed it out.");
    }
    if (Thread.currentThread() != thread) {
      throw new IllegalStateException(
          "editor: used on the thread "
              + Thread.currentThread().getName()
              + ", but the change runs on another. Use it only on the thread of the change call.");
    }
  }

  Optional<AmValue> get(ObjectId map, String key) {
    if (Values.isWritableKey(key)) {
      return transaction.get(map, key);
    }
    // The binding refuses to look such a key up, but lists it where another program wrote it.
    return Arrays.stream(entries(map))
        .filter(entry -> entry.getKey().equals(key))
        .map(MapEntry::getValue)
        .findFirst();
  }

  Optional<AmValue> get(ObjectId list, int index) {
    return transaction.get(list, index);
  }

  MapEntry[] entries(ObjectId map) {
    return transaction.mapEntries(map).orElseGet(() -> new MapEntry[0]);
  }

  AmValue[] items(ObjectId list) {
    return transaction.listItems(list).orElseGet(() -> new AmValue[0]);
  }

  int length(ObjectId listOrText) {
    return Math.toIntExact(transaction.length(listOrText));
  }

  String text(ObjectId text) {
    return reader.text(text);
  }

  @Nullable Object value(AmValue value) {
    return reader.value(value);
  }

  List<@Nullable Object> values(AmValue[] items) {
    List<@Nullable Object> values = new ArrayList<>(items.length);
    for (AmValue item : items) {
      values.add(reader.value(item));
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
    ObjectId created = slot.create(transaction, type);
    // Ids are made of actor and operation counter: the same writes give the same ids on a copy.
    written(tx -> slot.create(tx, type));
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

  /** Ends the transaction; the one new change chunk, or empty when nothing was written. */
  Optional<byte[]> commit() {
    open = false;
    if (transaction.commit().isEmpty()) {
      return Optional.empty();
    }
    if (copy == null) {
      return Optional.of(document.encodeChangesSince(before));
    }
    byte[] chunk = WideIntegers.settle(copy.encodeChangesSince(before));
    document.applyEncodedChanges(chunk);
    if (Arrays.equals(document.getHeads(), before)) {
      throw new AssertionError("the core did not take a change of our own");
    }
    return Optional.of(chunk);
  }

  /** Takes back what was not committed. Idempotent. */
  @Override
  public void close() {
    open = false;
    transaction.close();
    patches.free();
    if (copy != null) {
      copy.free();
      copy = null;
    }
  }

  private void write(Consumer<Transaction> operation) {
    operation.accept(transaction);
    written(operation);
  }

  private void written(Consumer<Transaction> operation) {
    operations++;
    if (copy == null) {
      journal.add(operation);
    }
  }

  private void putWide(Slot slot, Object number) {
    // The core itself skips a put of what is there; it does not see that a mark equals a number.
    if (slot instanceof Slot.Existing there
        && there.read(transaction).map(reader::value).filter(number::equals).isPresent()) {
      return;
    }
    if (copy == null) {
      moveToCopy();
    }
    write(tx -> slot.put(tx, NewValue.bytes(WideIntegers.mark(number))));
  }

  private void moveToCopy() {
    transaction.rollback();
    patches.free();
    patches = new PatchLog();
    Document fork = document.fork(actor.bytes());
    copy = fork;
    before = fork.getHeads();
    transaction = fork.startTransaction(patches);
    reader = new ValueReader(transaction);
    journal.forEach(operation -> operation.accept(transaction));
    journal.clear();
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
