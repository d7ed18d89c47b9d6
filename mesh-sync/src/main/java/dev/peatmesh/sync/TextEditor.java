package dev.peatmesh.sync;

import dev.peatmesh.runtime.MeshException;

/**
 * Edits one text of a document, within one change. Concurrent edits merge character by character.
 *
 * <p>Every index, count and length is in <em>Unicode code points</em>, as Automerge counts them,
 * not in the UTF-16 units of {@link String#length}: an emoji is one, and no index can fall into the
 * middle of it. {@link String#codePointCount(int, int) s.codePointCount(0, i)} turns an index into
 * a string into one of these.
 *
 * <p>Valid where and as long as a {@link MapEditor} is. A range outside the text throws {@link
 * IndexOutOfBoundsException} and changes nothing.
 */
public interface TextEditor {
  /** Inserts before the code point at the index; the length as index appends. */
  default void insert(int index, String inserted) {
    splice(index, 0, inserted);
  }

  /** Deletes that many code points from the index on. */
  default void delete(int index, int count) {
    splice(index, count, "");
  }

  /** Appends at the end. */
  void append(String appended);

  /**
   * Deletes that many code points from the index on and inserts the string in their place.
   *
   * @throws MeshException.Refused when the string has half a surrogate pair
   */
  void splice(int index, int deleted, String inserted);

  /** Length in code points. */
  int length();

  /** The whole text. Its cost grows with the text. */
  String value();
}
