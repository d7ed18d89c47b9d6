package dev.peatmesh.sync;

import dev.peatmesh.runtime.MeshException;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Edits one map of a document, within one change.
 *
 * <p>Valid only inside the change call that handed it out, and only on the thread of that call;
 * afterwards every method throws {@link IllegalStateException}. What kinds of values there are, and
 * what is refused, stands in {@link dev.peatmesh.sync the package description}.
 *
 * <p>A method that throws has changed nothing. A change whose edit throws leaves no trace.
 */
public interface MapEditor {
  /**
   * Sets the key. A map or a list becomes a new object: what others edit concurrently inside the
   * old one is lost with it; use {@link #map} and {@link #list} to edit in place. Setting a scalar
   * that is equal to the present one does nothing.
   *
   * @throws MeshException.Refused when the key or the value cannot be stored
   */
  void put(String key, @Nullable Object value);

  /** Removes the key, if it is there. */
  void remove(String key);

  /**
   * Adds to the counter at the key; an absent one begins at 0. Concurrent increments of one counter
   * all count. Two nodes that create it at the same time make two, of which one is seen: create it
   * on one node.
   *
   * @throws MeshException.Refused when something else than a counter is there, or the sum leaves
   *     the range of a long
   */
  void increment(String key, long by);

  /**
   * An immutable copy of the value at the key. Empty when the key is absent and when it holds null;
   * {@link #contains} tells the two apart.
   */
  Optional<Object> get(String key);

  /** Whether the key is there, even if it holds null. */
  boolean contains(String key);

  /** The keys in this map, ordered by their UTF-8 bytes; a copy. */
  Set<String> keys();

  /** How many keys there are. */
  int size();

  /**
   * The map at the key; created when the key is absent.
   *
   * @throws MeshException.Refused when something else is there
   */
  MapEditor map(String key);

  /**
   * The list at the key; created when the key is absent.
   *
   * @throws MeshException.Refused when something else is there
   */
  ListEditor list(String key);

  /**
   * The text at the key; created when the key is absent. A {@code String} is not a text: it is
   * replaced as a whole, never merged.
   *
   * @throws MeshException.Refused when something else is there
   */
  TextEditor text(String key);
}
