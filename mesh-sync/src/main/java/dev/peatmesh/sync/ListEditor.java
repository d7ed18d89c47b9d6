package dev.peatmesh.sync;

import dev.peatmesh.runtime.MeshException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Edits one list of a document, within one change. Concurrent insertions by several nodes all
 * survive, in the same order everywhere.
 *
 * <p>Valid where and as long as a {@link MapEditor} is. An index outside the list throws {@link
 * IndexOutOfBoundsException} and changes nothing.
 */
public interface ListEditor {
  /** Appends the value. */
  void add(@Nullable Object value);

  /** Inserts the value before the element at the index; the size as index appends. */
  void insert(int index, @Nullable Object value);

  /** Replaces the element at the index. */
  void set(int index, @Nullable Object value);

  /** Removes the element at the index. */
  void remove(int index);

  /** An immutable copy of the element at the index; empty when it is null. */
  Optional<Object> get(int index);

  /** How many elements there are. */
  int size();

  /**
   * Adds to the counter at the index.
   *
   * @throws MeshException.Refused when something else is there, or the sum leaves the range of a
   *     long
   */
  void increment(int index, long by);

  /**
   * The map at the index.
   *
   * @throws MeshException.Refused when something else is there
   */
  MapEditor map(int index);

  /**
   * The list at the index.
   *
   * @throws MeshException.Refused when something else is there
   */
  ListEditor list(int index);

  /**
   * The text at the index.
   *
   * @throws MeshException.Refused when something else is there
   */
  TextEditor text(int index);
}
