package dev.peatmesh.sync.internal.crdt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peatmesh.sync.Counter;
import dev.peatmesh.sync.Text;
import dev.peatmesh.sync.Trials;
import dev.peatmesh.sync.internal.guard.ActorId;
import dev.peatmesh.sync.internal.guard.ChangeHash;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Two replicas edit one document at the same time, exchange their changes, and agree. */
class ConvergenceTest {
  private final long openBefore = NativeDocument.openCount();
  private final List<NativeDocument> documents = new ArrayList<>();

  @Test
  void aPutMakesTheDocumentEqualWhateverItHeld() {
    trials(
        random -> {
          RandomValues values = new RandomValues(random);
          Map<String, Object> first = values.map(3);
          Map<String, Object> second = values.map(3);
          NativeDocument document = create("0a");
          NativeDocument peer = create("0b");
          document.put(first).ifPresent(peer::apply);
          assertThat(document.value()).isEqualTo(first);

          document.put(second).ifPresent(peer::apply);

          assertThat(textAsString(document.value())).isEqualTo(textAsString(second));
          assertThat(document.put(second)).isEmpty();
          assertThat(peer.value()).isEqualTo(document.value());
          assertThat(peer.heads()).isEqualTo(document.heads());
          // Loading computes every hash anew: it fails when a change was not encoded as the core
          // does.
          NativeDocument reloaded = track(NativeDocument.load(document.save(), new ActorId("0c")));
          assertThat(reloaded.heads()).isEqualTo(document.heads());
          assertThat(reloaded.value()).isEqualTo(document.value());
        });
  }

  @Test
  void concurrentPutsConverge() {
    trials(
        random -> {
          RandomValues values = new RandomValues(random);
          Pair pair = pair(values.map(3));

          pair.exchange(values.map(3), values.map(3));

          assertThat(pair.left.value()).isEqualTo(pair.right.value());
          assertThat(pair.left.heads()).isEqualTo(pair.right.heads());
        });
  }

  @Test
  void editsOfDifferentNestedFieldsBothSurvive() {
    trials(
        random -> {
          RandomValues values = new RandomValues(random);
          Object left = values.value(3);
          Object right = values.value(3);
          Pair pair = pair(nested("x", "y"));

          pair.exchange(nested(left, "y"), nested("x", right));

          assertThat(pair.agreed()).isEqualTo(nested(left, right));
        });
  }

  @Test
  void editsInDifferentElementsOfAListBothSurvive() {
    trials(
        random -> {
          List<Integer> base = numbers(random, 2, 8, 0, 3);
          int mine = random.nextInt(base.size() - 1);
          Pair pair = pair(Map.of("list", people(base)));
          List<Map<String, Object>> left = people(base);
          left.get(mine).put("mine", true);
          List<Map<String, Object>> right = people(base);
          right.get(mine + 1).put("yours", true);

          pair.exchange(Map.of("list", left), Map.of("list", right));

          left.get(mine + 1).put("yours", true);
          assertThat(pair.agreed()).isEqualTo(Map.of("list", left));
        });
  }

  @Test
  void concurrentAppendsAndInsertionsAllSurvive() {
    trials(
        random -> {
          List<Long> base = numbers(random, 0, 8, 0, 5).stream().map(Integer::longValue).toList();
          List<Integer> left = numbers(random, 0, 4, 100, 199);
          List<Integer> right = numbers(random, 0, 4, 200, 299);
          int at = random.nextInt(base.size() + 1);
          Pair pair = pair(Map.of("list", base));

          pair.exchange(
              Map.of("list", inserted(base, base.size(), left)),
              Map.of("list", inserted(base, at, right)));

          List<Object> expected = new ArrayList<>(base);
          left.forEach(number -> expected.add(number.longValue()));
          right.forEach(number -> expected.add(number.longValue()));
          assertThat(new ArrayList<Object>((List<?>) pair.agreed().get("list")))
              .containsExactlyInAnyOrderElementsOf(expected);
        });
  }

  @Test
  void concurrentCounterPutsAddUp() {
    trials(
        random -> {
          int base = anyInt(random);
          int left = anyInt(random);
          int right = anyInt(random);
          Pair pair = pair(Map.of("n", new Counter(base), "in", List.of(new Counter(base))));

          pair.exchange(
              Map.of("n", new Counter(left), "in", List.of(new Counter(left))),
              Map.of("n", new Counter(right), "in", List.of(new Counter(right))));

          Counter sum = new Counter((long) left + right - base);
          assertThat(pair.agreed()).isEqualTo(Map.of("n", sum, "in", List.of(sum)));
        });
  }

  @Test
  void concurrentIncrementsAddUp() {
    trials(
        random -> {
          int left = anyInt(random);
          int right = anyInt(random);
          Pair pair = pair(Map.of("n", new Counter(0)));
          byte[] fromLeft = pair.left.change(root -> root.increment("n", left)).orElse(new byte[0]);
          byte[] fromRight =
              pair.right.change(root -> root.increment("n", right)).orElse(new byte[0]);

          pair.left.apply(fromRight);
          pair.right.apply(fromLeft);

          assertThat(pair.agreed()).isEqualTo(Map.of("n", new Counter((long) left + right)));
        });
  }

