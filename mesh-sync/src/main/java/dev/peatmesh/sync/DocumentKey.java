package dev.peatmesh.sync;

import java.nio.charset.StandardCharsets;

/**
 * Names one document: a collection and an id within it. Both are 1 to 255 bytes of UTF-8 without
 * control characters.
 */
public record DocumentKey(String collection, String id) implements Comparable<DocumentKey> {
  /** The most bytes of UTF-8 that a collection name or an id may have. */
  public static final int NAME_BYTES_MAX = 255;

  public DocumentKey {
    checkName("collection", collection);
    checkName("id", id);
  }

  /** Orders by collection, then id, by UTF-16 code unit. */
  @Override
  public int compareTo(DocumentKey other) {
    int byCollection = collection.compareTo(other.collection);
    return byCollection != 0 ? byCollection : id.compareTo(other.id);
  }

  @Override
  public String toString() {
    return collection + "/" + id;
  }

  private static void checkName(String what, String name) {
    if (name.isEmpty()) {
      throw new IllegalArgumentException(
          what + "(\"\"): is empty. Give it at least one character.");
    }
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (Character.isISOControl(c)) {
        throw new IllegalArgumentException(
            what + ": has a control character at index " + i + ". Use printable characters only.");
      }
      if (Character.isHighSurrogate(c)
          && i + 1 < name.length()
          && Character.isLowSurrogate(name.charAt(i + 1))) {
        i++;
      } else if (Character.isSurrogate(c)) {
        throw new IllegalArgumentException(
            what + ": has half a surrogate pair at index " + i + ". It cannot be stored as UTF-8.");
      }
    }
    int bytes = name.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > NAME_BYTES_MAX) {
      throw new IllegalArgumentException(
          what + ": is " + bytes + " bytes of UTF-8; at most " + NAME_BYTES_MAX + ". Shorten it.");
    }
  }
}
