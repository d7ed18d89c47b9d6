package dev.peatmesh.sync.internal.crdt;

import dev.peatmesh.sync.TextEditor;
import dev.peatmesh.sync.internal.value.Place;
import dev.peatmesh.sync.internal.value.Refusals;
import dev.peatmesh.sync.internal.value.Values;
import org.automerge.ObjectId;

/** Edits one native text. */
final class NativeTextEditor implements TextEditor {
  private final Edit edit;
  private final ObjectId text;
  private final Place place;

  /**
   * Asking the core costs a fifth of a keystroke, so the length is kept while nobody else wrote.
   */
  private int length;

  private long lengthAsOf = -1;

  NativeTextEditor(Edit edit, ObjectId text, Place place) {
    this.edit = edit;
    this.text = text;
    this.place = place;
  }

  @Override
  public void append(String appended) {
    splice(length(), 0, appended);
  }

  @Override
  public void splice(int index, int deleted, String inserted) {
    int before = length();
    Refusals.checkRange(place, index, deleted, before);
    Values.text(inserted, place);
    edit.splice(text, index, deleted, inserted);
    length = before - deleted + inserted.codePointCount(0, inserted.length());
    lengthAsOf = edit.operations();
  }

  @Override
  public int length() {
    edit.checkOpen();
    if (lengthAsOf != edit.operations()) {
      length = edit.length(text);
      lengthAsOf = edit.operations();
    }
    return length;
  }

  @Override
  public String value() {
    edit.checkOpen();
    return edit.text(text);
  }

  /** The text itself, so that an editor can stand where a string is wanted. */
  @Override
  public String toString() {
    return value();
  }
}
