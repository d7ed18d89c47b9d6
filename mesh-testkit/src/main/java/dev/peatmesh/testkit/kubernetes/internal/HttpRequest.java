package dev.peatmesh.testkit.kubernetes.internal;

import java.util.Map;

/**
 * One request, read whole.
 *
 * @param method in capital letters
 * @param path without the query, not decoded
 * @param query what stands behind the question mark, not decoded; empty without one
 * @param headers by lower-case name
 * @param body empty when there is none
 */
public record HttpRequest(
    String method, String path, String query, Map<String, String> headers, String body) {
  public HttpRequest {
    headers = Map.copyOf(headers);
  }

  /** The value of a header, empty when it is not there. */
  public String header(String lowerCaseName) {
    return headers.getOrDefault(lowerCaseName, "");
  }

  /** Without headers: they carry tokens. */
  @Override
  public String toString() {
    return method + " " + path + (query.isEmpty() ? "" : "?" + query);
  }
}
