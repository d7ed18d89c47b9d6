package dev.peatmesh.node.console;

import dev.peatmesh.sync.DocumentKey;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What one line of the console asks for. */
sealed interface ConsoleCommand {
  /** Every line there is, and what it does. */
  Map<String, String> HELP = help();

  /** Makes the document equal to the value. */
  record Put(DocumentKey key, Map<String, @Nullable Object> value) implements ConsoleCommand {}

  /** Changes what the patch names and leaves the rest: a JSON merge patch, RFC 7396. */
  record Patch(DocumentKey key, Map<String, @Nullable Object> patch) implements ConsoleCommand {}

  /** Adds to a counter at the top of the document. */
  record Increment(DocumentKey key, String field, long by) implements ConsoleCommand {}

  /** Asks for the document. */
  record Get(DocumentKey key) implements ConsoleCommand {}

  /** Deletes the document. */
  record Delete(DocumentKey key) implements ConsoleCommand {}

  /** Asks for the ids in a collection. */
  record ListIds(String collection) implements ConsoleCommand {}

  /** Asks for the peers. */
  record Peers() implements ConsoleCommand {}

  /** Asks how the node is. */
  record Health() implements ConsoleCommand {}

  /** Asks for the commands. */
  record Help() implements ConsoleCommand {}

  /** Leaves the mesh. */
  record Quit() implements ConsoleCommand {}

  /**
   * Reads one line.
   *
   * @throws IllegalArgumentException when it is no command; says what is
   */
  static ConsoleCommand parse(String line) {
    Words words = new Words(line);
    String verb = words.next("a command");
    return switch (verb) {
      case "put" -> new Put(words.key(), words.object());
      case "patch" -> new Patch(words.key(), words.object());
      case "increment" -> new Increment(words.key(), words.next("a field"), words.number());
      case "get" -> words.last(new Get(words.key()));
      case "delete" -> words.last(new Delete(words.key()));
      case "list" -> words.last(new ListIds(words.next("a collection")));
      case "peers" -> words.last(new Peers());
      case "health" -> words.last(new Health());
      case "help" -> words.last(new Help());
      case "quit" -> words.last(new Quit());
      default ->
          throw new IllegalArgumentException(
              "there is no such command. There are: " + String.join(", ", HELP.keySet()) + ".");
    };
  }

  private static Map<String, String> help() {
    Map<String, String> help = new LinkedHashMap<>();
    help.put("put", "put <collection> <id> <json>: make the document equal to it");
    help.put("patch", "patch <collection> <id> <json>: merge it in (RFC 7396); null removes");
    help.put("increment", "increment <collection> <id> <field> <n>: add to a counter");
    help.put("get", "get <collection> <id>");
    help.put("delete", "delete <collection> <id>");
    help.put("list", "list <collection>");
    help.put("peers", "peers: every peer, how it stands, and why");
    help.put("health", "health: how this node is, and why");
    help.put("help", "help: this; a name with spaces in it goes in double quotes");
    help.put("quit", "quit: leave the mesh and end");
    return help;
  }
}
