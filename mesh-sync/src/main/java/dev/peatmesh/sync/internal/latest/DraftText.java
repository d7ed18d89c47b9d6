package dev.peatmesh.sync.internal.latest;

/** A text under edit. Indexes are code points, as in every document. */
final class DraftText {
  private final StringBuilder text;

  DraftText(String text) {
    this.text = new StringBuilder(text);
  }

  int length() {
    return text.codePointCount(0, text.length());
  }

  void splice(int index, int deleted, String inserted) {
    int start = text.offsetByCodePoints(0, index);
    text.replace(start, text.offsetByCodePoints(start, deleted), inserted);
  }

  String value() {
    return text.toString();
  }
}
