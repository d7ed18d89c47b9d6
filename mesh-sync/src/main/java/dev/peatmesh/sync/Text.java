package dev.peatmesh.sync;

/**
 * A text that is edited in places. Concurrent edits merge character by character, where of
 * concurrent writes of a {@code String} one wins.
 *
 * @param value the text, as seen by this replica
 */
public record Text(String value) {
  @Override
  public String toString() {
    return value;
  }
}
