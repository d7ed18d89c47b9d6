package dev.peatmesh.testkit.kubernetes.internal;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;

/**
 * An answer of the API that is no success: its HTTP status and the {@code v1} Status that says why,
 * in the words of a real API server. Thrown by whatever finds the fault, written by whoever holds
 * the connection.
 */
public final class Refusal extends RuntimeException {
  private static final long serialVersionUID = 1;

  private static final String GROUP = "discovery.k8s.io";
  private static final String SLICES = "endpointslices";
  private static final String RESOURCE = SLICES + "." + GROUP;

  private static final Map<String, String> CAUSES =
      Map.of(
          "Duplicate value", "FieldValueDuplicate",
          "Forbidden", "FieldValueForbidden",
          "Required value", "FieldValueRequired",
          "Too many", "FieldValueTooMany",
          "Unsupported value", "FieldValueNotSupported");

  private final int code;
  private final String reason;
  private final transient ObjectNode details = Json.object();
  private final transient ObjectNode metadata = Json.object();
  private boolean emptyDetails;

  private Refusal(int code, String reason, String message) {
    super(message, null, false, false);
    this.code = code;
    this.reason = reason;
  }

  /** The HTTP status. */
  public int code() {
    return code;
  }

  /** How long the client is told to wait, in seconds; 0 when it is not told. */
  public int retryAfterSeconds() {
    return details.path("retryAfterSeconds").asInt();
  }

  /** The Status object. */
  public ObjectNode status() {
    ObjectNode status = Json.object();
    status.put("kind", "Status").put("apiVersion", "v1");
    status.set("metadata", metadata.deepCopy());
    status.put("status", "Failure").put("message", getMessage());
    if (!reason.isEmpty()) {
      status.put("reason", reason);
    }
    if (!details.isEmpty() || emptyDetails) {
      status.set("details", details.deepCopy());
    }
    return status.put("code", code);
  }

  public static Refusal badRequest(String message) {
    return new Refusal(400, "BadRequest", message);
  }

  public static Refusal unauthorized() {
    return new Refusal(401, "Unauthorized", "Unauthorized");
  }

  /** An authenticated user asks for what no rule of his allows. */
  public static Refusal forbidden(String user, String verb, Route route) {
    String scope =
        route.namespace().isEmpty()
            ? "at the cluster scope"
            : "in the namespace \"" + route.namespace() + "\"";
    String message =
        ("%s.%s%s is forbidden: User \"%s\" cannot %s resource \"%s\"" + " in API group \"%s\" %s")
            .formatted(
                route.resource(),
                GROUP,
                quoted(route.name()),
                user,
                verb,
                route.resource(),
                GROUP,
                scope);
    return new Refusal(403, "Forbidden", message).about(route.resource(), route.name());
  }

  /** A user asks for a path that is no resource. */
  public static Refusal forbiddenPath(String user, String verb, String path) {
    String message = "forbidden: User \"%s\" cannot %s path \"%s\"".formatted(user, verb, path);
    return new Refusal(403, "Forbidden", message).withEmptyDetails();
  }

  public static Refusal notFound(String name) {
    return new Refusal(404, "NotFound", RESOURCE + quoted(name) + " not found").about(SLICES, name);
  }

  /** The group is served, the resource is not. */
  public static Refusal noSuchResource() {
    return new Refusal(404, "NotFound", "the server could not find the requested resource")
        .withEmptyDetails();
  }

  public static Refusal methodNotAllowed() {
    return new Refusal(
            405,
            "MethodNotAllowed",
            "the server does not allow this method on the requested resource")
        .withEmptyDetails();
  }

  public static Refusal notAcceptable() {
    return new Refusal(
        406, "NotAcceptable", "only the following media types are accepted: application/json");
  }

  public static Refusal unsupportedMediaType(String accepted) {
    return new Refusal(
        415,
        "UnsupportedMediaType",
        "the body of the request was in an unknown format - accepted media types include: "
            + accepted);
  }

  public static Refusal alreadyExists(String name) {
    return new Refusal(409, "AlreadyExists", RESOURCE + quoted(name) + " already exists")
        .about(SLICES, name);
  }

