package dev.peatmesh.node.settings;

import dev.peatmesh.discovery.DiscoverySettings;
import dev.peatmesh.discovery.StaticDiscovery;
import dev.peatmesh.node.settings.Setting.Given;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which strategies find peers, each with its settings. One use, one thread.
 *
 * <p>A setting without a strategy that takes it is a mistake when it stands on the command line. As
 * a variable it is a warning: charts set them all, whatever the mode is.
 */
final class DiscoveryReader {
  /** What other versions and kin call it. */
  private static final Map<String, String> SYNONYMS = Map.of("kubernetes", "k8s");

  /** Entries of the variable: a value may have commas of its own. */
  private static final Pattern SEPARATOR = Pattern.compile("[;\\n]");

  /** A setting with a flag of its own, which of the strategies take it, and under which key. */
  private record Named(Setting setting, @Nullable String flag, String key, Set<String> takers) {}

  private final DiscoveryFlags flags;
  private final Map<String, String> environment;
  private final List<String> problems;
  private final List<String> warnings;
  private final Map<String, DiscoverySettings> strategies = new LinkedHashMap<>();

  DiscoveryReader(
      DiscoveryFlags flags,
      Map<String, String> environment,
      List<String> problems,
      List<String> warnings) {
    this.flags = flags;
    this.environment = environment;
    this.problems = problems;
    this.warnings = warnings;
  }

  /**
   * By name, in their order; {@code none} adds nothing, and {@code static} is there whenever there
   * are static peers.
   */
  Map<String, DiscoverySettings> read(Machine machine) {
    Optional<Given> given = Setting.DISCOVERY.given(flags.names(), environment);
    given.map(this::names).orElse(List.of()).stream()
        .filter(name -> !Set.of("none", StaticDiscovery.NAME).contains(name))
        .forEach(name -> strategies.put(name, DiscoverySettings.none()));
    named().forEach(this::add);
    listed();
    strategies.forEach(
        (name, settings) ->
            machine
                .refusesDiscovery(name, settings)
                .ifPresent(problem -> problems.add(given.get().source() + ": " + problem)));
    return strategies;
  }

  private List<String> names(Given given) {
    List<String> names =
        Stream.of(given.text().split(",", -1))
            .map(String::strip)
            .map(name -> SYNONYMS.getOrDefault(name, name))
            .distinct()
            .toList();
    if (names.contains("")) {
      problems.add(
          given.quoted() + ": has an empty name. Use none, or names with a comma between them.");
      return List.of();
    }
    if (names.contains("none") && names.size() > 1) {
      problems.add(given.quoted() + ": none excludes every other. Use none, or the others.");
      return List.of();
    }
    return names;
  }

  private List<Named> named() {
    Set<String> cluster = Set.of("k8s");
    return List.of(
        new Named(
            Setting.DISCOVERY_NAMESPACE, flags.namespace(), "namespace", Set.of("k8s", "dns")),
        new Named(
            Setting.DISCOVERY_LABEL_SELECTOR, flags.labelSelector(), "label-selector", cluster),
        new Named(
            Setting.DISCOVERY_ANNOTATION_PREFIX,
            flags.annotationPrefix(),
            "annotation-prefix",
            cluster),
        new Named(Setting.DISCOVERY_INTERVAL, flags.interval(), "relist-interval", cluster));
  }

  private void add(Named named) {
    Optional<Given> given = named.setting().given(named.flag(), environment);
    if (given.isEmpty()) {
      return;
    }
    List<String> takers = strategies.keySet().stream().filter(named.takers()::contains).toList();
    if (takers.isEmpty()) {
      withoutEffect(
          given.get(), "is for --discovery " + String.join(" or ", sorted(named.takers())));
    }
    takers.forEach(name -> put(given.get(), name, named.key(), given.get().text()));
  }

  /** {@code dns.service=peat-mesh}: one for each flag, or the list of the variable. */
  private void listed() {
    if (!flags.settings().isEmpty()) {
      flags.settings().forEach(entry -> add(new Given(Setting.DISCOVERY_SETTINGS.flag(), entry)));
      return;
    }
    Setting.DISCOVERY_SETTINGS
        .given(environment)
        .ifPresent(
            given ->
                SEPARATOR
                    .splitAsStream(given.text())
                    .map(String::strip)
                    .filter(entry -> !entry.isEmpty())
                    .forEach(entry -> add(new Given(given.source(), entry))));
  }

  private void add(Given entry) {
    String text = entry.text();
    int equals = text.indexOf('=');
    int dot = text.indexOf('.');
    if (dot < 1 || equals < dot + 2) {
      problems.add(
          entry.source()
              + ": an entry has no strategy, no key or no value. Write strategy.key=value, such as"
              + " dns.service=peat-mesh.");
      return;
    }
    String written = text.substring(0, dot).strip();
    String name = SYNONYMS.getOrDefault(written, written);
    Given shown = new Given(entry.source(), text.substring(0, equals));
    if (name.equals(StaticDiscovery.NAME)) {
      problems.add(shown.quoted() + ": static peers are named by --peer.");
    } else if (strategies.containsKey(name)) {
      put(shown, name, text.substring(dot + 1, equals).strip(), text.substring(equals + 1));
    } else {
      withoutEffect(shown, "is for --discovery " + name);
    }
  }

  private void put(Given given, String name, String key, String value) {
    DiscoverySettings before = strategies.getOrDefault(name, DiscoverySettings.none());
    if (before.value(key).isPresent()) {
      problems.add(given.source() + ": " + name + "." + key + " is given twice. Give it once.");
    }
    strategies.put(name, before.with(key, value.strip()));
  }

  private void withoutEffect(Given given, String why) {
    boolean flag = given.source().startsWith("--");
    String chosen =
        strategies.isEmpty()
            ? "none is chosen"
            : "chosen: " + String.join(",", strategies.keySet());
    if (flag) {
      problems.add(given.quoted() + ": " + why + "; " + chosen + ". Add it, or leave this out.");
    } else {
      warnings.add(given.source() + " has no effect: it " + why + "; " + chosen);
    }
  }

  private static List<String> sorted(Set<String> names) {
    return names.stream().sorted().toList();
  }
}
