package dev.peatmesh.testkit.kubernetes.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a list or a watch asks for.
 *
 * @param selection which objects
 * @param watch whether changes are asked for
 * @param revision the resource version named, if any
 * @param exact whether the list shows that very version and no later one
 * @param limit the most items on one page, 0 for all
 * @param token where a list goes on; empty at its beginning
 * @param bookmarks whether the watch understands them
 * @param initialEvents whether the watch begins with what is there; null when it is not said
 * @param timeoutSeconds when the watch ends, 0 for the default
 * @see <a href="https://kubernetes.io/docs/reference/using-api/api-concepts/">API concepts</a>
 */
public record ListQuery(
    Selection selection,
    boolean watch,
    OptionalLong revision,
    boolean exact,
    long limit,
    String token,
    boolean bookmarks,
    @Nullable Boolean initialEvents,
    long timeoutSeconds) {
  private static final Set<String> KNOWN =
      Set.of(
          "allowWatchBookmarks",
          "continue",
          "fieldSelector",
          "labelSelector",
          "limit",
          "pretty",
          "resourceVersion",
          "resourceVersionMatch",
          "sendInitialEvents",
          "timeoutSeconds",
          "watch");

  private static final Set<String> MATCHES = Set.of("Exact", "NotOlderThan");

  /**
   * Reads the parameters of a request.
   *
   * @param namespace of the path, empty for all
   * @param watchList whether this server knows sendInitialEvents
   * @throws Refusal when one is wrong, or two contradict each other
   */
  public static ListQuery parse(String namespace, String query, boolean watchList) {
    QueryParameters given = QueryParameters.parse(query, KNOWN);
    LabelSelector labels = LabelSelector.parse(given.text("labelSelector"));
    FieldSelector fields = FieldSelector.parse(given.text("fieldSelector"));
    long limit = Math.max(0, given.number("limit"));
    long timeoutSeconds = given.number("timeoutSeconds");
    checkMatch(given, watchList);
    boolean watch = given.isSet("watch");
    OptionalLong revision = revision(given.text("resourceVersion"), watch);
    return new ListQuery(
        new Selection(namespace, labels, fields),
        watch,
        revision,
        isExact(given, limit),
        limit,
        watch ? "" : continued(given, revision),
        given.isSet("allowWatchBookmarks"),
        given.flag("sendInitialEvents"),
        timeoutSeconds);
  }

  /** Whether the query is that of a watch: what access is asked for hangs on it. */
  public static boolean isWatch(String query) {
    for (String part : query.split("&", -1)) {
      if (part.equals("watch") || part.startsWith("watch=")) {
        return QueryParameters.parse(part, KNOWN).isSet("watch");
      }
    }
    return false;
  }

  /** Whether any state will do. */
  boolean anyRevision() {
    return revision.isPresent() && revision.getAsLong() == 0;
  }

  /** The version named; 0 when there is none, or any will do. */
  long leastRevision() {
    return revision.orElse(0);
  }

  private static boolean isExact(QueryParameters given, long limit) {
    String match = given.text("resourceVersionMatch");
    String revision = given.text("resourceVersion");
    // A page of a named version without more words is that version: so older clients meant it.
    boolean implied = match.isEmpty() && limit > 0 && !revision.isEmpty() && !revision.equals("0");
    return match.equals("Exact") || implied;
  }

  private static String continued(QueryParameters given, OptionalLong revision) {
    String token = given.text("continue");
    if (!token.isEmpty() && revision.orElse(0) != 0) {
      throw Refusal.badRequest("specifying resource version is not allowed when using continue");
    }
    return token;
  }

  private static OptionalLong revision(String text, boolean watch) {
    if (text.isEmpty()) {
      return OptionalLong.empty();
    }
    try {
      long revision = Long.parseLong(text);
      if (revision >= 0) {
        return OptionalLong.of(revision);
      }
    } catch (NumberFormatException e) {
      // Refused below, as a negative one is.
    }
    String problem =
        "resourceVersion: Invalid value: \"%s\": strconv.ParseUint: parsing \"%s\": invalid syntax"
            .formatted(text, text);
    throw watch
        ? Refusal.unexplained(problem)
        : Refusal.badRequest("invalid resource version: " + problem);
  }

  private static void checkMatch(QueryParameters given, boolean watchList) {
    List<String> problems =
        given.isSet("watch") ? watchProblems(given, watchList) : listProblems(given);
    if (!problems.isEmpty()) {
      throw Refusal.invalidOptions(problems);
    }
  }

  private static List<String> listProblems(QueryParameters given) {
    List<String> problems = new ArrayList<>();
    String match = given.text("resourceVersionMatch");
    String revision = given.text("resourceVersion");
    if (!match.isEmpty()) {
      if (revision.isEmpty()) {
        problems.add(
            forbidden(
                "resourceVersionMatch",
                "resourceVersionMatch is forbidden unless resourceVersion is provided"));
      }
      checkContinue(given, problems);
      if (!MATCHES.contains(match)) {
        problems.add(unsupported(match, "\"Exact\", \"NotOlderThan\", \"\""));
      }
      if (match.equals("Exact") && revision.equals("0")) {
        problems.add(
            forbidden(
                "resourceVersionMatch",
                "resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\""));
      }
    }
    if (given.flag("sendInitialEvents") != null) {
      problems.add(forbidden("sendInitialEvents", "sendInitialEvents is forbidden for list"));
    }
    return problems;
  }

  private static List<String> watchProblems(QueryParameters given, boolean watchList) {
    List<String> problems = new ArrayList<>();
    String match = given.text("resourceVersionMatch");
    boolean initial = given.flag("sendInitialEvents") != null;
    if (initial && !match.equals("NotOlderThan")) {
      problems.add(
          forbidden(
              "resourceVersionMatch",
              "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan"));
    }
    if (initial && !watchList) {
      problems.add(
          forbidden(
              "sendInitialEvents",
              "sendInitialEvents is forbidden for watch unless the WatchList feature gate is"
                  + " enabled"));
    }
    if (!match.isEmpty()) {
      if (!initial) {
        problems.add(
            forbidden(
                "resourceVersionMatch",
                "resourceVersionMatch is forbidden for watch unless sendInitialEvents is"
                    + " provided"));
      }
      if (!match.equals("NotOlderThan")) {
        problems.add(unsupported(match, "\"NotOlderThan\""));
      }
      checkContinue(given, problems);
    }
    return problems;
  }

  private static void checkContinue(QueryParameters given, List<String> problems) {
    if (!given.text("continue").isEmpty()) {
      problems.add(
          forbidden(
              "resourceVersionMatch",
              "resourceVersionMatch is forbidden when continue is provided"));
    }
  }

  private static String forbidden(String field, String why) {
    return field + ": Forbidden: " + why;
  }

  private static String unsupported(String match, String supported) {
    return "resourceVersionMatch: Unsupported value: \"%s\": supported values: %s"
        .formatted(match, supported);
  }
}
