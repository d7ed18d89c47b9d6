package dev.peatmesh.sync.internal.query;

import dev.peatmesh.sync.Document;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Documents in a map; counts how often one is read. */
public final class MapSource implements DocumentSource {
  public final TreeMap<String, Map<String, Object>> documents = new TreeMap<>();
  public int reads;

  @Override
  public String idAfter(String id) {
    return id == null
        ? (documents.isEmpty() ? null : documents.firstKey())
        : documents.higherKey(id);
  }

  @Override
  public Optional<Document> document(String id) {
    reads++;
    return Optional.ofNullable(documents.get(id)).map(value -> new Document(id, value, List.of()));
  }
}
