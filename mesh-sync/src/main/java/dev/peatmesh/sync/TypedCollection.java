package dev.peatmesh.sync;

import dev.peatmesh.runtime.MeshException;
import dev.peatmesh.sync.internal.typed.RecordCollection;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * A collection whose documents are read and written as records of one type.
 *
 * <p>A write touches only what differs between the record that was and the record that is wanted:
 * field by field, also in nested records, maps and elements of lists. So concurrent writes of
 * different fields never overwrite each other, and fields that this program's record does not know
 * (those of a newer version) stay as they are.
 *
 * <p>A component is a field of the same name. What types there are, how each is stored and what an
 * absent field reads as stands in docs/sync/values-and-json.md. A {@link Counter} is added to, a
 * {@link Text} edited in place, a list aligned with what it was.
 *
 * <p>Thread-safe; a view without state, over a collection that others may use untyped. Methods
 * throw what those of {@link DocumentCollection} throw, and {@link MeshException.UnexpectedValue}
 * when a document holds what the record cannot.
 *
 * @param <T> the record type
 */
public interface TypedCollection<T extends Record> {
  /**
   * A view of the collection.
   *
   * @throws MeshException.BadConfiguration listing every component whose type cannot be mapped,
   *     with its path and what to use instead
   */
  static <T extends Record> TypedCollection<T> of(DocumentCollection documents, Class<T> type) {
    return RecordCollection.of(documents, type);
  }

  /** The collection's name. */
  String name();

  /**
   * The document as a record; empty when it does not exist.
   *
   * @throws MeshException.UnexpectedValue when it does not fit the record
   */
  Optional<T> get(String id);

  /**
   * Makes the document's known fields equal to the record, by the smallest set of edits; creates it
   * when it does not exist. Compared with the document as it is now, not as the caller has read it:
   * to change some fields of what was read, {@link #update}.
   */
  WriteReceipt put(String id, T value);

  /**
   * Reads the document, applies the change, and writes the difference between the two: all within
   * one change, so that nothing comes in between. The change runs once, on the document loop: keep
   * it short, and do not block in it. When it throws nothing is changed and the exception comes
   * back.
   *
   * @throws MeshException.Refused when the document does not exist
   * @throws MeshException.UnexpectedValue when it does not fit the record
   */
  WriteReceipt update(String id, UnaryOperator<T> change);

  /** Deletes the document, as far as this node knows it. One that does not exist stays so. */
  WriteReceipt delete(String id);

  /** The ids of all documents that exist, ascending. */
  List<String> list();

  /** The same documents without the type. */
  DocumentCollection untyped();
}
