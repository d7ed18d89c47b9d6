package dev.peatmesh.testkit.kubernetes.internal;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** The lines of a watch. */
public final class WatchEvents {
  private WatchEvents() {}

  static ObjectNode of(String type, ObjectNode object) {
    ObjectNode event = Json.object();
    event.put("type", type).set("object", object);
    return event;
  }

  /** Tells how far the watch has come. Its object is empty, and its lists are null. */
  public static ObjectNode bookmark(long revision, boolean initialEventsEnd) {
    ObjectNode object = Json.object();
    object.put("kind", "EndpointSlice").put("apiVersion", "discovery.k8s.io/v1");
    ObjectNode metadata = object.putObject("metadata");
    metadata.put("resourceVersion", Long.toString(revision));
    if (initialEventsEnd) {
      metadata.putObject("annotations").put("k8s.io/initial-events-end", "true");
    }
    object.put("addressType", "").putNull("endpoints").putNull("ports");
    return of("BOOKMARK", object);
  }

  /** Ends a watch that had begun. */
  public static ObjectNode error(Refusal refusal) {
    return of("ERROR", refusal.status());
  }
}
