package dev.peatmesh.node.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.peatmesh.sync.Bytes;
import dev.peatmesh.sync.Counter;
import dev.peatmesh.sync.Text;
import dev.peatmesh.sync.Uint64;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonTest {
  @Test
  void readsEveryKindOfValue() {
    Map<String, Object> expected = new LinkedHashMap<>();
    expected.put("null", null);
    expected.put("yes", true);
    expected.put("int", 9_223_372_036_854_775_807L);
    expected.put("fraction", -1.5);
    expected.put("exponent", 100.0);
    expected.put("text", "\u00fc\ud83d\ude00\n");
    expected.put("list", Arrays.asList(1L, null, List.of()));
    expected.put("map", Map.of());

    assertThat(
            Json.object(
                "{\"null\":null,\"yes\":true,\"int\":9223372036854775807,\"fraction\":-1.5,"
                    + "\"exponent\":1e2,\"text\":\"\u00fc\\ud83d\\ude00\\n\","
                    + "\"list\":[1,null,[]],\"map\":{}}"))
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | JSON: is missing. Write a value.",
        "[1] | JSON: is no object. A document is one, such as {\"milk\": 2}.",
        "{\"a\":1} {} | JSON: cannot be read: something follows the value; one value is enough,"
            + " at character 9",
        "{\"a\":1,\"a\":2} | JSON: cannot be read: Duplicate field 'a', at character 11",
        "{\"a\":9223372036854775808} | JSON: cannot be read: the integer is beyond 64 bits; write"
            + " it as a string, at character 6",
        "{\"a\":1e999} | JSON: cannot be read: the number is beyond the range of a double; write"
            + " it as a string, at character 6",
      })
  void refusesWhatCannotBeKeptAsItIs(String text, String problem) {
    assertThatIllegalArgumentException().isThrownBy(() -> Json.object(text)).withMessage(problem);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"{", "{\"a\"", "{'a':1}", "nil", "{\"a\":NaN}", "{\"a\":01}", "\"\\ud83"})
  void refusesWhatIsNoJson(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Json.object(text))
        .withMessageStartingWith("JSON: cannot be read: ");
  }

  @Test
  void nestingEndsAtTheLimit() {
    String deepest = "{\"a\":".repeat(Json.DEPTH_MAX) + "1" + "}".repeat(Json.DEPTH_MAX);

    assertThat(Json.object(deepest)).containsOnlyKeys("a");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Json.object("{\"a\":" + deepest + "}"))
        .withMessageStartingWith("JSON: is too large: at most 100 levels");
  }

  @Test
  void writesWhatDocumentsHold() {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("null", null);
    document.put("counter", new Counter(3));
    document.put("text", new Text("a\"b"));
    document.put("bytes", Bytes.of((byte) 1, (byte) 2));
    document.put("uint", Uint64.parse("18446744073709551615"));
    document.put("when", Instant.EPOCH);
    document.put("fraction", 0.5);
    document.put("nothing", Double.NaN);
    document.put("list", List.of(1L, Map.of("k", "v")));

    assertThat(Json.write(document))
        .isEqualTo(
            "{\"null\":null,\"counter\":3,\"text\":\"a\\\"b\",\"bytes\":\"AQI=\","
                + "\"uint\":18446744073709551615,\"when\":\"1970-01-01T00:00:00Z\","
                + "\"fraction\":0.5,\"nothing\":\"NaN\",\"list\":[1,{\"k\":\"v\"}]}");
  }

  @Test
  void whatItWritesIsOneLine() {
    assertThat(Json.write(Map.of("a", "1\n2\r3"))).isEqualTo("{\"a\":\"1\\n2\\r3\"}");
  }
}
