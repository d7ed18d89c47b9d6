package dev.peatmesh.testkit.matrix;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peatmesh.sync.Bytes;
import dev.peatmesh.sync.Counter;
import dev.peatmesh.sync.ListEditor;
import dev.peatmesh.sync.MapEditor;
import dev.peatmesh.sync.Text;
import dev.peatmesh.sync.TextEditor;
import dev.peatmesh.testkit.SimulatedNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * All nodes edit one document with everything in it that merges: a nested map, a counter, a list, a
 * text, and one field that each overwrites. Every edit also leaves its name in the document, so the
 * model knows which arrived; from those, what must be there follows exactly.
 */
final class NestedEdits implements Workload {
  private static final String ID = "shared";

  /** The first of the characters that edits insert, one each: CJK, one UTF-16 unit. */
  private static final int FIRST_CHARACTER = 0x4E00;

  private enum Kind {
    PUT,
    REMOVE,
    INSERT,
    TAKE_OUT,
    SPLICE,
    REPLACE,
    TITLE,
    BLOB
  }

  /** Large values are rare: they cost as much as all else together. */
  private static final List<Kind> KINDS =
      List.of(
          Kind.PUT,
          Kind.PUT,
          Kind.REMOVE,
          Kind.INSERT,
          Kind.INSERT,
          Kind.TAKE_OUT,
          Kind.SPLICE,
          Kind.SPLICE,
          Kind.REPLACE,
          Kind.TITLE,
          Kind.TITLE,
          Kind.BLOB);

  /** Large enough for several packets, so that a frame can come in pieces out of order. */
  private static final int BLOB_BYTES = 36_000;

  private final String collection;
  private final Random random;
  private final Map<String, Edit> edits = new LinkedHashMap<>();

  NestedEdits(String collection, Random random) {
    this.collection = collection;
    this.random = random;
  }

  @Override
  public String collection() {
    return collection;
  }

  /** One node makes the containers: of two made at the same time only one would be seen. */
  @Override
  public void prepare(SimulatedNode first) {
    first
        .collection(collection)
        .put(
            ID,
            Map.of(
                "names", Map.of(),
                "deep", Map.of("entries", Map.of()),
                "count", new Counter(0),
                "list", List.of(),
                "text", new Text("")));
  }

  @Override
  public void write(SimulatedNode node) {
    Edit edit =
        new Edit(edits.size(), KINDS.get(random.nextInt(KINDS.size())), random.nextInt(1_000));
    edits.put(edit.name(), edit);
    edit.write.answeredBy(node.collection(collection).changeAsync(ID, edit::apply));
  }

  @Override
  public void check(Map<String, Map<String, @Nullable Object>> documents) {
    assertThat(documents).as(collection).containsOnlyKeys(ID);
    Map<String, @Nullable Object> left = documents.get(ID);
    Set<String> names = keys(left.get("names"));
    assertThat(edits.keySet()).as("only what was written").containsAll(names);
    edits
        .values()
        .forEach(
            edit -> {
              if (edit.write.acknowledged()) {
                assertThat(names).as("acknowledged edits").contains(edit.name());
              }
            });
    new Expected(names.stream().map(edits::get).toList()).check(left);
  }

  private static Set<String> keys(@Nullable Object map) {
    Set<String> keys = new LinkedHashSet<>();
    ((Map<?, ?>) map).keySet().forEach(key -> keys.add((String) key));
    return keys;
  }

  /** One edit, and what it found when it ran. */
  private static final class Edit {
    private final Write write;
    private final int number;
    private final Kind kind;
    private final int choice;
    private @Nullable Object overwrote;
    private @Nullable String removed;

    Edit(int number, Kind kind, int choice) {
      this.number = number;
      this.kind = kind;
      this.choice = choice;
      write = new Write("e" + number);
    }

    String name() {
      return write.name();
    }

