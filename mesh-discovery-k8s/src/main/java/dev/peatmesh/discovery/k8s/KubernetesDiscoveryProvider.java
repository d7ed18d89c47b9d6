package dev.peatmesh.discovery.k8s;

import dev.peatmesh.discovery.DiscoveryProvider;
import dev.peatmesh.discovery.DiscoverySettings;
import dev.peatmesh.discovery.DiscoveryStrategy;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Makes {@link KubernetesDiscovery} of the settings {@code namespace}, {@code label-selector},
 * {@code service}, {@code annotation-prefix}, {@code relist-interval}, {@code port-name}, {@code
 * include-not-ready} and {@code kubeconfig}: the components of {@link KubernetesSettings}, which
 * has their defaults. Stateless.
 */
public final class KubernetesDiscoveryProvider implements DiscoveryProvider {
  static final String NAMESPACE = "namespace";
  static final String LABEL_SELECTOR = "label-selector";
  static final String SERVICE = "service";
  static final String ANNOTATION_PREFIX = "annotation-prefix";
  static final String RELIST_INTERVAL = "relist-interval";
  static final String PORT_NAME = "port-name";
  static final String INCLUDE_NOT_READY = "include-not-ready";
  static final String KUBECONFIG = "kubeconfig";

  static final Set<String> KEYS =
      Set.of(
          NAMESPACE,
          LABEL_SELECTOR,
          SERVICE,
          ANNOTATION_PREFIX,
          RELIST_INTERVAL,
          PORT_NAME,
          INCLUDE_NOT_READY,
          KUBECONFIG);

  private static final Pattern TIME = Pattern.compile("([0-9]{1,9})(ms|s|m|h)?");

  @Override
  public String name() {
    return KubernetesDiscovery.NAME;
  }

  @Override
  public DiscoveryStrategy create(DiscoverySettings settings) {
    settings.requireKnown(name(), KEYS);
    return KubernetesDiscovery.of(read(settings));
  }

  /** The settings that these texts mean. */
  static KubernetesSettings read(DiscoverySettings settings) {
    List<String> problems = new ArrayList<>();
    KubernetesSettings defaults = KubernetesSettings.defaults();
    Duration interval =
        settings
            .value(RELIST_INTERVAL)
            .map(text -> time(text, problems))
            .orElse(defaults.relistInterval());
    boolean includeNotReady =
        settings
            .value(INCLUDE_NOT_READY)
            .map(text -> truth(text, problems))
            .orElse(defaults.includeNotReady());
    Path kubeconfig = settings.value(KUBECONFIG).map(text -> path(text, problems)).orElse(null);
    KubernetesSettings read = null;
    try {
      read =
          new KubernetesSettings(
              settings.value(NAMESPACE).orElse(null),
              settings.value(LABEL_SELECTOR).orElse(defaults.labelSelector()),
              settings.value(SERVICE).orElse(null),
              settings.value(ANNOTATION_PREFIX).orElse(defaults.annotationPrefix()),
              interval,
              settings.value(PORT_NAME).orElse(defaults.portName()),
              includeNotReady,
              kubeconfig);
    } catch (IllegalArgumentException e) {
      problems.add(String.valueOf(e.getMessage()));
    }
    if (read == null || !problems.isEmpty()) {
      throw new IllegalArgumentException(String.join(" ", problems));
    }
    return read;
  }

  /** {@code 30}, {@code 30s}, {@code 500ms}, {@code 2m}, {@code 1h} or {@code PT30S}. */
  private static @Nullable Duration time(String text, List<String> problems) {
    Matcher matcher = TIME.matcher(text);
    if (matcher.matches()) {
      long count = Long.parseLong(matcher.group(1));
      String unit = matcher.group(2) == null ? "s" : matcher.group(2);
      return switch (unit) {
        case "ms" -> Duration.ofMillis(count);
        case "m" -> Duration.ofMinutes(count);
        case "h" -> Duration.ofHours(count);
        default -> Duration.ofSeconds(count);
      };
    }
    try {
      return Duration.parse(text);
    } catch (DateTimeException noTime) {
      problems.add(bad(RELIST_INTERVAL, text, "is no time. Write it like 30s, 2m or PT30S."));
      return null;
    }
  }

  private static @Nullable Boolean truth(String text, List<String> problems) {
    if (text.equals("true") || text.equals("false")) {
      return Boolean.valueOf(text);
    }
    problems.add(bad(INCLUDE_NOT_READY, text, "is neither true nor false."));
    return null;
  }

  private static @Nullable Path path(String text, List<String> problems) {
    try {
      return Path.of(text);
    } catch (InvalidPathException noPath) {
      problems.add(bad(KUBECONFIG, text, "is no path."));
      return null;
    }
  }

  private static String bad(String key, String value, String problem) {
    String shown = value.length() > 80 ? value.substring(0, 80) + "..." : value;
    return "discovery(\"k8s\"): %s(\"%s\"): %s"
        .formatted(key, shown.replaceAll("\\p{Cntrl}", " "), problem);
  }
}
