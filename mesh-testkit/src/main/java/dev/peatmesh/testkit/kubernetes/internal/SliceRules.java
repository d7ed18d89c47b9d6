package dev.peatmesh.testkit.kubernetes.internal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.bouncycastle.util.IPAddress;

/**
 * What an EndpointSlice must be, and what the server fills in. A test that writes what no cluster
 * would hold proves nothing.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/services-networking/endpoint-slices/">
 *     EndpointSlices</a>
 */
final class SliceRules {
  private static final String API_VERSION = "discovery.k8s.io/v1";
  private static final String KIND = "EndpointSlice";
  private static final int ENDPOINTS_MAX = 1000;
  private static final int ADDRESSES_MAX = 100;
  private static final int PORTS_MAX = 100;

  private static final Set<String> PROTOCOLS = Set.of("TCP", "UDP", "SCTP");

  // What cannot be reached from another host.
  private static final Pattern NOT_ROUTED =
      Pattern.compile(
          "127\\..*|169\\.254\\..*|224\\.0\\.0\\..*|0\\.0\\.0\\.0|::1?|fe[89ab].:.*|ff02:.*");

  private final ObjectNode slice;
  private final boolean anyAddress;
  private final List<String> problems = new ArrayList<>();

  private SliceRules(ObjectNode slice, boolean anyAddress) {
    this.slice = slice;
    this.anyAddress = anyAddress;
  }

  /**
   * The object as the server stores it; its shape is right already.
   *
   * @param anyAddress whether loopback and link-local addresses are fine too: a test on one host
   *     has no others
   * @throws Refusal when it is no EndpointSlice, or a wrong one
   */
  static ObjectNode checked(ObjectNode slice, boolean anyAddress) {
    return new SliceRules(slice, anyAddress).checked();
  }

  private ObjectNode checked() {
    checkKind();
    String name = slice.path("metadata").path("name").asText();
    if (name.isEmpty()) {
      problems.add("metadata.name: Required value: name or generateName is required");
    } else if (!Labels.isDnsSubdomain(name)) {
      invalid("metadata.name", name, "is no lower case DNS subdomain");
    }
    String type = slice.path("addressType").asText();
    switch (type) {
      case "IPv4", "IPv6", "FQDN" -> {}
      case "" -> problems.add("addressType: Required value");
      default ->
          problems.add(
              ("addressType: Unsupported value: \"%s\":"
                      + " supported values: \"FQDN\", \"IPv4\", \"IPv6\"")
                  .formatted(type));
    }
    checkLabels();
    checkEndpoints(type);
    checkPorts();
    if (!problems.isEmpty()) {
      throw Refusal.invalidSlice(name, problems);
    }
    return slice;
  }

  private void checkKind() {
    String version = slice.path("apiVersion").asText(API_VERSION);
    String kind = slice.path("kind").asText(KIND);
    if (!version.equals(API_VERSION) || !kind.equals(KIND)) {
      throw Refusal.badRequest(
          "%s in version \"%s\" cannot be handled as a %s in version \"%s\""
              .formatted(kind, version, KIND, API_VERSION));
    }
    slice.put("apiVersion", version).put("kind", kind);
  }

  private void checkLabels() {
    JsonNode labels = slice.path("metadata").path("labels");
    for (Map.Entry<String, JsonNode> label : labels.properties()) {
      String value = label.getValue().asText();
      if (!Labels.isKey(label.getKey()) || !Labels.isValue(value)) {
        invalid("metadata.labels", label.getKey() + "=" + value, "is no label");
      }
    }
  }

  private void checkEndpoints(String type) {
    JsonNode endpoints = list("endpoints");
    if (endpoints.size() > ENDPOINTS_MAX) {
      tooMany("endpoints", endpoints.size(), ENDPOINTS_MAX);
      return;
    }
    for (int i = 0; i < endpoints.size(); i++) {
      JsonNode endpoint = endpoints.get(i);
      String path = "endpoints[" + i + "]";
      JsonNode addresses = endpoint.path("addresses");
      if (addresses.isEmpty()) {
        problems.add(path + ".addresses: Required value: must contain at least 1 address");
      } else if (addresses.size() > ADDRESSES_MAX) {
        tooMany(path + ".addresses", addresses.size(), ADDRESSES_MAX);
      }
      for (JsonNode address : addresses) {
        checkAddress(path + ".addresses", type, address.asText());
      }
      fillInConditions((ObjectNode) endpoint);
    }
  }

  private void checkAddress(String path, String type, String address) {
    boolean right =
        switch (type) {
          case "IPv4" -> IPAddress.isValidIPv4(address);
          case "IPv6" -> IPAddress.isValidIPv6(address);
          case "FQDN" -> Labels.isDnsSubdomain(address);
          default -> true;
        };
    if (!right) {
      invalid(path, address, "must be an " + type + " address");
    } else if (!anyAddress && NOT_ROUTED.matcher(address).matches()) {
      invalid(path, address, "may not be in the loopback, link-local or unspecified range");
    }
  }

  /** No conditions are empty ones, and a condition that is null is none. */
  private static void fillInConditions(ObjectNode endpoint) {
    if (endpoint.path("conditions") instanceof ObjectNode conditions) {
      conditions.properties().removeIf(condition -> condition.getValue().isNull());
    } else {
      endpoint.putObject("conditions");
    }
  }

  private void checkPorts() {
    JsonNode ports = list("ports");
    if (ports.size() > PORTS_MAX) {
      tooMany("ports", ports.size(), PORTS_MAX);
      return;
    }
    Set<String> names = new HashSet<>();
    for (int i = 0; i < ports.size(); i++) {
      checkPort("ports[" + i + "]", (ObjectNode) ports.get(i), names);
    }
  }

  private void checkPort(String path, ObjectNode port, Set<String> names) {
    // The server's defaults: no name is the empty one, and no protocol is TCP.
    port.put("name", port.path("name").asText(""));
    port.put("protocol", port.path("protocol").asText("TCP"));
    String name = port.path("name").asText();
    if (!name.isEmpty() && !Labels.isDnsLabel(name)) {
      invalid(path + ".name", name, "is no lower case DNS label");
    }
    if (!names.add(name)) {
      problems.add(path + ".name: Duplicate value: \"" + name + "\"");
    }
    String protocol = port.path("protocol").asText();
    if (!PROTOCOLS.contains(protocol)) {
      problems.add(
          "%s.protocol: Unsupported value: \"%s\": supported values: \"SCTP\", \"TCP\", \"UDP\""
              .formatted(path, protocol));
    }
    if (port.path("port").isNull()) {
      port.remove("port");
    }
  }

  /** What is empty is null for a real server: readers must live with it. */
  private JsonNode list(String field) {
    JsonNode list = slice.path(field);
    if (list.isMissingNode() || (list.isArray() && list.isEmpty())) {
      slice.putNull(field);
    }
    return slice.path(field);
  }

  private void tooMany(String path, int count, int max) {
    problems.add("%s: Too many: %d: must have at most %d items".formatted(path, count, max));
  }

  private void invalid(String path, String value, String why) {
    problems.add("%s: Invalid value: \"%s\": %s".formatted(path, value, why));
  }
}
