package dev.peatmesh.testkit.kubernetes;

import dev.peatmesh.testkit.kubernetes.internal.HttpExchange;
import dev.peatmesh.testkit.kubernetes.internal.HttpRequest;
import dev.peatmesh.testkit.kubernetes.internal.Route;

/** A request on its way through the server. Filled in as it becomes known; used by one thread. */
final class ApiCall {
  final HttpRequest request;
  final HttpExchange http;
  Route route = Route.NOWHERE;
  Verb verb = Verb.NONE;
  String user = "";

  ApiCall(HttpRequest request, HttpExchange http) {
    this.request = request;
    this.http = http;
  }

  /** How it will stand in the log. */
  ApiRequest logged(int status) {
    return new ApiRequest(verb, request.path(), request.query(), user, status);
  }
}
