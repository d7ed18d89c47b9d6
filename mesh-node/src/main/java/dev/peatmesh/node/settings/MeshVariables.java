package dev.peatmesh.node.settings;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The variables that begin with PEAT_: which of them do nothing, and which must not. */
final class MeshVariables {
  private static final String CERTIFICATES = "PEAT_REQUIRE_CERTIFICATES";

  /** Set by charts of other PeatMesh versions and kin; this version has nothing behind them. */
  private static final Set<String> WITHOUT_EFFECT =
      Set.of(
          CERTIFICATES,
          "PEAT_AUTHORITY_KEY",
          "PEAT_BROKER_PORT",
          "PEAT_ENROLLMENT_TOKENS",
          "PEAT_IROH_RELAY_URLS",
          "PEAT_TTL_PRESET");

  private static final Set<String> USED =
      Setting.ALL.stream()
          .flatMap(setting -> setting.variables().stream())
          .collect(Collectors.toUnmodifiableSet());

  private MeshVariables() {}

  /** A wish for more safety than there is must not be passed over. */
  static List<String> problems(Map<String, String> environment) {
    String value = environment.getOrDefault(CERTIFICATES, "").strip().toLowerCase(Locale.ROOT);
    return Set.of("", "false", "0", "no", "off").contains(value)
        ? List.of()
        : List.of(
            CERTIFICATES
                + ": this version knows no certificates and would admit every holder of the"
                + " formation secret. Unset it, or use a version that has them.");
  }

  static List<String> warnings(Map<String, String> environment) {
    List<String> set =
        environment.keySet().stream()
            .filter(name -> name.startsWith("PEAT_"))
            .filter(name -> !environment.getOrDefault(name, "").isEmpty())
            .filter(name -> !USED.contains(name))
            .sorted()
            .toList();
    List<String> idle = set.stream().filter(WITHOUT_EFFECT::contains).toList();
    List<String> unknown = set.stream().filter(name -> !WITHOUT_EFFECT.contains(name)).toList();
    List<String> warnings = new ArrayList<>();
    if (!idle.isEmpty()) {
      warnings.add("without effect in this version: " + String.join(", ", idle));
    }
    if (!unknown.isEmpty()) {
      warnings.add("unknown variables, ignored: " + String.join(", ", unknown));
    }
    return warnings;
  }
}
