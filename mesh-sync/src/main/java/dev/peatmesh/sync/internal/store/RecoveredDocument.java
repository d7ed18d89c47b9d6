package dev.peatmesh.sync.internal.store;

import dev.peatmesh.sync.DeletePolicy;
import dev.peatmesh.sync.DocumentKey;
import dev.peatmesh.sync.internal.guard.ChangeHash;
import java.util.List;

/**
 * What is known of a stored document without opening it.
 *
 * @param heads ascending
 * @param deletedSeconds when it was deleted, in seconds since 1970: the latest of its heads; {@link
 *     StoredHead#ALIVE} when it is not deleted
 * @param lastDeletedSeconds the latest time of those heads that delete, even if others do not;
 *     {@link StoredHead#ALIVE} when none does
 * @param storedBytes of its content
 * @param expiresMillis since 1970; {@link StoreWrite.Expiry#NEVER} when it does not
 * @param sequence of its last event
 * @param refused parts that were damaged and are gone. When there are any, {@code heads} may name
 *     changes that cannot be opened: open the document to know.
 */
public record RecoveredDocument(
    DocumentKey key,
    Kind kind,
    List<ChangeHash> heads,
    long deletedSeconds,
    long lastDeletedSeconds,
    long storedBytes,
    long expiresMillis,
    long sequence,
    int refused) {
  public RecoveredDocument {
    heads = List.copyOf(heads);
  }

  /** Whether the document was deleted, and nothing happened since or beside that. */
  public boolean deleted() {
    return deletedSeconds != StoredHead.ALIVE;
  }

  /**
   * Whether the document is deleted by the rule of its collection, as far as its heads tell: where
   * deletes win, two concurrent ones that were both written over are found when it is opened.
   */
  public boolean deleted(DeletePolicy policy) {
    return switch (policy) {
      case EDIT_WINS -> deleted();
      case DELETE_WINS -> lastDeletedSeconds != StoredHead.ALIVE;
    };
  }

  /** How a document is kept. */
  public enum Kind {
    /** As a snapshot and changes. */
    HISTORY,
    /** As its whole state. */
    LATEST,
    /** As a mark that it was there and was deleted. */
    GONE
  }
}
