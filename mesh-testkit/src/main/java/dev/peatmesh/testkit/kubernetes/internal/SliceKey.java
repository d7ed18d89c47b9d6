package dev.peatmesh.testkit.kubernetes.internal;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Comparator;

/** Where an object stands: namespace, then name, in the order of lists. */
public record SliceKey(String namespace, String name) implements Comparable<SliceKey> {
  private static final Comparator<SliceKey> ORDER =
      Comparator.comparing(SliceKey::path, Comparator.naturalOrder());

  /** Where this object stands. */
  public static SliceKey of(JsonNode slice) {
    return new SliceKey(
        slice.path("metadata").path("namespace").asText(),
        slice.path("metadata").path("name").asText());
  }

  /** As it stands in continue tokens. */
  String path() {
    return namespace + "/" + name;
  }

  @Override
  public int compareTo(SliceKey other) {
    return ORDER.compare(this, other);
  }
}
