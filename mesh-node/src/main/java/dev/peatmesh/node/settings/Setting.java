package dev.peatmesh.node.settings;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One setting: its flag, and the variables that stand in for it; the first that is set wins.
 *
 * @param flag as on the command line
 * @param variables of the environment
 */
record Setting(String flag, List<String> variables) {
  static final Setting NAME = new Setting("--name", "POD_NAME", "HOSTNAME");
  static final Setting FORMATION = new Setting("--formation", "PEAT_FORMATION_ID");
  static final Setting SECRET = new Setting("--secret-file", "PEAT_FORMATION_SECRET");
  static final Setting PEERS = new Setting("--peer", "PEAT_STATIC_PEERS");
  static final Setting DISCOVERY =
      new Setting("--discovery", "PEAT_DISCOVERY", "PEAT_NODE_DISCOVERY_MODE");
  static final Setting DISCOVERY_NAMESPACE =
      new Setting("--discovery-namespace", "PEAT_NODE_DISCOVERY_NAMESPACE");
  static final Setting DISCOVERY_LABEL_SELECTOR =
      new Setting("--discovery-label-selector", "PEAT_NODE_DISCOVERY_LABEL_SELECTOR");
  static final Setting DISCOVERY_ANNOTATION_PREFIX =
      new Setting("--discovery-annotation-prefix", "PEAT_NODE_DISCOVERY_ANNOTATION_PREFIX");
  static final Setting DISCOVERY_INTERVAL =
      new Setting("--discovery-interval", "PEAT_NODE_DISCOVERY_INTERVAL");
  static final Setting DISCOVERY_SETTINGS =
      new Setting("--discovery-setting", "PEAT_DISCOVERY_SETTINGS");
  static final Setting BIND_HOST = new Setting("--bind-host", "PEAT_BIND_HOST");
  static final Setting BIND_PORT =
      new Setting("--bind-port", "PEAT_IROH_BIND_PORT", "PEAT_BIND_PORT");
  static final Setting DATA_DIRECTORY = new Setting("--data-dir", "PEAT_DATA_DIR");

  static final Setting COMPACTION = new Setting("--compaction", "PEAT_COMPACTION_ENABLED");
  static final Setting COMPACTION_INTERVAL =
      new Setting("--compaction-interval-secs", "PEAT_COMPACTION_INTERVAL_SECS");
  static final Setting COMPACTION_THRESHOLD =
      new Setting("--compaction-threshold-bytes", "PEAT_COMPACTION_THRESHOLD_BYTES");
  static final Setting COMPACTION_COLLECTIONS =
      new Setting("--compaction-collections", "PEAT_COMPACTION_COLLECTIONS");

  /** All of them. */
  static final List<Setting> ALL =
      List.of(
          NAME,
          FORMATION,
          SECRET,
          PEERS,
          DISCOVERY,
          DISCOVERY_NAMESPACE,
          DISCOVERY_LABEL_SELECTOR,
          DISCOVERY_ANNOTATION_PREFIX,
          DISCOVERY_INTERVAL,
          DISCOVERY_SETTINGS,
          BIND_HOST,
          BIND_PORT,
          DATA_DIRECTORY,
          COMPACTION,
          COMPACTION_INTERVAL,
          COMPACTION_THRESHOLD,
          COMPACTION_COLLECTIONS);

  Setting {
    variables = List.copyOf(variables);
  }

  private Setting(String flag, String... variables) {
    this(flag, List.of(variables));
  }

  /** What was given: by flag, else by variable. An empty variable counts as unset. */
  Optional<Given> given(@Nullable String flagText, Map<String, String> environment) {
    return flagText != null ? Optional.of(new Given(flag, flagText)) : given(environment);
  }

  /** What was given by variable. */
  Optional<Given> given(Map<String, String> environment) {
    return variables.stream()
        .filter(variable -> !environment.getOrDefault(variable, "").isEmpty())
        .map(variable -> new Given(variable, environment.getOrDefault(variable, "")))
        .findFirst();
  }

  /**
   * A text and where it is from.
   *
   * @param source a flag or a variable
   */
  record Given(String source, String text) {
    /** For messages: {@code --bind-port(abc)}, of bounded length and on one line. */
    String quoted() {
      String shown = text.length() <= 80 ? text : text.substring(0, 80) + "...";
      return source + "(" + shown.replaceAll("\\p{Cntrl}", "?") + ")";
    }
  }
}
