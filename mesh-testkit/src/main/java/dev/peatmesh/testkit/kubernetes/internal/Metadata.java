package dev.peatmesh.testkit.kubernetes.internal;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * What the server itself writes into an object. No clock and no dice: the time of creation and the
 * uid come from the version, so that a test sees the same ones in every run.
 */
final class Metadata {
  private static final Instant EPOCH = Instant.parse("2026-01-01T00:00:00Z");
  private static final List<String> KEPT = List.of("uid", "creationTimestamp");

  private Metadata() {}

  static String version(ObjectNode slice) {
    return slice.path("metadata").path("resourceVersion").asText();
  }

  static ObjectNode ofNew(ObjectNode slice, long revision) {
    ObjectNode made = slice.deepCopy();
    ObjectNode metadata = metadata(made);
    String uid =
        UUID.nameUUIDFromBytes((SliceKey.of(slice).path() + "#" + revision).getBytes(UTF_8))
            .toString();
    metadata.put("uid", uid).put("resourceVersion", Long.toString(revision));
    metadata.put("generation", 1L).put("creationTimestamp", EPOCH.plusSeconds(revision).toString());
    return made;
  }

  static ObjectNode ofNext(ObjectNode slice, ObjectNode current, long revision) {
    ObjectNode made = slice.deepCopy();
    ObjectNode metadata = metadata(made);
    JsonNode before = current.path("metadata");
    for (String field : KEPT) {
      metadata.set(field, before.path(field));
    }
    // Labels are a part of the meaning of a slice, annotations are not.
    boolean same =
        withoutMetadata(made).equals(withoutMetadata(current))
            && metadata.path("labels").equals(before.path("labels"));
    metadata.put("generation", before.path("generation").asLong() + (same ? 0 : 1));
    metadata.put("resourceVersion", Long.toString(revision));
    return made;
  }

  static boolean sameButVersion(ObjectNode next, ObjectNode current) {
    ObjectNode compared = next.deepCopy();
    metadata(compared).put("resourceVersion", version(current));
    return compared.equals(current);
  }

  private static ObjectNode withoutMetadata(ObjectNode slice) {
    ObjectNode rest = slice.deepCopy();
    rest.remove("metadata");
    return rest;
  }

  private static ObjectNode metadata(ObjectNode slice) {
    return slice.withObjectProperty("metadata");
  }
}
