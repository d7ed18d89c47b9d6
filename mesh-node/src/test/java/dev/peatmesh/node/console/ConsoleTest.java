package dev.peatmesh.node.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peatmesh.node.json.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConsoleTest {
  private final FakeMesh mesh = new FakeMesh();

  @Test
  void answersEveryLineWithOneObject() throws IOException {
    assertThat(
            say(
                "put lists shopping {\"milk\": 2, \"eggs\": 6}",
                "put lists shopping {\"milk\": 2, \"eggs\": 6}",
                "patch lists shopping {\"milk\": null, \"bread\": {\"rye\": 1}}",
                "increment lists shopping visits 3",
                "get lists shopping",
                "list lists",
                "delete lists shopping",
                "get lists shopping",
                "list lists"))
        .containsExactly(
            "{\"written\":\"lists/shopping\",\"changed\":true}",
            "{\"written\":\"lists/shopping\",\"changed\":false}",
            "{\"written\":\"lists/shopping\",\"changed\":true}",
            "{\"written\":\"lists/shopping\",\"changed\":true}",
            "{\"document\":{\"bread\":{\"rye\":1},\"eggs\":6,\"visits\":3}}",
            "{\"ids\":[\"shopping\"]}",
            "{\"written\":\"lists/shopping\",\"changed\":true}",
            "{\"document\":null}",
            "{\"ids\":[]}");
  }

  @Test
  void showsPeersWithWhatWentWrong() throws IOException {
    assertThat(say("peers"))
        .containsExactly(
            "{\"peers\":[{\"name\":\"attic\",\"state\":\"BACKING_OFF\",\"synchronised\":false,"
                + "\"since\":\"1970-01-01T00:00:00Z\",\"device_id\":null,\"endpoint_id\":\""
                + "ab".repeat(32)
                + "\",\"sources\":[\"static\"],\"addresses\":[\"127.0.0.1:7001\"],"
                + "\"last_error\":{\"reason\":\"WRONG_SECRET\",\"said_by\":\"peer\","
                + "\"explanation\":\"the other side does not hold our formation secret; set the"
                + " same secret\",\"detail\":\"proof\",\"when\":\"1970-01-01T00:00:01Z\"},"
                + "\"next_dial_at\":\"1970-01-01T00:00:02Z\"}]}");
  }

  @Test
  void showsHealth() throws IOException {
    assertThat(say("health")).containsExactly("{\"health\":\"ISOLATED\",\"reasons\":[\"alone\"]}");
  }

  @Test
  void endsWithQuit() throws IOException {
    assertThat(say("quit", "list lists")).containsExactly("{\"quit\":true}");
  }

  @Test
  void helpListsEveryCommand() throws IOException {
    assertThat(say("help"))
        .singleElement()
        .satisfies(
            line ->
                assertThat(Json.object(line).get("help"))
                    .isEqualTo(List.copyOf(ConsoleCommand.HELP.values())));
  }

  @Test
  void noLineEndsTheConsole() throws IOException {
    mesh.failing = true;

    assertThat(
            say(
                "",
                "   ",
                "nonsense",
                "put lists shopping {",
                "get lists " + "x".repeat(2 * LineReader.LENGTH_MAX),
                "health",
                "list lists"))
        .hasSize(5)
        .allSatisfy(line -> assertThat(Json.object(line)).containsOnlyKeys("error"))
        .last()
        .isEqualTo("{\"error\":\"java.lang.IllegalStateException: broken\"}");
  }

  @Test
  void aPatchLeavesAloneWhatItDoesNotName() throws IOException {
    List<String> answers =
        say(
            "put c d {\"keep\": {\"a\": 1, \"b\": 2}, \"plain\": 1}",
            "patch c d {\"keep\": {\"b\": null, \"c\": 3}, \"plain\": {\"x\": {}}}",
            "get c d");

    assertThat(Json.object(answers.get(2)).get("document"))
        .isEqualTo(Map.of("keep", Map.of("a", 1L, "c", 3L), "plain", Map.of("x", Map.of())));
  }

  private List<String> say(String... lines) throws IOException {
    StringWriter out = new StringWriter();
    new Console(
            mesh, new StringReader(String.join("\r\n", lines) + "\n"), new PrintWriter(out, true))
        .run();
    return out.toString().lines().toList();
  }
}
