package dev.peatmesh.sync.internal.latest;

import dev.peatmesh.sync.TextEditor;
import dev.peatmesh.sync.internal.value.Place;
import dev.peatmesh.sync.internal.value.Refusals;
import dev.peatmesh.sync.internal.value.Values;

/** Edits one text of a draft. */
final class LatestTextEditor implements TextEditor {
  private final Draft draft;
  private final DraftText text;
  private final Place place;

  LatestTextEditor(Draft draft, DraftText text, Place place) {
    this.draft = draft;
    this.text = text;
    this.place = place;
  }

  @Override
  public void append(String appended) {
    splice(length(), 0, appended);
  }

  @Override
  public void splice(int index, int deleted, String inserted) {
    Refusals.checkRange(place, index, deleted, length());
    text.splice(index, deleted, Values.text(inserted, place));
  }

  @Override
  public int length() {
    draft.checkOpen();
    return text.length();
  }

  @Override
  public String value() {
    draft.checkOpen();
    return text.value();
  }

  /** The text itself, so that an editor can stand where a string is wanted. */
  @Override
  public String toString() {
    return value();
  }
}