    void apply(MapEditor root) {
      root.map("names").put(write.name(), true);
      root.increment("count", number + 1);
      switch (kind) {
        case PUT -> root.map("deep").map("entries").put(write.name(), number);
        case REMOVE -> removeEntry(root.map("deep").map("entries"));
        case INSERT ->
            root.list("list").insert(choice % (root.list("list").size() + 1), write.name());
        case TAKE_OUT -> takeOut(root.list("list"));
        case SPLICE ->
            root.text("text").splice(choice % (root.text("text").length() + 1), 0, letter());
        case REPLACE -> replaceLetter(root.text("text"));
        case TITLE -> overwrite(root, "title", write.name());
        case BLOB -> overwrite(root, "blob", blob());
      }
    }

    private void overwrite(MapEditor root, String key, Object value) {
      overwrote = root.get(key).orElse(null);
      root.put(key, value);
    }

    private Bytes blob() {
      byte[] incompressible = new byte[BLOB_BYTES];
      new Random(number).nextBytes(incompressible);
      return Bytes.of(incompressible);
    }

    private void removeEntry(MapEditor entries) {
      if (entries.size() > 0) {
        removed = new ArrayList<>(entries.keys()).get(choice % entries.size());
        entries.remove(removed);
      }
    }

    private void takeOut(ListEditor list) {
      if (list.size() > 0) {
        int index = choice % list.size();
        removed = (String) list.get(index).orElseThrow();
        list.remove(index);
      }
    }

    private void replaceLetter(TextEditor text) {
      if (text.length() == 0) {
        text.append(letter());
        return;
      }
      int index = choice % text.length();
      removed = text.value().substring(index, index + 1);
      text.splice(index, 1, letter());
    }

    String letter() {
      return String.valueOf((char) (FIRST_CHARACTER + number));
    }
  }

  /** What the edits that arrived make together. */
  private static final class Expected {
    private final List<Edit> arrived;

    Expected(List<Edit> arrived) {
      this.arrived = arrived;
    }

    void check(Map<String, @Nullable Object> left) {
      long count = arrived.stream().mapToLong(edit -> edit.number + 1).sum();
      assertThat(left.get("count")).as("increments").isEqualTo(new Counter(count));
      assertThat(keys(((Map<?, ?>) left.get("deep")).get("entries")))
          .as("entries of the nested map")
          .containsExactlyInAnyOrderElementsOf(without(Kind.REMOVE, all(Kind.PUT, Edit::name)));
      List<String> list = new ArrayList<>();
      ((List<?>) left.get("list")).forEach(element -> list.add((String) element));
      assertThat(list)
          .as("elements of the list")
          .containsExactlyInAnyOrderElementsOf(
              without(Kind.TAKE_OUT, all(Kind.INSERT, Edit::name)));
      Set<String> letters = all(Kind.SPLICE, Edit::letter);
      letters.addAll(all(Kind.REPLACE, Edit::letter));
      assertThat(((Text) left.get("text")).value().chars().mapToObj(Character::toString))
          .as("letters of the text")
          .containsExactlyInAnyOrderElementsOf(without(Kind.REPLACE, letters));
      checkField("title", Kind.TITLE, all(Kind.TITLE, Edit::name), left);
      checkField("blob", Kind.BLOB, all(Kind.BLOB, Edit::blob), left);
    }

    /** Of concurrent values any may win, but none that another write has seen and overwritten. */
    private void checkField(
        String key, Kind kind, Set<?> written, Map<String, @Nullable Object> left) {
      if (written.isEmpty()) {
        assertThat(left).doesNotContainKey(key);
        return;
      }
      of(kind).forEach(edit -> written.remove(edit.overwrote));
      assertThat(written.contains(left.get(key))).as("%s is one not overwritten", key).isTrue();
    }

    private <T> Set<T> all(Kind kind, Function<Edit, T> value) {
      return of(kind).map(value).collect(Collectors.toCollection(LinkedHashSet::new));
    }

    private Set<String> without(Kind removing, Set<String> all) {
      of(removing).forEach(edit -> all.remove(edit.removed));
      return all;
    }

    private Stream<Edit> of(Kind kind) {
      return arrived.stream().filter(edit -> edit.kind == kind);
    }
  }
}
