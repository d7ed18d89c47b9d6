package dev.peatmesh.sync.internal.guard;

import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.SplittableRandom;
import org.automerge.AmValue;
import org.automerge.Document;
import org.automerge.ExpandMark;
import org.automerge.MapEntry;
import org.automerge.NewValue;
import org.automerge.ObjectId;
import org.automerge.ObjectType;
import org.automerge.Transaction;
import org.jspecify.annotations.Nullable;

/** Honest edits of every kind that the core offers, by chance. */
public final class RandomEdits {
  private static final String[] TEXTS = {
    "", "a", "milk", "d\u00e9j\u00e0", "\ud83d\ude00\ud83c\udff3", "x y z"
  };
  private static final int OBJECTS_MAX = 40;

  private final SplittableRandom random;

  public RandomEdits(SplittableRandom random) {
    this.random = random;
  }

  /** Makes one change of up to {@code editsMax} edits; may make none. */
  public void change(Document document, int editsMax) {
    int edits = 1 + random.nextInt(editsMax);
    try (Transaction transaction = document.startTransaction()) {
      for (int i = 0; i < edits; i++) {
        edit(transaction);
      }
      transaction.commit();
    }
  }

  private void edit(Transaction tx) {
    List<ObjectId> objects = new ArrayList<>();
    collect(tx, ObjectId.ROOT, objects);
    ObjectId object = objects.get(random.nextInt(objects.size()));
    ObjectType type = tx.getObjectType(object).orElseThrow();
    if (type == ObjectType.MAP) {
      editMap(tx, object, objects.size() < OBJECTS_MAX);
    } else if (type == ObjectType.LIST) {
      editList(tx, object, objects.size() < OBJECTS_MAX);
    } else {
      editText(tx, object);
    }
  }

  private void editMap(Transaction tx, ObjectId map, boolean mayMake) {
    String key = "key" + random.nextInt(6);
    int choice = random.nextInt(13);
    if (choice == 0) {
      tx.delete(map, key);
    } else if (choice == 1) {
      increment(tx, map);
    } else if (choice < 4 && mayMake) {
      tx.set(map, key, type());
    } else {
      tx.set(map, key, value());
    }
  }

  private void increment(Transaction tx, ObjectId map) {
    for (MapEntry entry : tx.mapEntries(map).orElseThrow()) {
      if (entry.getValue() instanceof AmValue.Counter) {
        tx.increment(map, entry.getKey(), random.nextInt(-1000, 1000));
        return;
      }
    }
    tx.set(map, "counter" + random.nextInt(2), NewValue.counter(random.nextInt()));
  }

  private void editList(Transaction tx, ObjectId list, boolean mayMake) {
    long length = tx.length(list);
    int choice = random.nextInt(12);
    if (choice < 3 && length > 0) {
      tx.set(list, random.nextLong(length), value());
    } else if (choice == 3 && length > 0) {
      tx.delete(list, random.nextLong(length));
    } else if (choice == 4 && length > 0) {
      long from = random.nextLong(length);
      // Through this one call, a string with a character beyond U+FFFF ends the process.
      List<NewValue> values = List.of(NewValue.str("plain"), NewValue.integer(random.nextInt()));
      tx.splice(list, from, 1 + random.nextLong(length - from), values.iterator());
    } else if (choice == 5 && length > 0 && mayMake) {
      tx.set(list, random.nextLong(length), type());
    } else if (choice < 8 && mayMake) {
      tx.insert(list, random.nextLong(length + 1), type());
    } else {
      tx.insert(list, random.nextLong(length + 1), value());
    }
  }

  private void editText(Transaction tx, ObjectId text) {
    long length = tx.length(text);
    int choice = random.nextInt(6);
    if (choice == 0 && length > 1) {
      long start = random.nextLong(length - 1);
      long end = start + 1 + random.nextLong(length - start - 1);
      tx.mark(text, start, end, "mark" + random.nextInt(3), value(), expand());
    } else if (choice == 1 && length > 1) {
      tx.unmark(text, "mark" + random.nextInt(3), 0, length, expand());
    } else {
      long from = random.nextLong(length + 1);
      long deleted = choice == 2 ? Math.min(3, length - from) : 0;
      tx.spliceText(text, from, deleted, TEXTS[random.nextInt(TEXTS.length)]);
    }
  }

  private NewValue value() {
    return switch (random.nextInt(11)) {
      case 0 -> NewValue.NULL;
      case 1 -> NewValue.bool(random.nextBoolean());
      case 2 -> NewValue.uint(random.nextLong(Long.MAX_VALUE));
      case 3 -> NewValue.integer(random.nextInt());
      case 4 -> NewValue.integer(random.nextLong() >> random.nextInt(64));
      case 5 -> NewValue.f64(random.nextDouble());
      case 6 -> NewValue.bytes(bytes());
      case 7 -> NewValue.counter(random.nextLong(-500, 500));
      case 8 -> NewValue.timestamp(new Date(random.nextLong(1L << 40)));
      default -> NewValue.str(TEXTS[random.nextInt(TEXTS.length)]);
    };
  }

  private byte[] bytes() {
    byte[] bytes = new byte[random.nextInt(40)];
    random.nextBytes(bytes);
    return bytes;
  }

  private ObjectType type() {
    return ObjectType.values()[random.nextInt(3)];
  }

  private ExpandMark expand() {
    return ExpandMark.values()[random.nextInt(ExpandMark.values().length)];
  }

  private static void collect(Transaction tx, ObjectId object, List<ObjectId> objects) {
    objects.add(object);
    ObjectType type = tx.getObjectType(object).orElseThrow();
    if (type == ObjectType.MAP) {
      for (MapEntry entry : tx.mapEntries(object).orElseThrow()) {
        collect(tx, entry.getValue(), objects);
      }
    } else if (type == ObjectType.LIST) {
      for (AmValue value : tx.listItems(object).orElseThrow()) {
        collect(tx, value, objects);
      }
    }
  }

  private static void collect(Transaction tx, AmValue value, List<ObjectId> objects) {
    ObjectId nested = object(value);
    if (nested != null && objects.size() < OBJECTS_MAX) {
      collect(tx, nested, objects);
    }
  }

  static @Nullable ObjectId object(AmValue value) {
    if (value instanceof AmValue.Map map) {
      return map.getId();
    }
    if (value instanceof AmValue.List list) {
      return list.getId();
    }
    return value instanceof AmValue.Text text ? text.getId() : null;
  }
}
