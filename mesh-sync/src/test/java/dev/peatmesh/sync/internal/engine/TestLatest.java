package dev.peatmesh.sync.internal.engine;

import dev.peatmesh.sync.internal.guard.ChangeHash;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A document without history as small as can be: a version vector, and for each field the write
 * that wins. A field that a delete has seen is gone.
 */
final class TestLatest {
  record Field(String author, long counter, long value) {}

  final Map<String, Long> seen = new TreeMap<>();
  final Map<String, Field> fields = new TreeMap<>();
  long deletedSeconds;

  void put(String author, String field, long value) {
    long counter = seen.merge(author, 1L, Long::sum);
    fields.put(field, new Field(author, counter, value));
  }

  void delete(String author, long seconds) {
    seen.merge(author, 1L, Long::sum);
    fields.clear();
    deletedSeconds = Math.max(deletedSeconds, seconds);
  }

  boolean deleted() {
    return fields.isEmpty();
  }

  boolean covers(String author, long counter) {
    return seen.getOrDefault(author, 0L) >= counter;
  }

  /** Takes in what the other has. */
  void merge(TestLatest other) {
    Map<String, Field> merged = new TreeMap<>();
    fields.forEach((name, field) -> keep(merged, name, field, other));
    other.fields.forEach((name, field) -> keep(merged, name, field, this));
    fields.clear();
    fields.putAll(merged);
    other.seen.forEach((author, counter) -> seen.merge(author, counter, Math::max));
    deletedSeconds = Math.max(deletedSeconds, other.deletedSeconds);
  }

  private static void keep(
      Map<String, Field> merged, String name, Field field, TestLatest elsewhere) {
    boolean removedElsewhere =
        elsewhere.covers(field.author, field.counter)
            && !field.equals(elsewhere.fields.get(name))
            && elsewhere.fields.values().stream().noneMatch(field::equals);
    if (!removedElsewhere) {
      merged.merge(name, field, (one, two) -> rank(one).compareTo(rank(two)) >= 0 ? one : two);
    }
  }

  private static String rank(Field field) {
    return "%020d %s".formatted(field.counter, field.author);
  }

  ChangeHash head() {
    try {
      ByteBuffer state = encode();
      return ChangeHash.of(MessageDigest.getInstance("SHA-256").digest(state.array()));
    } catch (NoSuchAlgorithmException impossible) {
      throw new AssertionError(impossible);
    }
  }

  List<ChangeHash> heads() {
    return List.of(head());
  }

  ByteBuffer encode() {
    StringBuilder text = new StringBuilder().append(deletedSeconds).append('\n');
    seen.forEach((author, counter) -> text.append(author + " " + counter + "\n"));
    text.append("-\n");
    fields.forEach(
        (name, field) ->
            text.append(
                name + " " + field.author + " " + field.counter + " " + field.value + "\n"));
    return ByteBuffer.wrap(text.toString().getBytes(StandardCharsets.UTF_8));
  }

  static TestLatest decode(ByteBuffer state) {
    String[] lines = StandardCharsets.UTF_8.decode(state.duplicate()).toString().split("\n");
    TestLatest latest = new TestLatest();
    latest.deletedSeconds = Long.parseLong(lines[0]);
    int i = 1;
    for (; !lines[i].equals("-"); i++) {
      String[] parts = lines[i].split(" ");
      latest.seen.put(parts[0], Long.parseLong(parts[1]));
    }
    for (i++; i < lines.length; i++) {
      String[] parts = lines[i].split(" ");
      latest.fields.put(
          parts[0], new Field(parts[1], Long.parseLong(parts[2]), Long.parseLong(parts[3])));
    }
    return latest;
  }
}
