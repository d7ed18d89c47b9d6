package dev.peatmesh.sync.internal.engine;

import dev.peatmesh.sync.internal.guard.ChangeHash;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Changes that no document here takes, so that they are not asked for again. Remembers the last
 * {@value #MAX}; one that was forgotten is asked for and refused once more.
 */
final class RefusedChanges {
  static final int MAX = 16_384;

  private final Set<ChangeHash> hashes = new LinkedHashSet<>();

  void add(ChangeHash hash) {
    if (hashes.add(hash) && hashes.size() > MAX) {
      Iterator<ChangeHash> oldest = hashes.iterator();
      oldest.next();
      oldest.remove();
    }
  }

  boolean contains(ChangeHash hash) {
    return hashes.contains(hash);
  }
}
