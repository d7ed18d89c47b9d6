package dev.peatmesh.testkit.kubernetes.internal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Which fields an EndpointSlice has, and of which type their values are. What breaks these is no
 * EndpointSlice at all; what keeps them may still break the {@link SliceRules}.
 */
final class SliceShape {
  private static final Predicate<JsonNode> TEXT = JsonNode::isTextual;
  private static final Predicate<JsonNode> FLAG = JsonNode::isBoolean;
  private static final Predicate<JsonNode> NUMBER = JsonNode::isInt;
  private static final Predicate<JsonNode> OBJECT = JsonNode::isObject;
  private static final Predicate<JsonNode> ARRAY = JsonNode::isArray;

  private static final Map<String, Predicate<JsonNode>> SLICE =
      Map.of(
          "apiVersion", TEXT,
          "kind", TEXT,
          "metadata", OBJECT,
          "addressType", TEXT,
          "endpoints", ARRAY,
          "ports", ARRAY);

  private static final Map<String, Predicate<JsonNode>> ENDPOINT =
      Map.of(
          "addresses", ARRAY,
          "conditions", OBJECT,
          "deprecatedTopology", OBJECT,
          "hints", OBJECT,
          "hostname", TEXT,
          "nodeName", TEXT,
          "targetRef", OBJECT,
          "zone", TEXT);

  private static final Map<String, Predicate<JsonNode>> CONDITIONS =
      Map.of("ready", FLAG, "serving", FLAG, "terminating", FLAG);

  private static final Map<String, Predicate<JsonNode>> PORT =
      Map.of("appProtocol", TEXT, "name", TEXT, "port", NUMBER, "protocol", TEXT);

  private static final List<String> METADATA_TEXTS =
      List.of("name", "namespace", "resourceVersion", "uid");
  private static final Set<String> METADATA_MAPS = Set.of("labels", "annotations");

  private SliceShape() {}

  /**
   * Checks a whole object; null counts as absent.
   *
   * @throws Refusal when a field is unknown or of another type
   */
  static void check(ObjectNode slice) {
    fields("", slice, SLICE);
    JsonNode metadata = slice.path("metadata");
    for (String field : METADATA_TEXTS) {
      type("metadata." + field, metadata.path(field), TEXT);
    }
    for (String field : METADATA_MAPS) {
      type("metadata." + field, metadata.path(field), OBJECT);
      metadata.path(field).forEach(value -> element("metadata." + field, value, TEXT));
    }
    for (JsonNode endpoint : slice.path("endpoints")) {
      element("endpoints", endpoint, OBJECT);
      fields("endpoints.", endpoint, ENDPOINT);
      endpoint.path("addresses").forEach(a -> element("endpoints.addresses", a, TEXT));
      fields("endpoints.conditions.", endpoint.path("conditions"), CONDITIONS);
    }
    for (JsonNode port : slice.path("ports")) {
      element("ports", port, OBJECT);
      fields("ports.", port, PORT);
    }
  }

  private static void fields(String path, JsonNode object, Map<String, Predicate<JsonNode>> known) {
    for (Map.Entry<String, JsonNode> field : object.properties()) {
      Predicate<JsonNode> type = known.get(field.getKey());
      if (type == null) {
        throw Refusal.badRequest(
            "strict decoding error: unknown field \"%s%s\"".formatted(path, field.getKey()));
      }
      type(path + field.getKey(), field.getValue(), type);
    }
  }

  private static void type(String path, JsonNode value, Predicate<JsonNode> type) {
    if (!value.isMissingNode() && !value.isNull()) {
      element(path, value, type);
    }
  }

  /** In a list or map nothing may be null. */
  private static void element(String path, JsonNode value, Predicate<JsonNode> type) {
    if (!type.test(value)) {
      throw Refusal.badRequest(
          ("EndpointSlice in version \"v1\" cannot be handled as a EndpointSlice:"
                  + " json: %s cannot be of type %s")
              .formatted(path, value.getNodeType()));
    }
  }
}
