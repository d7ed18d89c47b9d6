package dev.peatmesh.sync.internal.crdt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peatmesh.runtime.MeshException;
import dev.peatmesh.sync.Counter;
import dev.peatmesh.sync.ListEditor;
import dev.peatmesh.sync.MapEditor;
import dev.peatmesh.sync.Text;
import dev.peatmesh.sync.TextEditor;
import dev.peatmesh.sync.internal.guard.ActorId;
import dev.peatmesh.sync.internal.value.IntegerMark;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EditorsTest {
  private static final String GRIN = "\uD83D\uDE00";
  private static final String FLAG = "\uD83C\uDDEC\uD83C\uDDE7";

  private NativeDocument document;

  @BeforeEach
  void open() {
    document = NativeDocument.create(new ActorId("0a"));
  }

  @AfterEach
  void close() {
    document.close();
    assertThat(NativeDocument.openCount()).isZero();
  }

  @Test
  void aMapIsEditedKeyByKey() {
    change(
        root -> {
          root.put("b", 1);
          root.put("a", null);
          root.put("gone", true);
          root.remove("gone");
          MapEditor nested = root.map("nested").map("deeper");
          nested.put("x", List.of(1, Map.of("y", 2)));

          assertThat(root.keys()).containsExactly("a", "b", "nested");
          assertThat(root.size()).isEqualTo(3);
          assertThat(root.get("a")).isEmpty();
          assertThat(root.contains("a")).isTrue();
          assertThat(root.contains("gone")).isFalse();
          assertThat(root.get("b")).contains(1L);
          assertThat(nested.get("x")).contains(List.of(1L, Map.of("y", 2L)));
          assertThat(root.map("nested").map("deeper").keys()).containsExactly("x");
        });
  }

  @Test
  void aListIsEditedElementByElement() {
    change(
        root -> {
          ListEditor list = root.list("list");
          list.add("b");
          list.insert(0, "a");
          list.add(Map.of("k", new Text("t")));
          list.add(new Counter(1));
          list.add(List.of());
          list.add(null);
          list.set(1, "B");
          list.remove(0);
          list.map(1).text("k").append("!");
          list.increment(2, 4);
          list.list(3).add(Long.MAX_VALUE);

          assertThat(list.size()).isEqualTo(5);
          assertThat(list.get(0)).contains("B");
          assertThat(list.get(4)).isEmpty();
        });

    assertThat(document.value())
        .isEqualTo(
            Map.of(
                "list",
                Arrays.asList(
                    "B",
                    Map.of("k", new Text("t!")),
                    new Counter(5),
                    List.of(Long.MAX_VALUE),
                    null)));
  }

  @Test
  void textPositionsAreCodePoints() {
    change(
        root -> {
          TextEditor text = root.text("text");
          text.append("a" + GRIN + "b");
          assertThat(text.length()).isEqualTo(3);
          text.insert(2, FLAG);
          assertThat(text.value()).isEqualTo("a" + GRIN + FLAG + "b");
          assertThat(text.length()).isEqualTo(5);
          text.delete(1, 1);
          text.splice(1, 2, "-");
          assertThat(text).hasToString("a-b");
        });

    assertThat(document.value()).isEqualTo(Map.of("text", new Text("a-b")));
  }

  @Test
  void twoEditorsOfOneTextSeeEachOther() {
    change(
        root -> {
          TextEditor one = root.text("text");
          TextEditor two = root.text("text");
          one.append("abc");
          two.append("def");
          one.append("ghi");
          root.put("wide", 1L << 40);
          two.delete(0, 3);
          assertThat(one.length()).isEqualTo(6);
          assertThat(one.value()).isEqualTo("defghi");
        });
  }

  @Test
  void rangesOutsideATextAreRefused() {
    document.put(Map.of("text", new Text(GRIN + GRIN)));

    refusesRange(root -> root.text("text").insert(3, "x"), "3 leaves the text of 2 code points");
    refusesRange(root -> root.text("text").insert(-1, "x"), "at -1");
    refusesRange(root -> root.text("text").delete(1, 2), "deleting 2 at 1");
    refusesRange(root -> root.text("text").delete(2, -2), "deleting -2");
    refusesRange(root -> root.text("text").delete(1, Integer.MAX_VALUE), "deleting 2147483647");
    assertThat(document.value()).isEqualTo(Map.of("text", new Text(GRIN + GRIN)));
  }

  @Test
  void indexesOutsideAListAreRefused() {
    document.put(Map.of("list", List.of("a")));

    refusesRange(root -> root.list("list").insert(2, "x"), "list[2]");
    refusesRange(root -> root.list("list").set(1, "x"), "outside the list of 1 elements");
    refusesRange(root -> root.list("list").get(-1), "list[-1]");
    refusesRange(root -> root.list("list").remove(1), "list[1]");
    refusesRange(root -> root.list("list").map(5), "list[5]");
  }

  @Test
  void countersCountAndNothingElseDoes() {
    change(
        root -> {
          root.increment("visits", 2);
          root.increment("visits", -5);
          root.put("most", new Counter(Long.MAX_VALUE));
        });
    document.put(Map.of("visits", new Counter(-3), "most", new Counter(Long.MAX_VALUE), "n", 1));

    refuses(root -> root.increment("n", 1), "n: is of type Long, which cannot be incremented");
    refuses(root -> root.increment("most", 1), "leaves the range of 64 bits");
    assertThat(document.value()).containsEntry("visits", new Counter(-3));
  }

  @Test
  void anObjectOfAnotherTypeIsNotEditedInPlace() {
    document.put(
        Map.of("s", "x", "m", Map.of(), "l", List.of(), "t", new Text("x"), "c", new Counter(1)));

    refuses(root -> root.map("s"), "s: is of type String, not a map");
    refuses(root -> root.text("s"), "not a text. Put a Text there first");
    refuses(root -> root.list("m"), "m: is a map, not a list");
    refuses(root -> root.map("l"), "l: is a list, not a map");
    refuses(root -> root.map("t"), "t: is a text, not a map");
    refuses(root -> root.map("c"), "c: is a counter, not a map");
    refuses(root -> root.map("m").map("x").put("y", new Object()), "m.x.y: a java.lang.Object");
  }

  @Test
  void whatCannotBeStoredIsRefusedWithItsPathAndARemedy() {
    Map<String, Object> nested = Map.of("rows", List.of(1, Map.of("price", BigDecimal.ONE)));

    refuses(
        root -> root.put("order", nested),
        "order.rows[1].price: a java.math.BigDecimal cannot be stored. Use null, Boolean");
    refuses(root -> root.put("s", "a\uD83D"), "s: the string has half a surrogate pair at index 1");
    refuses(root -> root.put("s", GRIN + "\uDE00"), "at index 2");
    refuses(root -> root.put("t", new Text("\uDE00")), "half a surrogate pair");
    refuses(root -> root.text("t").append("\uD83D"), "half a surrogate pair");
    refuses(root -> root.put("", 1), "no empty key");
    refuses(root -> root.put("a\0", 1), "a\\0");
    refuses(root -> root.map(GRIN), "no character beyond U+FFFF");
    refuses(root -> root.put("m", Map.of(GRIN, 1)), "m: the key");
    refuses(root -> root.put("m", Map.of(1, 2)), "m: has a key that is not a String: 1");
    refuses(root -> root.put("t", Instant.MAX), "does not fit into 64 bits of milliseconds");
    refuses(
        root -> root.put("b", IntegerMark.write(1L << 40)), "begin with a mark that is reserved");
  }

  @Test
  void nestingIsBoundedWhichStopsCycles() {
    List<Object> cycle = new ArrayList<>();
    cycle.add(cycle);

    refuses(root -> root.put("cycle", cycle), "deeper than 64. Flatten them, or look for a cycle");
    refuses(
        root -> {
          MapEditor map = root;
          for (int depth = 0; depth <= 64; depth++) {
            map = map.map("m");
          }
        },
        "deeper than 64");
    Object deep = 1L;
    for (int depth = 0; depth < 63; depth++) {
      deep = Map.of("m", deep);
    }
    Map<String, Object> deepest = Map.of("m", deep);
    document.put(deepest);
    assertThat(document.value()).isEqualTo(deepest);
  }

  @Test
  void aRefusalThatIsCaughtLeavesTheRestOfTheEdit() {
    change(
        root -> {
          root.put("before", 1);
          assertThatThrownBy(() -> root.put("bad", Arrays.asList(1, new Object())))
              .isInstanceOf(MeshException.Refused.class);
          assertThatThrownBy(() -> root.list("list").set(0, 1))
              .isInstanceOf(IndexOutOfBoundsException.class);
          root.put("after", 2);
        });

    assertThat(document.value()).isEqualTo(Map.of("before", 1L, "list", List.of(), "after", 2L));
  }

  @Test
  void readsInsideAChangeSeeItsOwnWideIntegers() {
    change(
        root -> {
          root.put("a", Long.MIN_VALUE);
          assertThat(root.get("a")).contains(Long.MIN_VALUE);
          root.put("list", List.of(1L << 31, "x"));
          assertThat(root.get("list")).contains(List.of(1L << 31, "x"));
          root.put("a", 1);
        });

    assertThat(document.value()).isEqualTo(Map.of("a", 1L, "list", List.of(1L << 31, "x")));
  }

  @Test
  void keysThatOnlyOtherProgramsCanWriteAreReadAndNeverLostInSilence() {
    byte[] chunk;
    try (NativeDocument other = NativeDocument.create(new ActorId("0b"))) {
      chunk = other.put(Map.of("kkkk", 1L)).orElseThrow();
    }
    int keyColumn = 0x15;
    byte[] runs = ("\u007f\u0004" + GRIN).getBytes(StandardCharsets.UTF_8);
    document.apply(ChunkColumns.read(chunk).with(keyColumn, runs).toChunk());

    assertThat(document.value()).isEqualTo(Map.of(GRIN, 1L));
    change(
        root -> {
          root.put("mine", 2);
          assertThat(root.get(GRIN)).contains(1L);
          assertThat(root.keys()).containsExactly("mine", GRIN);
        });
    refuses(root -> root.remove(GRIN), "was written by another program");
    assertThatThrownBy(() -> document.put(Map.of("mine", 3)))
        .isInstanceOf(MeshException.Refused.class)
        .hasMessageContaining("cannot remove it");
    assertThat(document.value()).isEqualTo(Map.of(GRIN, 1L, "mine", 2L));
  }

  @Test
  void equalEditsGiveEqualBytes() {
    Map<String, Object> shuffled = new HashMap<>();
    Map<String, Object> other = new HashMap<>(1024);
    for (int i = 0; i < 100; i++) {
      shuffled.put("key" + i, (long) i << 30);
      other.put("key" + (99 - i), (99L - i) << 30);
    }
    Optional<byte[]> here = document.put(shuffled);
    try (NativeDocument twin = NativeDocument.create(new ActorId("0a"))) {
      assertThat(twin.put(other).orElseThrow()).isEqualTo(here.orElseThrow());
    }
  }

  private void change(Consumer<MapEditor> edit) {
    assertThat(document.change(edit)).isPresent();
  }

  private void refusesRange(Consumer<MapEditor> edit, String message) {
    assertThatThrownBy(() -> document.change(edit))
        .isInstanceOf(IndexOutOfBoundsException.class)
        .hasMessageContaining(message);
  }

  private void refuses(Consumer<MapEditor> edit, String message) {
    assertThatThrownBy(() -> document.change(edit))
        .isInstanceOf(MeshException.Refused.class)
        .hasMessageContaining(message);
  }
}
