package dev.peatmesh.testkit.kubernetes.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Any past version can be listed, and any watch leads from there to the present. */
class SliceStoreTest {
  private static final int WRITES = 200;

  private final SliceStore store = new SliceStore(100);

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void everyVersionIsKnownExactlyAsItWas(long seed) {
    Map<Long, String> seen = writeAtRandom(new Random(seed));
    seen.forEach(
        (revision, items) ->
            assertThat(
                    list("resourceVersionMatch=Exact&resourceVersion=" + revision)
                        .path("items")
                        .toString())
                .as("version %d of seed %d", revision, seed)
                .isEqualTo(items));
  }

  @ParameterizedTest
  @ValueSource(longs = {11, 12, 13, 14})
  void watchFromEveryVersionLeadsToThePresent(long seed) {
    Map<Long, String> seen = writeAtRandom(new Random(seed));
    String selector = "&labelSelector=even%3Dyes";
    String now = list("limit=0" + selector).path("items").toString();
    for (long from : seen.keySet()) {
      JsonNode then =
          list("resourceVersionMatch=Exact&resourceVersion=" + from + selector).path("items");
      Map<String, JsonNode> state = new TreeMap<>();
      then.forEach(item -> state.put(name(item), item));
      WatchStream watch =
          WatchStream.open(query("watch=1&resourceVersion=" + from + selector), store);
      apply(watch, state);
      assertThat(state.values().toString().replace(", {", ",{"))
          .as("from version %d of seed %d", from, seed)
          .isEqualTo(now);
    }
  }

  @Test
  void historyIsBoundedAndWhatFellOutOfItIsGone() {
    for (int i = 0; i <= SliceStore.HISTORY_MAX; i++) {
      store.put(slice("a", i));
    }
    assertThatExceptionOfType(Refusal.class)
        .isThrownBy(() -> WatchStream.open(query("watch=1&resourceVersion=100"), store))
        .withMessage("too old resource version: 100 (101)");
    WatchStream oldest = WatchStream.open(query("watch=1&resourceVersion=101"), store);
    assertThat(oldest.take(store).lines()).isNotEmpty();
  }

  @Test
  void watchThatFellBehindTheHistoryIsEnded() {
    WatchStream slow = WatchStream.open(query("watch=1"), store);
    for (int i = 0; i < SliceStore.HISTORY_MAX + 1; i++) {
      store.put(slice("a", i));
    }
    assertThat(slow.take(store).end()).isEqualTo(WatchStream.End.CLEAN);
  }

  @Test
  void linesOfATestAreBounded() {
    WatchStream watch = WatchStream.open(query("watch=1"), store);
    for (int i = 0; i < WatchStream.TOLD_MAX; i++) {
      watch.tell("line");
    }
    assertThatExceptionOfType(IllegalStateException.class).isThrownBy(() -> watch.tell("more"));
  }

  @Test
  void objectsAreBounded() {
    for (int i = 0; i < SliceStore.SLICES_MAX; i++) {
      store.put(slice("s" + i, i));
    }
    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(() -> store.put(slice("more", 0)));
    store.put(slice("s0", 1));
  }

  /** The items of the list after each write, by version. */
  private Map<Long, String> writeAtRandom(Random random) {
    Map<Long, String> seen = new LinkedHashMap<>();
    seen.put(store.revision(), list("").path("items").toString());
    for (int i = 0; i < WRITES; i++) {
      String name = "s" + random.nextInt(6);
      SliceKey key = new SliceKey("mesh", name);
      if (random.nextInt(3) == 0 && store.find(key) != null) {
        store.delete(key);
      } else {
        store.put(slice(name, random.nextInt(5)));
      }
      seen.put(store.revision(), list("").path("items").toString());
    }
    return seen;
  }

  private void apply(WatchStream watch, Map<String, JsonNode> state) {
    for (WatchStream.Batch batch = watch.take(store); !batch.isEmpty(); batch = watch.take(store)) {
      for (String line : batch.lines()) {
        ObjectNode event = Json.read(line);
        ObjectNode object = (ObjectNode) event.path("object");
        object.remove(List.of("kind", "apiVersion"));
        boolean known = state.containsKey(name(object));
        switch (event.path("type").asText()) {
          case "ADDED" -> assertThat(known).isFalse();
          case "MODIFIED", "DELETED" -> assertThat(known).isTrue();
          default -> throw new AssertionError(line);
        }
        if (event.path("type").asText().equals("DELETED")) {
          state.remove(name(object));
        } else {
          state.put(name(object), object);
        }
      }
    }
  }

  private ObjectNode list(String query) {
    return store.list(query(query));
  }

  private static ListQuery query(String query) {
    return ListQuery.parse("mesh", query, false);
  }

  private static String name(JsonNode slice) {
    return slice.path("metadata").path("name").asText();
  }

  private static ObjectNode slice(String name, int number) {
    List<String> labels = new ArrayList<>();
    labels.add("\"n\":\"" + number + "\"");
    if (number % 2 == 0) {
      labels.add("\"even\":\"yes\"");
    }
    return SliceWrites.given(
        "{\"metadata\":{\"name\":\"%s\",\"namespace\":\"mesh\",\"labels\":{%s}},%s}"
            .formatted(name, String.join(",", labels), "\"addressType\":\"IPv4\""));
  }
}
