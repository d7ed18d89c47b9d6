package dev.peatmesh.sync.internal.latest;

import dev.peatmesh.sync.internal.guard.ActorId;
import dev.peatmesh.sync.internal.guard.ByteCursor;
import dev.peatmesh.sync.internal.guard.ChangeChunk;
import dev.peatmesh.sync.internal.guard.GuardException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * States as bytes; one spelling of each state.
 *
 * <pre>
 * version      1
 * epoch        unsigned
 * deleted      unsigned, seconds since 1970; 0: never
 * actors       count, then ascending by bytes: length, bytes, counter, stamp
 * fields       count, then ascending by name: name, count of entries, then ascending by actor:
 *                index of the actor;
 *                0: of its last change, with the stamp of that;
 *                or 1, of an older one, or with another stamp: counter and stamp, 8 bytes each;
 *                value;
 *                of a counter: by whom it was created (index) and when (counter, 8 bytes)
 * </pre>
 *
 * <p>All other numbers are LEB128. What is old has a fixed size, so that a document does not grow
 * while it is written over and over. The reader takes memory in proportion to the bytes, and
 * refuses everything that this writer would not have written.
 */
final class StateCodec {
  private static final int VERSION = 1;
  private static final int LAST = 0;
  private static final int OLDER = 1;

  /** The end of the year 9999. */
  static final long SECONDS_MAX = 253_402_300_799L;

  static final long EPOCH_MAX = 1L << 53;

  private StateCodec() {}

  static byte[] write(State state, CausalContext context) {
    StateWriter to = new StateWriter();
    to.u8(VERSION).unsigned(state.epoch()).unsigned(state.deletedSeconds());
    to.unsigned(context.size());
    List<ActorId> actors = new ArrayList<>(context.size());
    context
        .seen()
        .forEach(
            (actor, seen) -> {
              actors.add(actor);
              to.sized(actor.bytes()).unsigned(seen.counter()).unsigned(seen.stamp());
            });
    to.unsigned(state.fields().size());
    state
        .fields()
        .forEach(
            (name, field) -> {
              to.text(name).unsigned(field.entries().size());
              field.entries().forEach(entry -> writeEntry(entry, actors, context, to));
            });
    return to.toByteArray();
  }

  private static void writeEntry(
      Entry entry, List<ActorId> actors, CausalContext context, StateWriter to) {
    ActorId actor = entry.dot().actor();
    CausalContext.Seen last = context.last(actor);
    to.unsigned(index(actor, actors));
    if (entry.dot().counter() == last.counter() && entry.stamp() == last.stamp()) {
      to.u8(LAST);
    } else {
      to.u8(OLDER).fixed64(entry.dot().counter()).fixed64(entry.stamp());
    }
    entry.value().write(to);
    if (entry.counter() != null) {
      Dot counter = entry.counter();
      to.unsigned(index(counter.actor(), actors)).fixed64(counter.counter());
    }
  }

  private static int index(ActorId actor, List<ActorId> actors) {
    return Collections.binarySearch(actors, actor, CausalContext.ACTORS);
  }

  static State read(byte[] bytes) {
    ByteCursor from = new ByteCursor(bytes, 0, bytes.length);
    if (from.unsignedByte() != VERSION) {
      throw new GuardException("state of an unknown version");
    }
    long epoch = atMost(EPOCH_MAX, from.unsignedLeb(), "epoch too large");
    long deleted = atMost(SECONDS_MAX, from.unsignedLeb(), "deleted too far in the future");
    List<Author> actors = readActors(from);
    NavigableMap<String, Field> fields = readFields(from, actors);
    if (!from.atEnd()) {
      throw new GuardException("bytes after the state");
    }
    Map<ActorId, CausalContext.Seen> seen = new HashMap<>();
    actors.forEach(actor -> seen.put(actor.actor, actor.seen));
    return new State(epoch, deleted, CausalContext.of(seen), fields);
  }

  private record Author(ActorId actor, CausalContext.Seen seen) {}