  @Test
  void concurrentTextInsertionsBothSurvive() {
    trials(
        random -> {
          String base = new RandomValues(random).string();
          Pair pair = pair(Map.of("text", new Text(base)));
          String left = insertedAt(base, random.nextInt(21), "<\uD83D\uDC69\u200D\uD83D\uDC67>");
          String right = insertedAt(base, random.nextInt(21), "[right]");

          pair.exchange(Map.of("text", left), Map.of("text", new Text(right)));

          String merged = ((Text) pair.agreed().get("text")).value();
          assertThat(merged.codePoints().sorted().toArray())
              .isEqualTo((left + "[right]").codePoints().sorted().toArray());
          assertThat(merged).contains("[right]").contains("<\uD83D\uDC69\u200D\uD83D\uDC67>");
        });
  }

  @Test
  void anEditThatThrowsLeavesNoTrace() {
    trials(
        random -> {
          RandomValues values = new RandomValues(random);
          Map<String, Object> base = values.map(3);
          Map<String, Object> edit = values.map(3);
          Pair pair = pair(base);
          List<ChangeHash> heads = pair.right.heads();

          assertThatThrownBy(
                  () ->
                      pair.right.change(
                          root -> {
                            root.keys().forEach(root::remove);
                            edit.forEach(root::put);
                            throw new IllegalStateException("mine");
                          }))
              .hasMessage("mine");

          assertThat(pair.right.heads()).isEqualTo(heads);
          assertThat(pair.right.value()).isEqualTo(base);
          pair.right.put(edit).ifPresent(pair.left::apply);
          assertThat(textAsString(pair.agreed())).isEqualTo(textAsString(edit));
        });
  }

  /** Runs a thousand trials; none may leave a native document open. */
  private void trials(Trials.Property property) {
    Trials.run(
        1_000,
        random -> {
          try {
            property.holds(random);
          } finally {
            documents.forEach(NativeDocument::close);
            documents.clear();
          }
          assertThat(NativeDocument.openCount()).isEqualTo(openBefore);
        });
  }

  private static List<Integer> numbers(Random random, int sizeMin, int sizeMax, int min, int max) {
    int size = sizeMin + random.nextInt(sizeMax - sizeMin + 1);
    return random.ints(size, min, max + 1).boxed().toList();
  }

  /** Any number; the ends of the range often enough that they meet. */
  private static int anyInt(Random random) {
    return switch (random.nextInt(8)) {
      case 0 -> Integer.MIN_VALUE;
      case 1 -> Integer.MAX_VALUE;
      case 2 -> random.nextInt(3) - 1;
      default -> random.nextInt();
    };
  }

  private static Map<String, Object> nested(Object mine, Object yours) {
    Map<String, Object> fields = new HashMap<>();
    fields.put("mine", mine);
    fields.put("yours", yours);
    return Map.of("a", Map.of("b", fields));
  }

  private static List<Map<String, Object>> people(List<Integer> ids) {
    List<Map<String, Object>> people = new ArrayList<>();
    for (Integer id : ids) {
      people.add(new HashMap<>(Map.of("id", id.longValue(), "name", "n" + id)));
    }
    return people;
  }

  private static List<Object> inserted(List<Long> numbers, int at, List<Integer> more) {
    List<Object> all = new ArrayList<>(numbers);
    all.addAll(at, more.stream().map(Integer::longValue).toList());
    return all;
  }

  private static String insertedAt(String base, int codePoints, String inserted) {
    int length = base.codePointCount(0, base.length());
    int at = base.offsetByCodePoints(0, Math.min(codePoints, length));
    return base.substring(0, at) + inserted + base.substring(at);
  }

  /** A String that is put over a Text reads back as that Text, edited. */
  private static Object textAsString(Object value) {
    if (value instanceof Text text) {
      return text.value();
    }
    if (value instanceof Map<?, ?> map) {
      Map<Object, Object> strings = new HashMap<>();
      map.forEach((key, inner) -> strings.put(key, textAsString(inner)));
      return strings;
    }
    if (value instanceof List<?> list) {
      return list.stream().map(ConvergenceTest::textAsString).toList();
    }
    return value;
  }

  private Pair pair(Map<String, ?> base) {
    Pair pair = new Pair(create("0a"), create("0b"));
    pair.left.put(base).ifPresent(pair.right::apply);
    return pair;
  }

  private NativeDocument create(String actor) {
    return track(NativeDocument.create(new ActorId(actor)));
  }

  private NativeDocument track(NativeDocument document) {
    documents.add(document);
    return document;
  }

  private record Pair(NativeDocument left, NativeDocument right) {
    void exchange(Map<String, ?> fromLeft, Map<String, ?> fromRight) {
      byte[] leftChunk = left.put(fromLeft).orElse(new byte[0]);
      byte[] rightChunk = right.put(fromRight).orElse(new byte[0]);
      left.apply(rightChunk);
      right.apply(leftChunk);
    }

    Map<String, Object> agreed() {
      assertThat(left.value()).isEqualTo(right.value());
      assertThat(left.heads()).isEqualTo(right.heads());
      return left.value();
    }
  }
}
