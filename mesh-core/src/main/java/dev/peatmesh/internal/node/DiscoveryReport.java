package dev.peatmesh.internal.node;

import dev.peatmesh.discovery.DiscoveryStatus;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * How each discovery strategy fares, in words for an operator. Immutable.
 *
 * @param statuses by the names of the strategies, in their order; empty without discovery
 */
public record DiscoveryReport(Map<String, DiscoveryStatus> statuses) {
  /** Of a node that looks for nobody. */
  public static final DiscoveryReport NONE = new DiscoveryReport(Map.of());

  public DiscoveryReport {
    statuses = Collections.unmodifiableMap(new LinkedHashMap<>(statuses));
  }

  /** Whether anybody looks for peers. */
  boolean looks() {
    return !statuses.isEmpty();
  }

  /** Each strategy that is degraded: what is wrong, and what to do. */
  List<String> problems() {
    return statuses.entrySet().stream()
        .filter(entry -> entry.getValue() instanceof DiscoveryStatus.Degraded)
        .map(entry -> problem(entry.getKey(), (DiscoveryStatus.Degraded) entry.getValue()))
        .toList();
  }

  /** Every strategy and how it fares, on one line. */
  String summary() {
    return statuses.entrySet().stream()
        .map(entry -> entry.getKey() + " (" + word(entry.getValue()) + ")")
        .collect(Collectors.joining(", "));
  }

  /** A remedy of several lines, such as a manifest to apply, begins on a line of its own. */
  private static String problem(String name, DiscoveryStatus.Degraded degraded) {
    String cause = sentence(degraded.cause());
    String remedy = degraded.remedy().strip();
    String between = remedy.indexOf('\n') >= 0 ? "\n" : " ";
    return "discovery(\"" + name + "\"): " + cause + between + remedy;
  }

  private static String sentence(String text) {
    String stripped = text.strip();
    return stripped.endsWith(".") ? stripped : stripped + ".";
  }

  private static String word(DiscoveryStatus status) {
    if (status instanceof DiscoveryStatus.Ok) {
      return "works";
    }
    if (status instanceof DiscoveryStatus.Degraded) {
      return "does not work, its own reason says why";
    }
    if (status instanceof DiscoveryStatus.Stopped) {
      return "is starting";
    }
    throw new AssertionError("unhandled " + status);
  }
}
