package dev.peatmesh.testkit.kubernetes.internal;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLDecoder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of a request, each at most once and each known. A real API server passes over what
 * it does not know, so that a mistyped parameter is a default in disguise; a test wants to hear.
 */
final class QueryParameters {
  private static final int PARAMETERS_MAX = 32;

  private final Map<String, String> values;

  private QueryParameters(Map<String, String> values) {
    this.values = values;
  }

  /**
   * Reads what stands behind the question mark.
   *
   * @throws Refusal when a parameter is unknown, repeated or badly encoded
   */
  static QueryParameters parse(String query, Set<String> known) {
    Map<String, String> values = new LinkedHashMap<>();
    for (String part : query.split("&", PARAMETERS_MAX + 1)) {
      if (part.isEmpty()) {
        continue;
      }
      int equals = part.indexOf('=');
      String name = decoded(equals < 0 ? part : part.substring(0, equals));
      if (!known.contains(name)) {
        throw Refusal.badRequest("unknown query parameter \"" + name + "\"");
      }
      if (values.putIfAbsent(name, equals < 0 ? "" : decoded(part.substring(equals + 1))) != null) {
        throw Refusal.badRequest("query parameter \"" + name + "\" is given twice");
      }
    }
    return new QueryParameters(values);
  }

  /** The text of a parameter, empty when it is not given. */
  String text(String name) {
    return values.getOrDefault(name, "");
  }

  /** Null when it is not given. As in a real server all but false and 0 is true. */
  @Nullable Boolean flag(String name) {
    String value = values.get(name);
    return value == null ? null : !(value.equalsIgnoreCase("false") || value.equals("0"));
  }

  boolean isSet(String name) {
    return Boolean.TRUE.equals(flag(name));
  }

  /** 0 when it is not given. */
  long number(String name) {
    String value = text(name);
    if (value.isEmpty()) {
      return 0;
    }
    try {
      return Long.parseLong(value);
    } catch (NumberFormatException e) {
      throw Refusal.badRequest(
          "%s: strconv.ParseInt: parsing \"%s\": invalid syntax".formatted(name, value));
    }
  }

  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text, UTF_8);
    } catch (IllegalArgumentException e) {
      throw Refusal.badRequest("invalid URL escape in \"" + text + "\"");
    }
  }
}
