package dev.peatmesh.node.settings;

import dev.peatmesh.node.settings.Setting.Given;
import dev.peatmesh.sync.CompactionSettings;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** When space is given back: settings of flags and variables. One use, one thread. */
final class CompactionReader {
  private final CompactionFlags flags;
  private final Map<String, String> environment;
  private final List<String> problems;
  private CompactionSettings settings = CompactionSettings.DEFAULT;

  CompactionReader(CompactionFlags flags, Map<String, String> environment, List<String> problems) {
    this.flags = flags;
    this.environment = environment;
    this.problems = problems;
  }

  CompactionSettings read() {
    apply(
        Setting.COMPACTION,
        flags.enabled(),
        given -> settings = settings.withEnabled(truth(given)));
    apply(
        Setting.COMPACTION_INTERVAL,
        flags.intervalSecs(),
        given ->
            settings =
                checked(given, secs -> settings.withInterval(Duration.ofSeconds(number(given)))));
    apply(
        Setting.COMPACTION_THRESHOLD,
        flags.thresholdBytes(),
        given -> settings = checked(given, bytes -> settings.withThresholdBytes(number(given))));
    apply(
        Setting.COMPACTION_COLLECTIONS,
        flags.collections(),
        given -> settings = checked(given, names -> withCollections(names.text())));
    return settings;
  }

  private CompactionSettings withCollections(String names) {
    return settings.withCollections(
        Arrays.stream(names.split(",", -1)).map(String::strip).collect(Collectors.toSet()));
  }

  private void apply(Setting setting, @Nullable String flag, Consumer<Given> use) {
    setting
        .given(flag, environment)
        .ifPresent(
            given -> {
              try {
                use.accept(given);
              } catch (IllegalArgumentException bad) {
                problems.add(String.valueOf(bad.getMessage()));
              }
            });
  }

  private static CompactionSettings checked(
      Given given, Function<Given, CompactionSettings> changed) {
    try {
      return changed.apply(given);
    } catch (NotANumber bad) {
      throw bad;
    } catch (IllegalArgumentException bad) {
      throw new IllegalArgumentException(given.quoted() + ": " + bad.getMessage(), bad);
    }
  }

  private static boolean truth(Given given) {
    String text = given.text().strip().toLowerCase(Locale.ROOT);
    if (text.equals("true") || text.equals("1") || text.equals("yes") || text.equals("on")) {
      return true;
    }
    if (text.equals("false") || text.equals("0") || text.equals("no") || text.equals("off")) {
      return false;
    }
    throw new IllegalArgumentException(
        given.quoted() + ": is neither true nor false. Use one of them; the default is false.");
  }

  private static long number(Given given) {
    try {
      long number = Long.parseLong(given.text().strip());
      if (number >= 0 && number <= Integer.MAX_VALUE) {
        return number;
      }
    } catch (NumberFormatException notANumber) {
      // The same answer as for a number out of range.
    }
    throw new NotANumber(
        given.quoted() + ": is no whole number from 0 to " + Integer.MAX_VALUE + ". Use digits.");
  }

  private static final class NotANumber extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    NotANumber(String message) {
      super(message);
    }
  }
}
