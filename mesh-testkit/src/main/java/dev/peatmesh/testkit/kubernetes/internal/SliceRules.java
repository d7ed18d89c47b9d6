package dev.peatmesh.testkit.kubernetes.internal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
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

  private static final Set<String> FIELDS =
      Set.of("apiVersion", "kind", "metadata", "addressType", "endpoints", "ports");
  private static final Set<String> ENDPOINT_FIELDS =
      Set.of(
          "addresses",
          "conditions",
          "deprecatedTopology",
          "hints",
          "hostname",
          "nodeName",
          "targetRef",
          "zone");
  private static final Set<String> CONDITIONS = Set.of("ready", "serving", "terminating");
  private static final Set<String> PORT_FIELDS = Set.of("appProtocol", "name", "port", "protocol");
  private static final Set<String> PROTOCOLS = Set.of("TCP", "UDP", "SCTP");

  private final ObjectNode slice;
  private final List<String> problems = new ArrayList<>();

  private SliceRules(ObjectNode slice) {
    this.slice = slice;
  }

  /**
   * The object as the server stores it.
   *
   * @throws Refusal when it is no EndpointSlice, or a wrong one
   */
  static ObjectNode checked(ObjectNode slice) {
    return new SliceRules(slice).checked();
  }

  private ObjectNode checked() {
    checkKind();
    known(slice, FIELDS, "");
    String name = slice.path("metadata").path("name").asText();
    if (!Labels.isDnsSubdomain(name)) {
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
      throw Refusal.invalidSlice(
          name, problems.size() == 1 ? problems.get(0) : "[" + String.join(", ", problems) + "]");
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
    JsonNode endpoints = slice.path("endpoints");
    if (endpoints.isMissingNode()) {
      // A real server writes the null too: readers must live with it.
      slice.putNull("endpoints");
    }
    if (endpoints.size() > ENDPOINTS_MAX) {
      tooMany("endpoints", endpoints.size(), ENDPOINTS_MAX);
      return;
    }
    for (int i = 0; i < endpoints.size(); i++) {
      JsonNode endpoint = endpoints.get(i);
      String path = "endpoints[" + i + "]";
      known(endpoint, ENDPOINT_FIELDS, path + ".");
      JsonNode addresses = endpoint.path("addresses");
      if (addresses.isEmpty()) {
        problems.add(path + ".addresses: Required value: must contain at least 1 address");
      } else if (addresses.size() > ADDRESSES_MAX) {
        tooMany(path + ".addresses", addresses.size(), ADDRESSES_MAX);
      }
      for (JsonNode address : addresses) {
        checkAddress(path + ".addresses", type, address.asText());
      }
      checkConditions(path + ".conditions", endpoint);
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
    }
  }

  private void checkConditions(String path, JsonNode endpoint) {
    JsonNode conditions = endpoint.path("conditions");
    if (conditions.isMissingNode() && endpoint instanceof ObjectNode object) {
      object.putObject("conditions");
    }
    known(conditions, CONDITIONS, path + ".");
    for (JsonNode condition : conditions) {
      if (!condition.isBoolean() && !condition.isNull()) {
        invalid(path, condition.asText(), "must be true, false or null");
      }
    }
  }

  private void checkPorts() {
    JsonNode ports = slice.path("ports");
    if (ports.isMissingNode()) {
      slice.putNull("ports");
    }
    if (ports.size() > PORTS_MAX) {
      tooMany("ports", ports.size(), PORTS_MAX);
      return;
    }
    Set<String> names = new HashSet<>();
    for (int i = 0; i < ports.size(); i++) {
      if (ports.get(i) instanceof ObjectNode port) {
        checkPort("ports[" + i + "]", port, names);
      } else {
        invalid("ports[" + i + "]", ports.get(i).toString(), "must be an object");
      }
    }
  }

  private void checkPort(String path, ObjectNode port, Set<String> names) {
    known(port, PORT_FIELDS, path + ".");
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
    JsonNode number = port.path("port");
    if (number.isMissingNode() || number.isNull()) {
      // Nil is allowed here: it means every port, and consumers must not take it for 0.
      return;
    }
    if (!number.isInt() || number.asInt() < 1 || number.asInt() > 65_535) {
      invalid(path + ".port", number.asText(), "must be between 1 and 65535, inclusive");
    }
  }

  private void known(JsonNode node, Set<String> fields, String path) {
    node.fieldNames()
        .forEachRemaining(
            field -> {
              if (!fields.contains(field)) {
                throw Refusal.badRequest(
                    "strict decoding error: unknown field \"%s%s\"".formatted(path, field));
              }
            });
  }

  private void tooMany(String path, int count, int max) {
    problems.add("%s: Too many: %d: must have at most %d items".formatted(path, count, max));
  }

  private void invalid(String path, String value, String why) {
    problems.add("%s: Invalid value: \"%s\": %s".formatted(path, value, why));
  }
}
