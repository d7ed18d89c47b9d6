package dev.peatmesh.discovery.k8s.internal;

import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What is looked at, for texts that name it. Immutable.
 *
 * @param namespace the namespace whose slices are read
 * @param labelSelector what the slices are chosen by, besides the Service
 * @param service the Service whose slices are read; empty for every one
 * @param portName the name of the port that QUIC listens on
 * @param port the UDP port of this node
 */
public record Target(
    String namespace, String labelSelector, String service, String portName, int port) {
  /** The label that the EndpointSlice controller puts on every slice of a Service. */
  public static final String SERVICE_LABEL = "kubernetes.io/service-name";

  /** The selector that the API is asked with. */
  public String selector() {
    String ofService = service.isEmpty() ? "" : SERVICE_LABEL + "=" + service;
    return Stream.of(labelSelector, ofService)
        .filter(part -> !part.isEmpty())
        .collect(Collectors.joining(","));
  }

  String quotedNamespace() {
    return '"' + namespace + '"';
  }
}
