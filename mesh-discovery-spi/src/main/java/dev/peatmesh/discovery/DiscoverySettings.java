package dev.peatmesh.discovery;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The settings of one strategy, as texts by key. Immutable. A blank value counts as absent, as an
 * empty environment variable does.
 */
public record DiscoverySettings(Map<String, String> values) {
  private static final DiscoverySettings NONE = new DiscoverySettings(Map.of());

  public DiscoverySettings {
    TreeMap<String, String> kept = new TreeMap<>(values);
    kept.values().removeIf(String::isBlank);
    values = Collections.unmodifiableMap(kept);
  }

  /** No settings: every default. */
  public static DiscoverySettings none() {
    return NONE;
  }

  /** One setting. */
  public static DiscoverySettings of(String key, String value) {
    return new DiscoverySettings(Map.of(key, value));
  }

  /** The same and one setting more, or another value for it. */
  public DiscoverySettings with(String key, String value) {
    Map<String, String> more = new TreeMap<>(values);
    more.put(key, value);
    return new DiscoverySettings(more);
  }

  /** The value of a setting, if it is set. */
  public Optional<String> value(String key) {
    return Optional.ofNullable(values.get(key));
  }

  /**
   * Refuses settings that the provider does not know: a mistyped key would be a default in
   * disguise.
   */
  public void requireKnown(String provider, Set<String> known) {
    Set<String> unknown = new TreeSet<>(values.keySet());
    unknown.removeAll(known);
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException(
          "discovery(\"%s\"): has no setting %s. Known: %s. Check the spelling."
              .formatted(provider, unknown, new TreeSet<>(known)));
    }
  }

  /** The keys alone: a value may be a secret. */
  @Override
  public String toString() {
    return "DiscoverySettings" + values.keySet();
  }
}
