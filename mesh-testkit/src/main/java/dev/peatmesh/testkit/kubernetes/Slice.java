package dev.peatmesh.testkit.kubernetes;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.peatmesh.testkit.kubernetes.internal.Json;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One EndpointSlice to be, in the terms of discovery. Immutable: every method gives another one. In
 * namespace {@code default} and of IPv4 unless it says otherwise.
 *
 * <p>What it cannot say, {@link FakeKubernetesApi#put(String)} takes as JSON.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/services-networking/endpoint-slices/">
 *     EndpointSlices</a>
 */
public final class Slice {
  private record Port(@Nullable String name, String protocol, @Nullable Integer number) {}

  private final String namespace;
  private final String name;
  private final String addressType;
  private final Map<String, String> labels;
  private final Map<String, String> annotations;
  private final List<Port> ports;
  private final List<SliceEndpoint> endpoints;

  private Slice(
      String namespace,
      String name,
      String addressType,
      Map<String, String> labels,
      Map<String, String> annotations,
      List<Port> ports,
      List<SliceEndpoint> endpoints) {
    this.namespace = namespace;
    this.name = name;
    this.addressType = addressType;
    this.labels = Collections.unmodifiableMap(new TreeMap<>(labels));
    this.annotations = Collections.unmodifiableMap(new TreeMap<>(annotations));
    this.ports = List.copyOf(ports);
    this.endpoints = List.copyOf(endpoints);
  }

  /** An empty one of this name. */
  public static Slice named(String name) {
    return new Slice("default", name, "IPv4", Map.of(), Map.of(), List.of(), List.of());
  }

  /** In another namespace. */
  public Slice namespace(String other) {
    return new Slice(other, name, addressType, labels, annotations, ports, endpoints);
  }

  /** Of a Service: the label {@code kubernetes.io/service-name}. */
  public Slice service(String service) {
    return label("kubernetes.io/service-name", service);
  }

  /** With a label more, or another value of it. */
  public Slice label(String key, String value) {
    return new Slice(
        namespace, name, addressType, with(labels, key, value), annotations, ports, endpoints);
  }

  /** With an annotation more, or another value of it. */
  public Slice annotation(String key, String value) {
    return new Slice(
        namespace, name, addressType, labels, with(annotations, key, value), ports, endpoints);
  }

  /** Of IPv4 addresses. */
  public Slice ipv4() {
    return type("IPv4");
  }

  /** Of IPv6 addresses. */
  public Slice ipv6() {
    return type("IPv6");
  }

  /** Of host names. */
  public Slice fqdn() {
    return type("FQDN");
  }

  /** With a port more. */
  public Slice port(String portName, String protocol, int number) {
    return port(new Port(portName, protocol, number));
  }

  /** With a port more that has no name. */
  public Slice unnamedPort(String protocol, int number) {
    return port(new Port(null, protocol, number));
  }

  /** With a port more that has no number: consumers must not take it for 0. */
  public Slice unnumberedPort(String portName, String protocol) {
    return port(new Port(portName, protocol, null));
  }

  /** With a ready endpoint more: an address, and the pod behind it. */
  public Slice endpoint(String address, String pod) {
    return endpoint(SliceEndpoint.at(address).pod(pod).ready(true));
  }

  /** With an endpoint more. */
  public Slice endpoint(SliceEndpoint endpoint) {
    List<SliceEndpoint> more = new ArrayList<>(endpoints);
    more.add(endpoint);
    return endpoints(more);
  }

  /** The last endpoint is ready or not. */
  public Slice ready(boolean ready) {
    return last(last().ready(ready));
  }

  /** The last endpoint serves or does not. */
  public Slice serving(boolean serving) {
    return last(last().serving(serving));
  }

  /** The last endpoint is about to end or not. */
  public Slice terminating(boolean terminating) {
    return last(last().terminating(terminating));
  }

  /** With these endpoints and no others. */
  public Slice endpoints(List<SliceEndpoint> others) {
    return new Slice(namespace, name, addressType, labels, annotations, ports, others);
  }

  /** The object as JSON. */
  public String json() {
    ObjectNode slice = Json.object();
    slice.put("apiVersion", "discovery.k8s.io/v1").put("kind", "EndpointSlice");
    ObjectNode metadata = slice.putObject("metadata");
    metadata.put("name", name).put("namespace", namespace);
    if (!labels.isEmpty()) {
      ObjectNode node = metadata.putObject("labels");
      labels.forEach(node::put);
    }
    if (!annotations.isEmpty()) {
      ObjectNode node = metadata.putObject("annotations");
      annotations.forEach(node::put);
    }
    slice.put("addressType", addressType);
    ArrayNode endpointNodes = slice.putArray("endpoints");
    endpoints.forEach(endpoint -> endpoint.writeTo(endpointNodes.addObject(), namespace));
    ArrayNode portNodes = slice.putArray("ports");
    ports.forEach(port -> write(port, portNodes.addObject()));
    return Json.write(slice);
  }

  @Override
  public String toString() {
    return json();
  }

  private Slice type(String type) {
    return new Slice(namespace, name, type, labels, annotations, ports, endpoints);
  }

  private Slice port(Port port) {
    List<Port> more = new ArrayList<>(ports);
    more.add(port);
    return new Slice(namespace, name, addressType, labels, annotations, more, endpoints);
  }

  private SliceEndpoint last() {
    if (endpoints.isEmpty()) {
      throw new IllegalStateException(
          "slice(\"%s\"): has no endpoint to set a condition of. Add one before.".formatted(name));
    }
    return endpoints.get(endpoints.size() - 1);
  }

  private Slice last(SliceEndpoint other) {
    List<SliceEndpoint> changed = new ArrayList<>(endpoints);
    changed.set(changed.size() - 1, other);
    return endpoints(changed);
  }

  private static void write(Port port, ObjectNode node) {
    if (port.name() != null) {
      node.put("name", port.name());
    }
    node.put("protocol", port.protocol());
    if (port.number() != null) {
      node.put("port", port.number());
    }
  }

  private static Map<String, String> with(Map<String, String> map, String key, String value) {
    Map<String, String> more = new TreeMap<>(map);
    more.put(key, value);
    return more;
  }
}
