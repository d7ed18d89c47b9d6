package dev.peatmesh.discovery.dns;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Checks settings one by one and keeps every complaint, so that a user reads all of them. */
final class SettingChecks {
  /** A Kubernetes name that becomes a label (RFC 1123). */
  private static final Pattern LABEL = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");

  /** A Kubernetes port name (RFC 6335, section 5.1). */
  private static final Pattern PORT_NAME =
      Pattern.compile("(?=.*[a-z])(?!.*--)[a-z0-9]([a-z0-9-]{0,13}[a-z0-9])?");

  private static final String DOMAIN_LABEL = "[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?";

  private static final Pattern DOMAIN =
      Pattern.compile(DOMAIN_LABEL + "(\\." + DOMAIN_LABEL + ")*");

  private static final Pattern DURATION = Pattern.compile("([0-9]{1,6})(ms|s|m)");

  private static final int SHOWN_CHARS_MAX = 80;

  private final List<String> problems = new ArrayList<>();

  static boolean isLabel(String name) {
    return LABEL.matcher(name).matches();
  }

  static boolean isDomain(String name, int charsMax) {
    return name.length() <= charsMax && DOMAIN.matcher(name).matches();
  }

  void label(Setting setting, @Nullable String value) {
    if (value != null && !isLabel(value)) {
      bad(
          setting,
          quoted(value),
          "no Kubernetes name: up to 63 lower-case letters, digits and '-'");
    }
  }

  void portName(Setting setting, @Nullable String value) {
    if (value != null && !PORT_NAME.matcher(value).matches()) {
      bad(
          setting,
          quoted(value),
          "no port name: up to 15 lower-case letters, digits and '-', one of them a letter");
    }
  }

  void domain(Setting setting, @Nullable String value, int charsMax) {
    if (value != null && !isDomain(value, charsMax)) {
      bad(
          setting,
          quoted(value),
          "no domain name in lower case of at most " + charsMax + " characters");
    }
  }

  void between(Setting setting, Duration value, Duration min, Duration max) {
    if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
      bad(setting, text(value), "not from %s to %s".formatted(text(min), text(max)));
    }
  }

  void atMost(Setting setting, int count, int max) {
    if (count > max) {
      bad(setting, count + " entries", "more than the " + max + " that are allowed");
    }
  }

  /** What each entry stands for; those that stand for nothing are complained about. */
  <T> List<T> each(Setting setting, List<String> entries, Function<String, List<T>> reading) {
    List<T> all = new ArrayList<>();
    for (String entry : entries) {
      String text = entry.strip();
      try {
        all.addAll(reading.apply(text));
      } catch (IllegalArgumentException e) {
        problems.add(
            "discovery(\"dns\") %s(%s): %s".formatted(setting.key(), quoted(text), e.getMessage()));
      }
    }
    return all;
  }

  /** Reads {@code 500ms}, {@code 5s} or {@code 2m}. */
  Duration duration(Setting setting, String text, Duration otherwise) {
    Matcher matcher = DURATION.matcher(text.strip());
    if (!matcher.matches()) {
      bad(setting, quoted(text), "no duration such as 500ms, 5s or 2m");
      return otherwise;
    }
    long amount = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "ms" -> Duration.ofMillis(amount);
      case "s" -> Duration.ofSeconds(amount);
      default -> Duration.ofMinutes(amount);
    };
  }

  void bad(Setting setting, String value, String isWhat) {
    problems.add(
        "discovery(\"dns\") %s(%s): is %s. docs/discovery/dns.md lists the settings."
            .formatted(setting.key(), value, isWhat));
  }

  /** Ends the checks; throws when there were complaints. */
  void done() {
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("\n", problems));
    }
  }

  static String text(Duration duration) {
    return duration.toMillis() % 1000 == 0
        ? duration.toSeconds() + "s"
        : duration.toMillis() + "ms";
  }

  static String quoted(String value) {
    String shown =
        value.length() > SHOWN_CHARS_MAX ? value.substring(0, SHOWN_CHARS_MAX) + "..." : value;
    return '"' + shown.replaceAll("\\p{Cntrl}", "?") + '"';
  }
}
