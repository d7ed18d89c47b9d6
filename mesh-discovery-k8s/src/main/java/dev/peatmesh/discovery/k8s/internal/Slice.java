package dev.peatmesh.discovery.k8s.internal;

import dev.peatmesh.discovery.PeerAddress;
import dev.peatmesh.discovery.PeerInfo;
import io.kubernetes.client.openapi.models.V1Endpoint;
import io.kubernetes.client.openapi.models.V1EndpointSlice;
import io.kubernetes.client.openapi.models.V1ObjectMeta;
import io.kubernetes.client.openapi.models.V1ObjectReference;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of one EndpointSlice: checked, bounded, without nulls. A few hundred bytes per
 * endpoint, whatever the API sent.
 *
 * @param name unique within the namespace
 * @param service the Service it belongs to, by the label {@code kubernetes.io/service-name}; empty
 *     when it does not say
 * @param isFqdn whether its addresses are DNS names, a deprecated type that names no pods
 * @param metadata its annotations with the prefix, which is stripped; relay url included
 * @param skipped annotations with the prefix that no peer could carry, by key
 * @param endpointsLeftOut endpoints beyond the bound
 */
public record Slice(
    String name,
    String service,
    boolean isFqdn,
    List<Endpoint> endpoints,
    List<SlicePort> ports,
    Map<String, String> metadata,
    List<String> skipped,
    int endpointsLeftOut) {
  /** The most endpoints of one slice; the API allows no more either. */
  static final int ENDPOINTS_MAX = 1000;

  /** The key that is a field of its own in {@link PeerInfo}. */
  static final String RELAY_URL = "relay_url";

  private static final int PORTS_MAX = 100;
  private static final int NAME_CHARS_MAX = 253;
  private static final int SKIPPED_MAX = 16;

  /** Objects, references and short texts, on a 64-bit JVM. */
  private static final int ENDPOINT_BYTES = 256;

  private static final int HOST_BYTES = 64;
  private static final String SERVICE_LABEL = "kubernetes.io/service-name";

  /**
   * An endpoint of a slice.
   *
   * @param pod the name of its pod; empty when it names none that can be a node id
   * @param uid tells two pods apart that bore one name one after the other; empty when not said
   * @param hosts its addresses, those that can be dialled
   */
  record Endpoint(String pod, String uid, List<String> hosts, Conditions conditions) {}

  /** Reads what the API sent. Never fails: what does not fit is left out and counted. */
  public static Slice of(V1EndpointSlice slice, String annotationPrefix) {
    V1ObjectMeta meta = Objects.requireNonNullElseGet(slice.getMetadata(), V1ObjectMeta::new);
    List<@Nullable V1Endpoint> said = orEmpty(slice.getEndpoints());
    Map<String, String> metadata = new TreeMap<>();
    List<String> skipped = new ArrayList<>();
    annotations(meta, annotationPrefix, metadata, skipped);
    return new Slice(
        Plain.text(meta.getName(), NAME_CHARS_MAX),
        Plain.text(orEmpty(meta.getLabels()).get(SERVICE_LABEL), NAME_CHARS_MAX),
        "FQDN".equals(slice.getAddressType()),
        said.stream().filter(Objects::nonNull).limit(ENDPOINTS_MAX).map(Slice::endpoint).toList(),
        orEmpty(slice.getPorts()).stream()
            .filter(Objects::nonNull)
            .limit(PORTS_MAX)
            .map(SlicePort::of)
            .toList(),
        Collections.unmodifiableMap(metadata),
        List.copyOf(skipped),
        Math.max(0, said.size() - ENDPOINTS_MAX));
  }

  /** About how many bytes of memory it takes. */
  long weight() {
    long weight = ENDPOINT_BYTES;
    for (Endpoint endpoint : endpoints) {
      weight += ENDPOINT_BYTES + endpoint.pod.length() + endpoint.uid.length();
      weight += endpoint.hosts.stream().mapToLong(host -> HOST_BYTES + host.length()).sum();
    }
    for (Map.Entry<String, String> entry : metadata.entrySet()) {
      weight += ENDPOINT_BYTES + 2L * (entry.getKey().length() + entry.getValue().length());
    }
    return weight + (long) ports.size() * ENDPOINT_BYTES;
  }

  private static Endpoint endpoint(V1Endpoint endpoint) {
    V1ObjectReference target = endpoint.getTargetRef();
    boolean isPod = target != null && "Pod".equals(target.getKind());
    return new Endpoint(
        target != null && isPod ? nodeId(target.getName()) : "",
        target == null ? "" : Plain.text(target.getUid(), NAME_CHARS_MAX),
        orEmpty(endpoint.getAddresses()).stream()
            .filter(Slice::canBeDialled)
            .limit(PeerInfo.ADDRESSES_MAX)
            .toList(),
        Conditions.of(endpoint.getConditions()));
  }

  private static void annotations(
      V1ObjectMeta meta, String prefix, Map<String, String> metadata, List<String> skipped) {
    Map<String, @Nullable String> said = orEmpty(meta.getAnnotations());
    // In the order of their keys, so that a bound cuts the same ones every time.
    for (String annotation : new TreeSet<>(said.keySet())) {
      if (!annotation.startsWith(prefix)) {
        continue;
      }
      String key = annotation.substring(prefix.length());
      String value = said.get(annotation);
      if (value != null && metadata.size() < PeerInfo.METADATA_MAX && canBeCarried(key, value)) {
        metadata.put(key, value);
      } else if (skipped.size() < SKIPPED_MAX) {
        skipped.add(Plain.text(annotation, NAME_CHARS_MAX));
      }
    }
  }

  /** {@link PeerInfo} is asked itself, so that its rules stand in one place. */
  private static boolean canBeCarried(String key, String value) {
    boolean isRelay = key.equals(RELAY_URL);
    Map<String, String> entry = isRelay ? Map.of() : Map.of(key, value);
    try {
      PeerInfo carrier =
          new PeerInfo("carrier", List.of(), isRelay ? value : null, Instant.EPOCH, entry);
      return carrier.relayUrl() == null || !value.isBlank();
    } catch (IllegalArgumentException doesNotFit) {
      return false;
    }
  }

  private static boolean canBeDialled(@Nullable String host) {
    try {
      return host != null && new PeerAddress(host, 1).isLiteral();
    } catch (IllegalArgumentException noAddress) {
      return false;
    }
  }

  private static String nodeId(@Nullable String pod) {
    try {
      return pod == null ? "" : PeerInfo.checkNodeId(pod);
    } catch (IllegalArgumentException noNodeId) {
      return "";
    }
  }

  private static <T> List<T> orEmpty(@Nullable List<T> list) {
    return list == null ? List.of() : list;
  }

  private static <T> Map<String, T> orEmpty(@Nullable Map<String, T> map) {
    return map == null ? Map.of() : map;
  }
}
