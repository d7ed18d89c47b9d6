package dev.peatmesh.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.peatmesh.runtime.MeshException;
import dev.peatmesh.sync.internal.crdt.NativeDocument;
import dev.peatmesh.sync.internal.crdt.RandomValues;
import dev.peatmesh.sync.internal.guard.ActorId;
import java.io.IOException;
import java.io.Reader;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DocumentJsonTest {
  @Test
  void everyKindOfValueHasItsForm() {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("null", null);
    document.put("bool", true);
    document.put("max", Long.MAX_VALUE);
    document.put("one", 1.0);
    document.put("tiny", Double.MIN_VALUE);
    document.put("zero", -0.0);
    document.put("nan", Double.NaN);
    document.put("uint", new Uint64(-1));
    document.put("bytes", Bytes.of((byte) 1, (byte) -1));
    document.put("at", Instant.ofEpochMilli(-905182979000L));
    document.put("hits", new Counter(-5));
    document.put("text", new Text("a\u0000\uD83D\uDE00"));
    document.put("list", List.of(1L, List.of(), Map.of()));
    document.put("looks like bytes", Map.of("$bytes", "AQ=="));
    document.put("looks escaped", Map.of("$map", Map.of("$x", 1L)));
    String json = DocumentJson.toJson(document);
    assertThat(json)
        .isEqualTo(
            "{\"null\":null,\"bool\":true,\"max\":9223372036854775807,\"one\":1.0,"
                + "\"tiny\":4.9E-324,\"zero\":-0.0,\"nan\":{\"$double\":\"NaN\"},"
                + "\"uint\":{\"$uint64\":\"18446744073709551615\"},"
                + "\"bytes\":{\"$bytes\":\"Af8=\"},"
                + "\"at\":{\"$timestamp\":\"1941-04-26T08:17:01Z\"},\"hits\":{\"$counter\":-5},"
                + "\"text\":{\"$text\":\"a\\u0000\uD83D\uDE00\"},\"list\":[1,[],{}],"
                + "\"looks like bytes\":{\"$map\":{\"$bytes\":\"AQ==\"}},"
                + "\"looks escaped\":{\"$map\":{\"$map\":{\"$map\":{\"$x\":1}}}}}");
    assertThat(DocumentJson.fromJson(json)).isEqualTo(document);
  }

  @Test
  void whateverIsWrittenReadsBackEqual() {
    Trials.run(
        3_000,
        random -> {
          Map<String, Object> document = document(random, 4);
          String json = DocumentJson.toJson(document);
          assertThat(DocumentJson.fromJson(json)).isEqualTo(document);
          assertThat(DocumentJson.toJson(DocumentJson.fromJson(json))).isEqualTo(json);
        });
  }

  @Test
  void aDocumentGoesThroughJsonAndTheCoreUnchanged() {
    Trials.run(
        100,
        random -> {
          try (NativeDocument one = NativeDocument.create(new ActorId("0a"));
              NativeDocument two = NativeDocument.create(new ActorId("0b"))) {
            one.put(new RandomValues(random).map(4));
            two.put(DocumentJson.fromJson(DocumentJson.toJson(one.value())));
            assertThat(two.value()).isEqualTo(one.value());
          }
        });
  }

  /** Random values under keys that look like tags. */
  private static Map<String, Object> document(Random random, int depth) {
    List<String> keys =
        List.of("$map", "$bytes", "$counter", "$text", "$", "a", "", "\u00fc\"\\\n", "$unknown");
    Map<String, Object> document = new HashMap<>();
    for (int size = random.nextInt(3); size >= 0; size--) {
      Object value =
          switch (random.nextInt(depth > 0 ? 5 : 3)) {
            case 0 -> "AQ==";
            case 1 -> random.nextLong() >> random.nextInt(64);
            case 2 -> new RandomValues(random).map(2);
            case 3 -> List.of(document(random, depth - 1), document(random, depth - 1));
            default -> document(random, depth - 1);
          };
      document.put(keys.get(random.nextInt(keys.size())), value);
    }
    return document;
  }

  @Test
  void plainJsonReadsAsPlainValues() {
    assertThat(
            DocumentJson.fromJson(
                " {\"a\": [1, 1.5, 1e3, -7, true, null, \"\\u00e4\\ud83d\\ude00\"],"
                    + " \"b\": {\"$x\": 1, \"y\": {\"$z\": 2, \"\": {}}}} "))
        .isEqualTo(
            Map.of(
                "a",
                Arrays.asList(1L, 1.5, 1000.0, -7L, true, null, "\u00e4\uD83D\uDE00"),
                "b",
                Map.of("$x", 1L, "y", Map.of("$z", 2L, "", Map.of()))));
  }

  @Test
  void aKeyLikeAnEscapeAmongOthersIsAKey() {
    assertThat(DocumentJson.fromJson("{\"a\": {\"$map\": {\"$counter\": 1}, \"b\": 1}}"))
        .isEqualTo(Map.of("a", Map.of("$map", new Counter(1), "b", 1L)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"a":{"b":[0,9223372036854775808]}} | a.b[1]: is an integer beyond 64 bits
          {"a":1e400}                         | a: is beyond the range of a double
          {"a":1e-400}                        | a: is nearer to 0 than a double can say
          {"a":{"b":1,"b":2}}                 | a: has the key "b" twice
          {"a":1,"a":1}                       | document: has the key "a" twice
          {"a":{"$new":1}}                    | a: an object whose one key begins with $ is reserved
          {"$bytes":"AQ=="}                   | document: is no map, but
          {"a":{"$bytes":"*"}}                | a: what stands behind $bytes is malformed
          {"a":{"$timestamp":"yesterday"}}    | a: what stands behind $timestamp is malformed
          {"a":{"$uint64":"-1"}}              | a: what stands behind $uint64 is malformed
          {"a":{"$uint64":"+1"}}              | a: what stands behind $uint64 is malformed
          {"a":{"$uint64":"18446744073709551616"}} | a: what stands behind $uint64 is malformed
          {"a":{"$uint64":1}}                 | $uint64 does not go with what it holds
          {"a":{"$counter":1.0}}              | $counter does not go with what it holds
          {"a":{"$double":"1.0"}}             | a: $double is for NaN
          {"a":{"$map":1}}                    | a: an object whose one key begins with $ is reserved
          {"a":"\\ud800"}                     | a: has half a surrogate pair
          {"\\udc00":1}                       | document: has half a surrogate pair
          {"a":1} {}                          | document: has something after its end
          []                                  | document: is no object
          {"a":01}                            | json at line 1, column
          {"a":NaN}                           | json at line 1, column
          {"a":1,}                            | json at line 1, column
          {'a':1}                             | json at line 1, column
          {"a":                               | json at line 1, column
          ``                                  | document: is no object
          """)
  void whatIsNoDocumentIsRefusedWithItsPlace(String json, String complaint) {
    assertThatExceptionOfType(MeshException.Refused.class)
        .isThrownBy(() -> DocumentJson.fromJson(json))
        .withMessageStartingWith("json")
        .withMessageContaining(complaint);
  }

  @ParameterizedTest
  @ValueSource(strings = {"[,]", "{\"a\":,}", "{\"$text\":\"x\",}"})
  void depthIsThatOfDocuments(String around) {
    String open = around.split(",")[0];
    String close = around.split(",")[1];
    boolean text = open.contains("text");
    int fits = DocumentJson.DEPTH_MAX - (text ? 1 : 0);
    String inner = text ? open + close : open + (open.equals("[") ? "" : "0") + close;
    String nested = "[".repeat(fits - (text ? 0 : 1)) + inner;
    String most = "{\"a\":" + nested + "]".repeat(fits - (text ? 0 : 1)) + "}";
    Map<String, Object> document = DocumentJson.fromJson(most);
    try (NativeDocument stored = NativeDocument.create(new ActorId("0a"))) {
      stored.put(document);
      assertThat(stored.value()).isEqualTo(document);
    }
    String more = most.replaceFirst("\\[", "[[").replaceFirst("\\]", "]]");
    assertThatExceptionOfType(MeshException.Refused.class)
        .isThrownBy(() -> DocumentJson.fromJson(more))
        .withMessageContaining("nested deeper");
    assertThatExceptionOfType(MeshException.Refused.class)
        .isThrownBy(() -> DocumentJson.fromJson("{\"a\":" + "[".repeat(100_000)));
  }

  @Test
  void moreCharactersThanTheLimitAreNotRead() {
    Endless endless = new Endless();
    assertThatExceptionOfType(MeshException.Refused.class)
        .isThrownBy(() -> DocumentJson.fromJson(endless));
    assertThat(endless.read).isLessThan(2L * DocumentJson.CHARACTERS_MAX);
  }

  @Test
  void aValueThatNoDocumentHoldsIsRefusedWithItsPath() {
    assertThatExceptionOfType(MeshException.Refused.class)
        .isThrownBy(() -> DocumentJson.toJson(Map.of("a", List.of(new StringBuilder()))))
        .withMessageStartingWith("json: a[0]: a java.lang.StringBuilder is no value");
    Map<String, Object> cycle = new HashMap<>();
    cycle.put("self", cycle);
    assertThatExceptionOfType(MeshException.Refused.class)
        .isThrownBy(() -> DocumentJson.toJson(cycle))
        .withMessageContaining("look for a cycle");
  }

  /** A string without end. */
  private static final class Endless extends Reader {
    private long read;

    @Override
    public int read(char[] buffer, int from, int length) {
      Arrays.fill(buffer, from, from + length, 'x');
      if (read == 0) {
        "{\"a\":\"".getChars(0, 6, buffer, from);
      }
      read += length;
      return length;
    }

    @Override
    public void close() throws IOException {
      throw new IOException("must not be closed");
    }
  }
}
