package dev.peatmesh.sync.internal.query;

import dev.peatmesh.sync.FieldPath;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The secondary indexes of one collection. Belongs to the document loop.
 *
 * <p>They are built from the documents in slices, while the collection is in use already, and not
 * used before they are complete. What they hold is bounded by the documents there are, the declared
 * paths and {@link SecondaryIndex#VALUE_SIZE_MAX}.
 */
public final class CollectionIndexes {
  /** The most declared paths of one collection: each costs every write. */
  public static final int PATHS_MAX = 16;

  private final List<SecondaryIndex> indexes;
  private @Nullable String builtTo;
  private boolean ready;

  /** Indexes on the declared paths. */
  public CollectionIndexes(List<FieldPath> paths) {
    if (paths.size() > PATHS_MAX) {
      throw new IllegalArgumentException(
          "indexes: names %d paths; at most %d. Leave out those that are seldom asked for."
              .formatted(paths.size(), PATHS_MAX));
    }
    indexes = paths.stream().distinct().map(SecondaryIndex::new).toList();
    ready = indexes.isEmpty();
  }

  /** For a collection without declared paths. */
  public static CollectionIndexes none() {
    return new CollectionIndexes(List.of());
  }

  /** Whether there is nothing to keep up to date. */
  public boolean isEmpty() {
    return indexes.isEmpty();
  }

  /** The document has this content now; null when it does not exist. May be told twice. */
  public void update(String id, @Nullable Map<String, @Nullable Object> document) {
    for (SecondaryIndex index : indexes) {
      index.update(id, document);
    }
  }

  /**
   * Takes in the next documents of those that were there before. Updates may be told meanwhile.
   *
   * @return whether all are taken in
   */
  public boolean build(DocumentSource source, int documents) {
    for (int i = 0; i < documents && !ready; i++) {
      builtTo = source.idAfter(builtTo);
      if (builtTo == null) {
        ready = true;
      } else {
        String id = builtTo;
        update(id, source.document(id).map(document -> document.value()).orElse(null));
      }
    }
    return ready;
  }

  /** The index on the path, when there is one and it is complete. */
  Optional<SecondaryIndex> on(FieldPath path) {
    return ready
        ? indexes.stream().filter(index -> index.path().equals(path)).findFirst()
        : Optional.empty();
  }
}
