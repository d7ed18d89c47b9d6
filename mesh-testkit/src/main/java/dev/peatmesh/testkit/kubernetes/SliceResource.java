package dev.peatmesh.testkit.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.peatmesh.testkit.kubernetes.internal.HttpRequest;
import dev.peatmesh.testkit.kubernetes.internal.Json;
import dev.peatmesh.testkit.kubernetes.internal.ListQuery;
import dev.peatmesh.testkit.kubernetes.internal.Refusal;
import dev.peatmesh.testkit.kubernetes.internal.Route;
import dev.peatmesh.testkit.kubernetes.internal.SliceKey;
import dev.peatmesh.testkit.kubernetes.internal.SliceWrites;
import java.io.IOException;
import java.util.Map;

/** Answers what is asked of EndpointSlices, once it is known who asks and that he may. */
final class SliceResource {
  static final Map<String, String> JSON = Map.of("Content-Type", "application/json");

  private final Cluster cluster;
  private final ApiFaults faults;
  private final RequestLog log;
  private final WatchServer watches;
  private final boolean watchList;

  SliceResource(
      Cluster cluster, ApiFaults faults, RequestLog log, WatchServer watches, boolean watchList) {
    this.cluster = cluster;
    this.faults = faults;
    this.log = log;
    this.watches = watches;
    this.watchList = watchList;
  }

  void answer(ApiCall call) throws IOException {
    checkMethod(call);
    checkAccept(call.request);
    switch (call.verb) {
      case LIST -> list(call);
      case WATCH -> watches.serve(call, query(call));
      case DELETECOLLECTION -> write(call, 200, deleteAll(call));
      case CREATE -> write(call, 201, create(call));
      default -> write(call, 200, one(call));
    }
  }

  private void list(ApiCall call) throws IOException {
    ListQuery query = query(call);
    String body = Json.write(cluster.inStore(store -> store.list(query)));
    log.add(call.logged(200));
    if (faults.tearsThisList()) {
      call.http.answerHalf(200, JSON, body);
    } else if (faults.truncatesThisList()) {
      call.http.answer(200, JSON, body.substring(0, body.length() / 2));
    } else {
      call.http.answer(200, JSON, body, faults.padding());
    }
  }

  private ObjectNode create(ApiCall call) {
    SliceWrites.checkParameters(call.request);
    ObjectNode slice = SliceWrites.toCreate(call.request, call.route);
    return cluster.inStore(store -> store.create(slice));
  }

  /** What is asked of one object by name. */
  private ObjectNode one(ApiCall call) {
    Route route = call.route;
    SliceKey key = new SliceKey(route.namespace(), route.name());
    SliceWrites.checkParameters(call.request);
    return switch (call.verb) {
      case GET -> cluster.inStore(store -> store.get(key));
      case UPDATE -> {
        ObjectNode slice = SliceWrites.toUpdate(call.request, route);
        yield cluster.inStore(store -> store.update(slice));
      }
      case PATCH -> {
        ObjectNode patch = SliceWrites.patch(call.request);
        yield cluster.inStore(
            store -> store.update(SliceWrites.merged(store.get(key), patch, route)));
      }
      default -> {
        ObjectNode preconditions = SliceWrites.preconditions(call.request);
        yield SliceWrites.deleted(cluster.inStore(store -> store.delete(key, preconditions)));
      }
    };
  }

  private ObjectNode deleteAll(ApiCall call) {
    ListQuery query = query(call);
    return cluster.inStore(
        store -> {
          ObjectNode listed = store.list(query);
          for (JsonNode slice : listed.path("items")) {
            SliceKey key = SliceKey.of(slice);
            if (store.find(key) != null) {
              store.delete(key);
            }
          }
          return listed;
        });
  }

  private void write(ApiCall call, int status, ObjectNode body) throws IOException {
    log.add(call.logged(status));
    call.http.answer(status, JSON, Json.write(body));
  }

  private ListQuery query(ApiCall call) {
    return ListQuery.parse(call.route.namespace(), call.request.query(), watchList);
  }

  private static void checkMethod(ApiCall call) {
    boolean collection = call.route.name().isEmpty();
    boolean allowed =
        switch (call.verb) {
          case CREATE -> collection && !call.route.namespace().isEmpty();
          case UPDATE, PATCH -> !collection;
          case DELETECOLLECTION -> !call.route.namespace().isEmpty();
          default -> true;
        };
    if (!allowed) {
      throw Refusal.methodNotAllowed();
    }
  }

  private static void checkAccept(HttpRequest request) {
    String accept = request.header("accept");
    if (!accept.isEmpty() && !SliceWrites.acceptsJson(accept)) {
      throw Refusal.notAcceptable();
    }
  }
}
