package dev.peatmesh.sync.internal.feed;

import java.util.HashSet;
import java.util.Set;

/**
 * Which documents a subscriber with a filter may hold, so that it hears of those that no longer
 * match, and of no others. Bounded: when it would remember too many, it takes documents for held
 * that are not, which costs superfluous events and nothing else.
 */
final class HeldDocuments {
  /** The most ids that are remembered. */
  static final int IDS_MAX = 50_000;

  private final Set<String> ids = new HashSet<>();

  /** Whether all are held but those in the set, instead of none but those. */
  private boolean allBut;

  /** A snapshot begins. */
  void none() {
    ids.clear();
    allBut = false;
  }

  /** It was told of documents before this node started. */
  void any() {
    ids.clear();
    allBut = true;
  }

  void add(String id) {
    if (allBut) {
      ids.remove(id);
    } else if (ids.size() < IDS_MAX) {
      ids.add(id);
    } else if (!ids.contains(id)) {
      any();
    }
  }

  void remove(String id) {
    if (!allBut) {
      ids.remove(id);
    } else if (ids.size() < IDS_MAX) {
      ids.add(id);
    }
  }

  boolean mayContain(String id) {
    return ids.contains(id) != allBut;
  }
}