  private static List<Author> readActors(ByteCursor from) {
    int count = from.count(LatestLimits.ACTORS_MAX, 4, "too many authors");
    List<Author> actors = new ArrayList<>(count);
    byte[] before = {};
    for (int i = 0; i < count; i++) {
      int length = from.length();
      if (length == 0 || length > ActorId.BYTES_MAX) {
        throw new GuardException("author of a wrong length");
      }
      int start = from.skip(length);
      byte[] id = Arrays.copyOfRange(from.array(), start, start + length);
      if (Arrays.compareUnsigned(id, before) <= 0) {
        throw new GuardException("authors not ascending");
      }
      before = id;
      long counter = from.unsignedLeb();
      if (counter == 0) {
        throw new GuardException("author without a change");
      }
      actors.add(new Author(ActorId.of(id), new CausalContext.Seen(counter, from.unsignedLeb())));
    }
    return actors;
  }

  private static NavigableMap<String, Field> readFields(ByteCursor from, List<Author> actors) {
    int count = from.count(LatestLimits.FIELDS_MAX, 5, "too many fields");
    TreeMap<String, Field> fields = new TreeMap<>();
    int entries = 0;
    for (int i = 0; i < count; i++) {
      String name = ValueCodec.readText(from);
      if (!fields.isEmpty() && name.compareTo(fields.lastKey()) <= 0) {
        throw new GuardException("fields not ascending");
      }
      boolean hidden = State.isHidden(name);
      if (!hidden) {
        ValueCodec.checkKey(name);
      }
      Field field = readField(from, actors, LatestLimits.ENTRIES_MAX - entries);
      entries += field.entries().size();
      if (name.equals(ChangeChunk.EXPIRES_KEY)
          && !field.entries().stream().allMatch(entry -> entry.value().isInstant())) {
        throw new GuardException("expires at no instant");
      }
      fields.put(name, field);
    }
    return fields;
  }

  private static Field readField(ByteCursor from, List<Author> actors, int entriesMax) {
    int count = from.count(Math.min(actors.size(), entriesMax), 3, "too many entries");
    if (count == 0) {
      throw new GuardException("field without an entry");
    }
    List<Entry> entries = new ArrayList<>(count);
    int before = -1;
    for (int i = 0; i < count; i++) {
      int index = readIndex(from, actors);
      if (index <= before) {
        throw new GuardException("entries not ascending");
      }
      before = index;
      entries.add(readEntry(from, actors, index));
    }
    return new Field(entries);
  }

  private static Entry readEntry(ByteCursor from, List<Author> actors, int index) {
    Author author = actors.get(index);
    Dot dot = new Dot(author.actor, author.seen.counter());
    long stamp = author.seen.stamp();
    int age = from.unsignedByte();
    if (age == OLDER) {
      Dot last = dot;
      dot = readDot(from, author);
      stamp = ValueCodec.fixed64(from);
      if (stamp < 0 || (dot.equals(last) && stamp == author.seen.stamp())) {
        throw new GuardException("stamp out of range");
      }
    } else if (age != LAST) {
      throw new GuardException("neither the last change nor an older one");
    }
    EncodedValue value = EncodedValue.read(from);
    Dot counter = null;
    if (value.isCounter()) {
      counter = readDot(from, actors.get(readIndex(from, actors)));
    }
    return new Entry(dot, stamp, value, counter);
  }

  private static int readIndex(ByteCursor from, List<Author> actors) {
    long index = from.unsignedLeb();
    if (index >= actors.size()) {
      throw new GuardException("no author of that index");
    }
    return (int) index;
  }

  private static Dot readDot(ByteCursor from, Author author) {
    long counter = ValueCodec.fixed64(from);
    if (counter < 1 || counter > author.seen.counter()) {
      throw new GuardException("change that the author has not made");
    }
    return new Dot(author.actor, counter);
  }

  private static long atMost(long max, long value, String otherwise) {
    if (value > max) {
      throw new GuardException(otherwise);
    }
    return value;
  }
}