  /** Somebody else wrote in between. */
  public static Refusal conflict(String name) {
    String message =
        ("Operation cannot be fulfilled on %s%s: the object has been modified;"
                + " please apply your changes to the latest version and try again")
            .formatted(RESOURCE, quoted(name));
    return new Refusal(409, "Conflict", message).about(SLICES, name);
  }

  /** History that is not kept any more was asked for. */
  public static Refusal expired(String message) {
    return new Refusal(410, "Expired", message);
  }

  /** A list cannot be continued; the token given goes on at what is there now. */
  public static Refusal expiredContinue(String inconsistentToken) {
    Refusal refusal =
        expired(
            "The provided continue parameter is too old to display a consistent list result."
                + " You can start a new list without the continue parameter, or use the continue"
                + " token in this response to retrieve the remainder of the results. Continuing"
                + " with the provided token results in an inconsistent list.");
    refusal.metadata.put("continue", inconsistentToken);
    return refusal;
  }

  public static Refusal tooLargeBody(int bytesMax) {
    return new Refusal(
        413, "RequestEntityTooLarge", "Request entity too large: limit is " + bytesMax);
  }

  /**
   * The object does not keep the rules of its kind.
   *
   * @param problems each {@code field: kind of problem: the rest}
   */
  public static Refusal invalidSlice(String name, List<String> problems) {
    return invalid(GROUP, "EndpointSlice", name, problems);
  }

  /**
   * The options of a list or watch contradict each other.
   *
   * @param problems each {@code field: kind of problem: the rest}
   */
  public static Refusal invalidOptions(List<String> problems) {
    return invalid("meta.k8s.io", "ListOptions", "", problems);
  }

  /** A state is asked for that this server has not reached. */
  public static Refusal tooLargeRevision(long asked, long current) {
    String message =
        "Timeout: Too large resource version: %d, current: %d".formatted(asked, current);
    Refusal refusal = new Refusal(504, "Timeout", message);
    refusal
        .details
        .putArray("causes")
        .addObject()
        .put("reason", "ResourceVersionTooLarge")
        .put("message", "Too large resource version");
    return refusal.after(1);
  }

  public static Refusal tooManyRequests(int retryAfterSeconds) {
    return new Refusal(429, "TooManyRequests", "too many requests, please try again later")
        .after(retryAfterSeconds);
  }

  public static Refusal internalError() {
    return new Refusal(
        500, "InternalError", "Internal error occurred: a fault that the test asked for");
  }

  /** A mistake of the client's that a real server takes for its own, and gives no reason for. */
  public static Refusal unexplained(String message) {
    return new Refusal(500, "", message);
  }

  public static Refusal unavailable() {
    return new Refusal(
        503, "ServiceUnavailable", "the server is currently unable to handle the request");
  }

  private static Refusal invalid(String group, String kind, String name, List<String> problems) {
    String all = problems.size() == 1 ? problems.get(0) : "[" + String.join(", ", problems) + "]";
    String message = "%s.%s \"%s\" is invalid: %s".formatted(kind, group, name, all);
    Refusal refusal = new Refusal(422, "Invalid", message);
    if (!name.isEmpty()) {
      refusal.details.put("name", name);
    }
    ArrayNode causes = refusal.details.put("group", group).put("kind", kind).putArray("causes");
    for (String problem : problems) {
      String[] parts = problem.split(": ", 2);
      causes
          .addObject()
          .put("reason", CAUSES.getOrDefault(parts[1].split(":", 2)[0], "FieldValueInvalid"))
          .put("message", parts[1])
          .put("field", parts[0]);
    }
    return refusal;
  }

  private Refusal about(String resource, String name) {
    if (!name.isEmpty()) {
      details.put("name", name);
    }
    details.put("group", GROUP).put("kind", resource);
    return this;
  }

  /** Some answers of a real server carry them: readers must live with it. */
  private Refusal withEmptyDetails() {
    emptyDetails = true;
    return this;
  }

  private Refusal after(int seconds) {
    if (seconds > 0) {
      details.put("retryAfterSeconds", seconds);
    }
    return this;
  }

  private static String quoted(String name) {
    return name.isEmpty() ? "" : " \"" + name + "\"";
  }
}
