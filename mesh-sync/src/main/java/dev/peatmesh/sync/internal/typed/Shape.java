package dev.peatmesh.sync.internal.typed;

import org.jspecify.annotations.Nullable;

/**
 * How the values of one Java type stand in a document. Three forms of a value meet here: the Java
 * value, its <em>plain</em> form (what {@link #write} makes: what documents hold), and what is
 * stored, which another program may have written otherwise.
 */
interface Shape {
  /**
   * The Java value.
   *
   * @throws dev.peatmesh.runtime.MeshException.UnexpectedValue when something else is stored
   */
  Object read(@Nullable Object stored, ValuePath path);

  /**
   * The plain form.
   *
   * @throws dev.peatmesh.runtime.MeshException.Refused when it cannot be stored
   */
  Object write(Object value, ValuePath path);

  /**
   * Edits what is stored by the difference between base and wanted, and leaves alone what is equal
   * in both. They differ somewhere.
   *
   * @param stored what is in the spot now
   * @param base the plain form of that; or what is stored, when it cannot be read
   * @param wanted a plain form
   */
  void update(Spot spot, @Nullable Object stored, @Nullable Object base, Object wanted);

  /** What an absent field reads as; null when it must not be absent. */
  default @Nullable Object whenAbsent() {
    return null;
  }
}
