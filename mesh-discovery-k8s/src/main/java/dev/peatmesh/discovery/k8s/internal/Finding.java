package dev.peatmesh.discovery.k8s.internal;

import java.util.List;

/** Why peers are missing although the API answers. Values; {@link FindingTexts} words them. */
public sealed interface Finding {
  /** No slice has the labels asked for. */
  record NothingMatched() implements Finding {}

  /** There are slices without any endpoint: the Service selects no pod, not even this one. */
  record NoEndpoints(String service) implements Finding {}

  /**
   * Slices have endpoints, and none has a port for QUIC.
   *
   * @param service empty when the slices do not say
   * @param seen the ports that they have, for people
   * @param namedButNotUdp whether one bears the name, with another protocol than UDP
   */
  record NoPort(String service, List<String> seen, boolean namedButNotUdp) implements Finding {}

  /** Other pods are there, and none is ready. */
  record NoneReady(String service, int pods) implements Finding {}

  /** All slices are of the address type FQDN. */
  record OnlyFqdn(String service) implements Finding {}

  /** Endpoints that name no pod, so nothing says which node they are. */
  record WithoutPod(String service, int endpoints) implements Finding {}

  /** Pods without an address that could be dialled. */
  record WithoutAddress(int pods) implements Finding {}

  /** More than is kept; some peers are missing. */
  record TooMany(String what, long max) implements Finding {}

  /** Annotations that no peer can carry; the peers are there without them. */
  record AnnotationsSkipped(String slice, List<String> annotations) implements Finding {}
}
