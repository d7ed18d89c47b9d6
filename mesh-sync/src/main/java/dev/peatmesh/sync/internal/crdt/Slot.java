package dev.peatmesh.sync.internal.crdt;

import java.util.Optional;
import org.automerge.AmValue;
import org.automerge.NewValue;
import org.automerge.ObjectId;
import org.automerge.ObjectType;
import org.automerge.Transaction;

/** Where a value is written: a key, an element, or between two elements. */
sealed interface Slot {
  void put(Transaction transaction, NewValue value);

  void put(Transaction transaction, int value);

  ObjectId create(Transaction transaction, ObjectType type);

  /** A place that may already hold a value. */
  sealed interface Existing extends Slot {
    Optional<AmValue> read(Transaction transaction);

    void increment(Transaction transaction, long by);
  }

  /** A key of a map. */
  record Key(ObjectId map, String key) implements Existing {
    @Override
    public void put(Transaction transaction, NewValue value) {
      transaction.set(map, key, value);
    }

    @Override
    public void put(Transaction transaction, int value) {
      transaction.set(map, key, value);
    }

    @Override
    public ObjectId create(Transaction transaction, ObjectType type) {
      return transaction.set(map, key, type);
    }

    @Override
    public Optional<AmValue> read(Transaction transaction) {
      return transaction.get(map, key);
    }

    @Override
    public void increment(Transaction transaction, long by) {
      transaction.increment(map, key, by);
    }
  }

  /** An element of a list. */
  record Element(ObjectId list, int index) implements Existing {
    @Override
    public void put(Transaction transaction, NewValue value) {
      transaction.set(list, index, value);
    }

    @Override
    public void put(Transaction transaction, int value) {
      transaction.set(list, index, value);
    }

    @Override
    public ObjectId create(Transaction transaction, ObjectType type) {
      return transaction.set(list, index, type);
    }

    @Override
    public Optional<AmValue> read(Transaction transaction) {
      return transaction.get(list, index);
    }

    @Override
    public void increment(Transaction transaction, long by) {
      transaction.increment(list, index, by);
    }
  }

  /** Before the element that has the index now. */
  record Insertion(ObjectId list, int index) implements Slot {
    @Override
    public void put(Transaction transaction, NewValue value) {
      transaction.insert(list, index, value);
    }

    @Override
    public void put(Transaction transaction, int value) {
      transaction.insert(list, index, value);
    }

    @Override
    public ObjectId create(Transaction transaction, ObjectType type) {
      return transaction.insert(list, index, type);
    }
  }
}
