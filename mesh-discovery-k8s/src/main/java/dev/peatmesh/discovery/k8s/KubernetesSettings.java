package dev.peatmesh.discovery.k8s;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What {@link KubernetesDiscovery} looks for, and how often. Immutable: {@link #defaults} and then
 * {@code with...} for what differs.
 *
 * @param namespace the namespace whose EndpointSlices are read; null: the one this pod lives in, or
 *     {@code default} outside a cluster
 * @param labelSelector which EndpointSlices, as {@code kubectl -l} takes it; default {@code
 *     app=peat-mesh}. A Service hands its labels to its slices
 * @param service the Service whose slices are read, besides the selector; null: of every Service
 * @param annotationPrefix annotations of slices that begin so become metadata, without the prefix;
 *     default {@code peat.}
 * @param relistInterval time between two lists, default 30 s, 1 s to 1 h. The watch brings changes
 *     at once; the list is the safety net under it
 * @param portName the name of the UDP port that QUIC listens on; default {@code iroh-quic}. Where
 *     no port has it, the only UDP port is taken
 * @param includeNotReady whether pods that are not ready are peers; default false
 * @param kubeconfig the file that says where the API is; null: the service account of the pod, else
 *     {@code KUBECONFIG}, else {@code ~/.kube/config}
 */
public record KubernetesSettings(
    @Nullable String namespace,
    String labelSelector,
    @Nullable String service,
    String annotationPrefix,
    Duration relistInterval,
    String portName,
    boolean includeNotReady,
    @Nullable Path kubeconfig) {
  /** The default of {@link #labelSelector}. */
  public static final String LABEL_SELECTOR = "app=peat-mesh";

  /** The default of {@link #annotationPrefix}. */
  public static final String ANNOTATION_PREFIX = "peat.";

  /** The default of {@link #portName}. */
  public static final String PORT_NAME = "iroh-quic";

  /** The default of {@link #relistInterval}. */
  public static final Duration RELIST_INTERVAL = Duration.ofSeconds(30);

  /** The shortest {@link #relistInterval}. */
  public static final Duration RELIST_INTERVAL_MIN = Duration.ofSeconds(1);

  /** The longest {@link #relistInterval}. */
  public static final Duration RELIST_INTERVAL_MAX = Duration.ofHours(1);

  private static final int SELECTOR_CHARS_MAX = 1024;

  /** RFC 1123 label: names of namespaces, Services and ports. */
  private static final Pattern LABEL = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");

  private static final Pattern SELECTOR = Pattern.compile("[A-Za-z0-9._/=!,() -]*");
  private static final Pattern PREFIX = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._/-]{0,253}");

  private static final KubernetesSettings DEFAULTS =
      new KubernetesSettings(
          null, LABEL_SELECTOR, null, ANNOTATION_PREFIX, RELIST_INTERVAL, PORT_NAME, false, null);

  /**
   * Checks all of them.
   *
   * @throws IllegalArgumentException lists every bad one
   */
  public KubernetesSettings {
    List<String> problems = new ArrayList<>();
    checkLabel(problems, "namespace", namespace);
    checkLabel(problems, "service", service);
    checkLabel(problems, "port-name", portName);
    if (labelSelector.length() > SELECTOR_CHARS_MAX || !SELECTOR.matcher(labelSelector).matches()) {
      problems.add(
          bad(
              "label-selector",
              labelSelector,
              "is none. Write it as for kubectl -l: app=peat-mesh"));
    }
    if (labelSelector.isBlank() && service == null) {
      problems.add(
          "label-selector(\"\"): would match the slices of every Service in the namespace. Set it,"
              + " or set service.");
    }
    if (!PREFIX.matcher(annotationPrefix).matches()) {
      problems.add(
          bad("annotation-prefix", annotationPrefix, "begins no annotation. Write it like peat."));
    }
    if (relistInterval.compareTo(RELIST_INTERVAL_MIN) < 0
        || relistInterval.compareTo(RELIST_INTERVAL_MAX) > 0) {
      problems.add(
          "relist-interval(%s): must be from %s to %s. The default is %s."
              .formatted(
                  relistInterval, RELIST_INTERVAL_MIN, RELIST_INTERVAL_MAX, RELIST_INTERVAL));
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException("discovery(\"k8s\"): " + String.join(" ", problems));
    }
  }

  /** Every default. */
  public static KubernetesSettings defaults() {
    return DEFAULTS;
  }

  /** The same but for the namespace. */
  public KubernetesSettings withNamespace(String namespace) {
    return new KubernetesSettings(
        namespace,
        labelSelector,
        service,
        annotationPrefix,
        relistInterval,
        portName,
        includeNotReady,
        kubeconfig);
  }

  /** The same but for the label selector. */
  public KubernetesSettings withLabelSelector(String labelSelector) {
    return new KubernetesSettings(
        namespace,
        labelSelector,
        service,
        annotationPrefix,
        relistInterval,
        portName,
        includeNotReady,
        kubeconfig);
  }

  /** The same but for the Service. */
  public KubernetesSettings withService(String service) {
    return new KubernetesSettings(
        namespace,
        labelSelector,
        service,
        annotationPrefix,
        relistInterval,
        portName,
        includeNotReady,
        kubeconfig);
  }

  /** The same but for the prefix of annotations. */
  public KubernetesSettings withAnnotationPrefix(String annotationPrefix) {
    return new KubernetesSettings(
        namespace,
        labelSelector,
        service,
        annotationPrefix,
        relistInterval,
        portName,
        includeNotReady,
        kubeconfig);
  }

  /** The same but for the time between two lists. */
  public KubernetesSettings withRelistInterval(Duration relistInterval) {
    return new KubernetesSettings(
        namespace,
        labelSelector,
        service,
        annotationPrefix,
        relistInterval,
        portName,
        includeNotReady,
        kubeconfig);
  }

  /** The same but for the name of the port. */
  public KubernetesSettings withPortName(String portName) {
    return new KubernetesSettings(
        namespace,
        labelSelector,
        service,
        annotationPrefix,
        relistInterval,
        portName,
        includeNotReady,
        kubeconfig);
  }

  /** The same but for whether pods that are not ready are peers. */
  public KubernetesSettings withIncludeNotReady(boolean includeNotReady) {
    return new KubernetesSettings(
        namespace,
        labelSelector,
        service,
        annotationPrefix,
        relistInterval,
        portName,
        includeNotReady,
        kubeconfig);
  }

  /** The same but for the kubeconfig. */
  public KubernetesSettings withKubeconfig(Path kubeconfig) {
    return new KubernetesSettings(
        namespace,
        labelSelector,
        service,
        annotationPrefix,
        relistInterval,
        portName,
        includeNotReady,
        kubeconfig);
  }

  private static void checkLabel(List<String> problems, String setting, @Nullable String value) {
    if (value != null && !LABEL.matcher(value).matches()) {
      problems.add(bad(setting, value, "is no name: 1 to 63 lower-case letters, digits or '-'"));
    }
  }

  private static String bad(String setting, String value, String problem) {
    String shown = value.length() > 80 ? value.substring(0, 80) + "..." : value;
    return "%s(\"%s\"): %s.".formatted(setting, shown.replaceAll("\\p{Cntrl}", " "), problem);
  }
}
