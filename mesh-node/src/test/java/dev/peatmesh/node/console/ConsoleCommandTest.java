package dev.peatmesh.node.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.peatmesh.node.console.ConsoleCommand.Get;
import dev.peatmesh.node.console.ConsoleCommand.Increment;
import dev.peatmesh.node.console.ConsoleCommand.Put;
import dev.peatmesh.sync.DocumentKey;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConsoleCommandTest {
  private static final DocumentKey SHOPPING = new DocumentKey("lists", "shopping");

  @Test
  void theRestOfALineIsJson() {
    assertThat(ConsoleCommand.parse("put lists  shopping {\"a b\": 1}"))
        .isEqualTo(new Put(SHOPPING, Map.of("a b", 1L)));
  }

  @Test
  void aWordInQuotesMayHoldSpacesAndEscapes() {
    assertThat(ConsoleCommand.parse("get \"my lists\" \"a\\\"b\\u00fc\""))
        .isEqualTo(new Get(new DocumentKey("my lists", "a\"b\u00fc")));
  }

  @Test
  void aNumberMayBeNegative() {
    assertThat(ConsoleCommand.parse("increment lists shopping visits -2"))
        .isEqualTo(new Increment(SHOPPING, "visits", -2));
  }

  @Test
  void everyCommandHasHelp() {
    assertThat(ConsoleCommand.HELP)
        .hasSize(ConsoleCommand.class.getPermittedSubclasses().length)
        .allSatisfy((verb, line) -> assertThat(line).startsWith(verb));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "fetch a b | there is no such command. There are: put, patch, increment, get, delete,"
            + " list, peers, health, help, quit.",
        "get | a collection is missing. Type help.",
        "get lists | an id is missing. Type help.",
        "get lists shopping now | there are too many words. Type help.",
        "quit now | there are too many words. Type help.",
        "put lists shopping | JSON: is missing. Write a value.",
        "put lists shopping 3 | JSON: is no object. A document is one, such as {\"milk\": 2}.",
        "increment lists shopping visits | a number is missing. Type help.",
        "increment lists shopping visits x | the last word is no whole number of 64 bits",
        "get \"lists | a closing quote is missing. Type help.",
        "get \"\" b | collection(\"\"): is empty. Give it at least one character.",
      })
  void saysWhatIsWrongWithALine(String line, String problem) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ConsoleCommand.parse(line))
        .withMessage(problem);
  }
}
