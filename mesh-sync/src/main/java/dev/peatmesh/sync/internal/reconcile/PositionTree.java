package dev.peatmesh.sync.internal.reconcile;

import dev.peatmesh.sync.DocumentKey;
import org.jspecify.annotations.Nullable;

/**
 * The documents of one partition in the order of their positions, with the sum of every subtree: a
 * trie of 16 children per node whose leaves hold up to {@value Node#LEAF_MAX} documents.
 *
 * <p>Positions are hashes, so the trie is as deep as log16 of its size without being balanced.
 * Names chosen so that their hashes begin alike deepen it to 16 levels at most. Documents may share
 * a position; they are ordered by name then.
 */
final class PositionTree {
  private final Node root = new Node();
  private long visits;

  /** The number of all documents and their fingerprint, in O(1). */
  RangeSum sum() {
    return root.sum();
  }

  /** How many nodes were touched so far: the measure of what an operation costs. */
  long visits() {
    return visits;
  }

  /** Adds a document that is not in here. */
  void add(DocumentEntry entry) {
    Node node = root;
    for (int depth = 0; ; depth++) {
      visits++;
      node.count(1, entry.digest(), Fingerprint.EMPTY);
      if (node.isLeaf()) {
        node.insert(entry, depth);
        return;
      }
      node = node.childFor(entry.position(), depth);
    }
  }

  /** Takes out a document that is in here, as it was added. */
  void remove(DocumentEntry entry) {
    Node node = root;
    for (int depth = 0; ; depth++) {
      visits++;
      node.count(-1, Fingerprint.EMPTY, entry.digest());
      node.foldIfSmall();
      if (node.isLeaf()) {
        node.delete(entry);
        return;
      }
      node = node.childFor(entry.position(), depth);
    }
  }

  /** Puts a newer state of a document in the place of the one that was added. */
  void replace(DocumentEntry before, DocumentEntry after) {
    Node node = root;
    for (int depth = 0; ; depth++) {
      visits++;
      node.count(0, after.digest(), before.digest());
      if (node.isLeaf()) {
        node.exchange(before, after);
        return;
      }
      node = node.childFor(before.position(), depth);
    }
  }

  /** What the documents within the range come to. */
  RangeSum sum(PositionRange range) {
    Node node = root;
    int depth = 0;
    for (; ; depth++) {
      visits++;
      if (range.prefixBits() == depth * Node.DIGIT_BITS) {
        return node.sum();
      }
      if (node.isLeaf()) {
        return node.scan(range);
      }
      if (range.prefixBits() < (depth + 1) * Node.DIGIT_BITS) {
        return node.sumOfChildren(range, depth);
      }
      Node child = node.child(Node.digit(range.first(), depth));
      if (child == null) {
        return RangeSum.NOTHING;
      }
      node = child;
    }
  }

  /** The first document of the range. */
  @Nullable DocumentEntry first(PositionRange range) {
    return within(range, next(root, 0, range.first(), null));
  }

  /** The document of the range that follows the given place, whether or not one stands there. */
  @Nullable DocumentEntry next(PositionRange range, long position, DocumentKey key) {
    return within(range, next(root, 0, position, key));
  }

  private static @Nullable DocumentEntry within(
      PositionRange range, @Nullable DocumentEntry found) {
    return found != null && range.contains(found.position()) ? found : null;
  }

  /**
   * The first one beyond (position, key); without a key, the first one at the position or beyond.
   */
  private @Nullable DocumentEntry next(
      Node node, int depth, long position, @Nullable DocumentKey key) {
    visits++;
    if (node.isLeaf()) {
      return node.next(position, key);
    }
    int digit = Node.digit(position, depth);
    Node same = node.child(digit);
    DocumentEntry found = same == null ? null : next(same, depth + 1, position, key);
    for (int i = digit + 1; found == null && i < Node.CHILDREN; i++) {
      Node later = node.child(i);
      found = later == null ? null : next(later, depth + 1, Node.lowest(position, i, depth), null);
    }
    return found;
  }
}
