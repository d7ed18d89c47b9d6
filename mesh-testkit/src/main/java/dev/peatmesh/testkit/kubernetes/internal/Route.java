package dev.peatmesh.testkit.kubernetes.internal;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLDecoder;
import java.util.List;

/**
 * Where a path leads.
 *
 * @param kind what stands there
 * @param namespace empty for all of them
 * @param resource its name in the path; empty when the path is no resource's
 * @param name empty for the collection
 */
public record Route(Kind kind, String namespace, String resource, String name) {
  /** What stands at the end of a path. */
  public enum Kind {
    /** EndpointSlices, or one of them. */
    SLICES,
    /** What looks like a resource of the same group and is none. */
    UNKNOWN_RESOURCE,
    /** {@code /readyz} and its like: open to everybody. */
    HEALTH,
    /** {@code /version}: open to everybody. */
    VERSION,
    /** Nothing. */
    NOTHING
  }

  private static final String GROUP = "/apis/discovery.k8s.io/v1/";
  private static final String SLICES = "endpointslices";

  /** Leads nowhere. */
  public static final Route NOWHERE = new Route(Kind.NOTHING, "", "", "");

  /** Reads a path as it stands in a request. */
  public static Route of(String path) {
    return switch (path) {
      case "/readyz", "/livez", "/healthz" -> new Route(Kind.HEALTH, "", "", "");
      case "/version" -> new Route(Kind.VERSION, "", "", "");
      default -> path.startsWith(GROUP) ? inGroup(path.substring(GROUP.length())) : NOWHERE;
    };
  }

  private static Route inGroup(String rest) {
    // One slash at the end is passed over, as a real server does.
    String[] parts =
        (rest.endsWith("/") ? rest.substring(0, rest.length() - 1) : rest).split("/", -1);
    if (List.of(parts).contains("")) {
      return NOWHERE;
    }
    boolean namespaced = parts.length > 2 && parts[0].equals("namespaces");
    int at = namespaced ? 2 : 0;
    if (parts.length > at + 2) {
      return NOWHERE;
    }
    String resource = decoded(parts[at]);
    String name = parts.length == at + 2 ? decoded(parts[at + 1]) : "";
    // Without its namespace a slice cannot be named.
    boolean known = resource.equals(SLICES) && (namespaced || name.isEmpty());
    return new Route(
        known ? Kind.SLICES : Kind.UNKNOWN_RESOURCE,
        namespaced ? decoded(parts[1]) : "",
        resource,
        name);
  }

  private static String decoded(String segment) {
    try {
      return URLDecoder.decode(segment.replace("+", "%2B"), UTF_8);
    } catch (IllegalArgumentException e) {
      throw Refusal.badRequest("invalid URL escape in \"" + segment + "\"");
    }
  }
}
