package dev.peatmesh.sync;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A document as it was at one moment on this node. Immutable.
 *
 * @param id its id within the collection
 * @param value its content, deeply immutable
 * @param heads the hashes of the changes that no other change stands on, 64 hex digits each,
 *     ascending: two nodes with equal heads have equal values
 */
public record Document(String id, Map<String, @Nullable Object> value, List<String> heads) {
  public Document {
    heads = List.copyOf(heads);
  }

  /** Without the content, which may be large, or secret. */
  @Override
  public String toString() {
    return "Document[id=" + id + ", heads=" + heads + "]";
  }
}
