package dev.peatmesh.testkit.kubernetes.internal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** What requests carry in and out: which types of content, and which objects. */
public final class SliceWrites {
  private static final String JSON = "application/json";
  private static final String MERGE_PATCH = "application/merge-patch+json";
  private static final Set<String> ACCEPTED = Set.of(JSON, "*/*");

  // The body of a delete may carry options; its parameters are those of kubectl and client-java.
  private static final Set<String> PARAMETERS =
      Set.of(
          "fieldManager",
          "fieldValidation",
          "force",
          "gracePeriodSeconds",
          "orphanDependents",
          "pretty",
          "propagationPolicy",
          "resourceVersion");

  private SliceWrites() {}

  /** Refuses parameters that a request for one object does not have. */
  public static void checkParameters(HttpRequest request) {
    QueryParameters.parse(request.query(), PARAMETERS);
  }

  /** Whether one of the types that a client takes is JSON, and no Table or other transformation. */
  public static boolean acceptsJson(String accept) {
    for (String type : accept.split(",", -1)) {
      String[] parts = type.strip().toLowerCase(Locale.ROOT).split(";", 2);
      if (ACCEPTED.contains(parts[0].strip()) && !(parts.length > 1 && parts[1].contains("as="))) {
        return true;
      }
    }
    return false;
  }

  /** The object of a POST. */
  public static ObjectNode toCreate(HttpRequest request, Route route) {
    ObjectNode slice = body(request, JSON);
    if (!Metadata.version(slice).isEmpty()) {
      throw Refusal.unexplained("resourceVersion should not be set on objects to be created");
    }
    return checked(slice, route.namespace(), false);
  }

  /** The object of a PUT. */
  public static ObjectNode toUpdate(HttpRequest request, Route route) {
    return named(body(request, JSON), route);
  }

  /** The body of a PATCH. */
  public static ObjectNode patch(HttpRequest request) {
    return body(request, MERGE_PATCH);
  }

  /**
   * What an object is after a patch.
   *
   * @see <a href="https://www.rfc-editor.org/rfc/rfc7386">RFC 7386</a>
   */
  public static ObjectNode merged(ObjectNode current, ObjectNode patch, Route route) {
    ObjectNode merged = current.deepCopy();
    if (!patch.path("metadata").has("resourceVersion")) {
      merged.withObjectProperty("metadata").remove("resourceVersion");
    }
    merge(merged, patch);
    return named(merged, route);
  }

  /** An object given by the test: the namespace stands in it, and loopback addresses are fine. */
  public static ObjectNode given(String json) {
    ObjectNode slice = Json.read(json);
    String namespace = slice.path("metadata").path("namespace").asText();
    return checked(slice, namespace.isEmpty() ? "default" : namespace, true);
  }

  /** The conditions that the body of a DELETE makes; empty without any. */
  public static ObjectNode preconditions(HttpRequest request) {
    if (request.body().isEmpty()) {
      return Json.object();
    }
    return body(request, JSON).path("preconditions") instanceof ObjectNode conditions
        ? conditions
        : Json.object();
  }

  /** What a DELETE answers. */
  public static ObjectNode deleted(ObjectNode last) {
    ObjectNode status = Json.object();
    status.put("kind", "Status").put("apiVersion", "v1").putObject("metadata");
    status.put("status", "Success");
    status
        .putObject("details")
        .put("name", SliceKey.of(last).name())
        .put("group", "discovery.k8s.io")
        .put("kind", "endpointslices")
        .put("uid", last.path("metadata").path("uid").asText());
    return status;
  }

  private static ObjectNode named(ObjectNode slice, Route route) {
    String name = slice.path("metadata").path("name").asText();
    if (!name.equals(route.name())) {
      throw Refusal.badRequest(
          "the name of the object (%s) does not match the name on the URL (%s)"
              .formatted(name, route.name()));
    }
    return checked(slice, route.namespace(), false);
  }

  private static ObjectNode checked(ObjectNode slice, String namespace, boolean anyAddress) {
    SliceShape.check(slice);
    slice.properties().removeIf(field -> field.getValue().isNull());
    ObjectNode metadata = slice.withObjectProperty("metadata");
    metadata.properties().removeIf(field -> field.getValue().isNull());
    String given = metadata.path("namespace").asText();
    if (!given.isEmpty() && !given.equals(namespace)) {
      throw Refusal.badRequest(
          "the namespace of the provided object does not match the namespace sent on the request");
    }
    metadata.put("namespace", namespace);
    return SliceRules.checked(slice, anyAddress);
  }

  private static ObjectNode body(HttpRequest request, String accepted) {
    String type = request.header("content-type").split(";", 2)[0].strip();
    if (!type.isEmpty() && !type.equalsIgnoreCase(accepted)) {
      throw Refusal.unsupportedMediaType(accepted);
    }
    try {
      return Json.read(request.body());
    } catch (IllegalArgumentException e) {
      throw Refusal.badRequest("the object provided is unrecognized: " + e.getMessage());
    }
  }

  private static void merge(ObjectNode target, ObjectNode patch) {
    for (Map.Entry<String, JsonNode> field : patch.properties()) {
      JsonNode value = field.getValue();
      if (value.isNull()) {
        target.remove(field.getKey());
      } else if (value instanceof ObjectNode change) {
        JsonNode present = target.get(field.getKey());
        merge(
            present instanceof ObjectNode object ? object : target.putObject(field.getKey()),
            change);
      } else {
        target.set(field.getKey(), value);
      }
    }
  }
}
