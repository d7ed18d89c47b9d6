package dev.peatmesh.testkit.kubernetes;

import dev.peatmesh.testkit.kubernetes.internal.HttpExchange;
import dev.peatmesh.testkit.kubernetes.internal.HttpListener;
import dev.peatmesh.testkit.kubernetes.internal.HttpRequest;
import dev.peatmesh.testkit.kubernetes.internal.Json;
import dev.peatmesh.testkit.kubernetes.internal.ListQuery;
import dev.peatmesh.testkit.kubernetes.internal.Refusal;
import dev.peatmesh.testkit.kubernetes.internal.Route;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Answers requests in the order of a real API server: who is it, may he, is there such a path, does
 * it take this method, does the client take JSON, are the parameters right.
 */
final class ApiHandler implements HttpListener.Handler {
  private static final Map<String, String> TEXT = Map.of("Content-Type", "text/plain");
  private static final String NO_PATH = "404 page not found\n";

  private final Cluster cluster;
  private final Accounts accounts;
  private final ApiFaults faults;
  private final RequestLog log;
  private final SliceResource slices;
  private final String versionJson;

  ApiHandler(
      Cluster cluster,
      Accounts accounts,
      ApiFaults faults,
      RequestLog log,
      SliceResource slices,
      String version) {
    this.cluster = cluster;
    this.accounts = accounts;
    this.faults = faults;
    this.log = log;
    this.slices = slices;
    versionJson = Json.write(Json.object().put("gitVersion", version).put("platform", "fake"));
  }

  @Override
  public void handle(HttpRequest request, HttpExchange http) throws IOException {
    ApiCall call = new ApiCall(request, http);
    try {
      call.route = Route.of(request.path());
      call.verb = verb(request, call.route);
      faults.hold(call.verb);
      http.pace(faults.pace());
      answer(call);
    } catch (Refusal refusal) {
      refuse(refusal, call);
    }
  }

  @Override
  public void refuse(Refusal refusal, HttpExchange http) throws IOException {
    http.answer(refusal.code(), headers(refusal), Json.write(refusal.status()));
    http.hangUpAfterReading();
  }

  private void answer(ApiCall call) throws IOException {
    boolean isPublic =
        call.route.kind() == Route.Kind.HEALTH || call.route.kind() == Route.Kind.VERSION;
    String authorization = call.request.header("authorization");
    // Who shows no token may ask for health and version; who shows a wrong one may not.
    if (!isPublic || !authorization.isEmpty()) {
      call.user = cluster.locked(() -> accounts.authenticate(authorization));
    }
    switch (call.route.kind()) {
      case SLICES -> {
        if (!failsOnDemand(call)) {
          authorize(call);
          slices.answer(call);
        }
      }
      case UNKNOWN_RESOURCE -> {
        authorize(call);
        throw Refusal.noSuchResource();
      }
      case NOTHING -> answerNowhere(call);
      case HEALTH, VERSION -> answerPublic(call);
    }
  }

  private void answerNowhere(ApiCall call) throws IOException {
    if (!call.user.equals(Accounts.ADMIN)) {
      String verb = call.request.method().toLowerCase(Locale.ROOT);
      throw Refusal.forbiddenPath(call.user, verb, call.request.path());
    }
    answerText(call, 404, NO_PATH);
  }

  private void answerPublic(ApiCall call) throws IOException {
    if (!call.request.method().equals("GET")) {
      throw Refusal.methodNotAllowed();
    }
    if (call.route.kind() == Route.Kind.VERSION) {
      log.add(call.logged(200));
      call.http.answer(200, SliceResource.JSON, versionJson);
    } else {
      answerText(call, 200, "ok");
    }
  }

  private void authorize(ApiCall call) {
    if (!cluster.locked(() -> accounts.mayDo(call.user, call.verb, call.route))) {
      throw Refusal.forbidden(call.user, call.verb.text(), call.route);
    }
  }

  /** Whether the test has ordered a failure; then it is answered here. */
  private boolean failsOnDemand(ApiCall call) throws IOException {
    int status = faults.nextFailure(call.verb);
    if (status == 404) {
      // As from a server that does not know the group: not even a Status.
      answerText(call, 404, NO_PATH);
      return true;
    }
    if (status != 0) {
      throw ordered(status, call);
    }
    return false;
  }

  private Refusal ordered(int status, ApiCall call) {
    return switch (status) {
      case 401 -> Refusal.unauthorized();
      case 403 -> Refusal.forbidden(call.user, call.verb.text(), call.route);
      case 410 -> Refusal.expired("The resourceVersion for the provided watch is too old.");
      case 429 -> Refusal.tooManyRequests(faults.retryAfterSeconds());
      case 503 -> Refusal.unavailable();
      case 504 -> Refusal.tooLargeRevision(0, 0);
      default -> Refusal.internalError();
    };
  }

  private void refuse(Refusal refusal, ApiCall call) throws IOException {
    log.add(call.logged(refusal.code()));
    call.http.answer(refusal.code(), headers(refusal), Json.write(refusal.status()));
  }

  private void answerText(ApiCall call, int status, String text) throws IOException {
    log.add(call.logged(status));
    call.http.answer(status, TEXT, text);
  }

  private static Map<String, String> headers(Refusal refusal) {
    Map<String, String> headers = new LinkedHashMap<>(SliceResource.JSON);
    if (refusal.retryAfterSeconds() > 0) {
      headers.put("Retry-After", Integer.toString(refusal.retryAfterSeconds()));
    }
    return headers;
  }

  private static Verb verb(HttpRequest request, Route route) {
    if (route.resource().isEmpty()) {
      return Verb.NONE;
    }
    boolean collection = route.name().isEmpty();
    return switch (request.method()) {
      case "GET" ->
          !collection ? Verb.GET : ListQuery.isWatch(request.query()) ? Verb.WATCH : Verb.LIST;
      case "POST" -> Verb.CREATE;
      case "PUT" -> Verb.UPDATE;
      case "PATCH" -> Verb.PATCH;
      case "DELETE" -> collection ? Verb.DELETECOLLECTION : Verb.DELETE;
      default -> throw Refusal.methodNotAllowed();
    };
  }
}
