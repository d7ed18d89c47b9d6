package dev.peatmesh;

import dev.peatmesh.discovery.DiscoveryProviders;
import dev.peatmesh.discovery.DiscoverySettings;
import dev.peatmesh.discovery.DiscoveryStrategy;
import dev.peatmesh.discovery.HybridDiscovery;
import dev.peatmesh.discovery.HybridSettings;
import dev.peatmesh.discovery.StaticDiscovery;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** How peers are to be found, as a builder collects it. Nothing is checked before the end. */
final class DiscoveryChoice {
  private static final String STATIC_PEERS = "peers";

  private final Map<String, DiscoverySettings> named = new LinkedHashMap<>();
  private final Set<String> namedTwice = new LinkedHashSet<>();
  private final List<DiscoveryStrategy> made = new ArrayList<>();
  private String staticPeers = "";
  private Duration grace = HybridSettings.DEFAULT.grace();

  void add(String name) {
    named.putIfAbsent(name, DiscoverySettings.none());
  }

  void add(String name, DiscoverySettings settings) {
    DiscoverySettings before = named.put(name, settings);
    if (before != null && !before.values().isEmpty()) {
      namedTwice.add(name);
    }
  }

  void add(DiscoveryStrategy strategy) {
    made.add(strategy);
  }

  void staticPeers(String peers) {
    staticPeers = peers;
  }

  void grace(Duration value) {
    grace = value;
  }

  /** All of it as one; null when there are problems. */
  @Nullable HybridDiscovery united(List<String> problems) {
    int before = problems.size();
    List<DiscoveryStrategy> strategies = strategies(problems);
    HybridSettings settings = settings(problems);
    if (problems.size() > before || settings == null) {
      return null;
    }
    try {
      return HybridDiscovery.of(settings, strategies);
    } catch (IllegalArgumentException bad) {
      problems.add(String.valueOf(bad.getMessage()));
      return null;
    }
  }

  private @Nullable HybridSettings settings(List<String> problems) {
    try {
      return HybridSettings.DEFAULT.withGrace(grace);
    } catch (IllegalArgumentException bad) {
      problems.add("discoveryGrace: " + bad.getMessage());
      return null;
    }
  }

  private List<DiscoveryStrategy> strategies(List<String> problems) {
    List<DiscoveryStrategy> strategies = new ArrayList<>();
    DiscoveryProviders providers = DiscoveryProviders.load();
    withStaticPeers(problems)
        .forEach(
            (name, settings) -> {
              try {
                strategies.add(providers.create(name, settings));
              } catch (IllegalArgumentException bad) {
                problems.add(String.valueOf(bad.getMessage()));
              }
            });
    strategies.addAll(made);
    for (String name : namedTwice) {
      problems.add("discovery(\"" + name + "\"): its settings are given twice. Give them once.");
    }
    Set<String> seen = new LinkedHashSet<>();
    for (DiscoveryStrategy strategy : strategies) {
      if (!seen.add(strategy.name())) {
        problems.add(
            "discovery(\""
                + strategy.name()
                + "\"): is given twice. Give every strategy once, under its own name.");
      }
    }
    return strategies;
  }

  private Map<String, DiscoverySettings> withStaticPeers(List<String> problems) {
    Map<String, DiscoverySettings> all = new LinkedHashMap<>(named);
    if (staticPeers.isBlank()) {
      return all;
    }
    DiscoverySettings settings = all.getOrDefault(StaticDiscovery.NAME, DiscoverySettings.none());
    if (settings.value(STATIC_PEERS).isPresent()) {
      problems.add(
          "staticPeers: the setting \"peers\" of discovery(\"static\") names peers too. Use one of"
              + " them.");
    }
    all.put(StaticDiscovery.NAME, settings.with(STATIC_PEERS, staticPeers));
    return all;
  }
}
