package dev.peatmesh.sync.internal.guard;

import org.automerge.AmValue;
import org.automerge.Document;
import org.automerge.MapEntry;
import org.automerge.ObjectId;
import org.automerge.ObjectType;
import org.automerge.Read;
import org.jspecify.annotations.Nullable;

/** Reads a document through every call that applications have, so that late faults show. */
final class NativeReader {
  private NativeReader() {}

  /** Reads everything below the root and returns how many values there were. */
  static int readAll(Document document) {
    return read(document, ObjectId.ROOT);
  }

  private static int read(Read from, ObjectId object) {
    ObjectType type = from.getObjectType(object).orElseThrow();
    if (type == ObjectType.MAP) {
      return readMap(from, object);
    }
    return type == ObjectType.LIST ? readList(from, object) : readText(from, object);
  }

  private static int readMap(Read from, ObjectId map) {
    int values = (int) from.length(map) + from.keys(map).orElseThrow().length;
    for (MapEntry entry : from.mapEntries(map).orElseThrow()) {
      getByKey(from, map, entry.getKey());
      values += 1 + readNested(from, entry.getValue());
    }
    return values;
  }

  private static void getByKey(Read from, ObjectId map, String key) {
    try {
      from.get(map, key);
      from.getAll(map, key);
    } catch (RuntimeException e) {
      // A key with NUL or with a character beyond U+FFFF can be listed, but not asked for.
      if (key.codePoints().allMatch(each -> each > 0 && each < 0x10000)) {
        throw e;
      }
    }
  }

  private static int readList(Read from, ObjectId list) {
    int values = (int) from.length(list);
    for (AmValue value : from.listItems(list).orElseThrow()) {
      values += 1 + readNested(from, value);
    }
    for (int i = 0; i < from.length(list); i++) {
      from.get(list, i);
      from.getAll(list, i);
    }
    return values + from.marks(list).size();
  }

  private static int readText(Read from, ObjectId text) {
    int length = (int) from.length(text);
    int values = from.text(text).orElseThrow().length() + from.marks(text).size();
    for (int i = 0; i < length; i++) {
      from.getMarksAtIndex(text, i);
      from.get(text, i);
      values += (int) from.lookupCursorIndex(text, from.makeCursor(text, i));
    }
    return values;
  }

  private static int readNested(Read from, @Nullable AmValue value) {
    ObjectId nested = value == null ? null : RandomEdits.object(value);
    return nested == null ? 0 : read(from, nested);
  }
}
