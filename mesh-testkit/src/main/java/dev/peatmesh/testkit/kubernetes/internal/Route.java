package dev.peatmesh.testkit.kubernetes.internal;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLDecoder;

/**
 * Where a path leads.
 *
 * @param kind what stands there
 * @param namespace empty for all of them
 * @param name empty for the collection
 */
public record Route(Kind kind, String namespace, String name) {
  /** What stands at the end of a path. */
  public enum Kind {
    /** EndpointSlices, or one of them. */
    SLICES,
    /** {@code /readyz} and its like: open to everybody. */
    HEALTH,
    /** {@code /version}: open to everybody. */
    VERSION,
    /** Nothing. */
    NOTHING
  }

  private static final String GROUP = "/apis/discovery.k8s.io/v1/";
  private static final String SLICES = "endpointslices";

  /** Reads a path as it stands in a request. */
  public static Route of(String path) {
    return switch (path) {
      case "/readyz", "/livez", "/healthz" -> new Route(Kind.HEALTH, "", "");
      case "/version" -> new Route(Kind.VERSION, "", "");
      default -> path.startsWith(GROUP) ? inGroup(path.substring(GROUP.length())) : nothing();
    };
  }

  private static Route inGroup(String rest) {
    String[] parts = rest.split("/", -1);
    if (parts.length == 1 && parts[0].equals(SLICES)) {
      return new Route(Kind.SLICES, "", "");
    }
    boolean namespaced =
        parts.length >= 3
            && parts.length <= 4
            && parts[0].equals("namespaces")
            && !parts[1].isEmpty()
            && parts[2].equals(SLICES);
    if (!namespaced) {
      return nothing();
    }
    if (parts.length == 3) {
      return new Route(Kind.SLICES, decoded(parts[1]), "");
    }
    return parts[3].isEmpty()
        ? nothing()
        : new Route(Kind.SLICES, decoded(parts[1]), decoded(parts[3]));
  }

  private static Route nothing() {
    return new Route(Kind.NOTHING, "", "");
  }

  private static String decoded(String segment) {
    try {
      return URLDecoder.decode(segment.replace("+", "%2B"), UTF_8);
    } catch (IllegalArgumentException e) {
      throw Refusal.badRequest("invalid URL escape in \"" + segment + "\"");
    }
  }
}
