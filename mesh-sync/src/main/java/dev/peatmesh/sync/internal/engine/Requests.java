package dev.peatmesh.sync.internal.engine;

import dev.peatmesh.sync.DocumentKey;
import dev.peatmesh.sync.internal.guard.ChangeHash;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What was asked of one peer and has not come. At most {@value #MAX} changes: beyond it what is
 * asked is not remembered, and may be asked of another peer as well.
 */
final class Requests {
  static final int MAX = 65_536;

  /** A peer that brings nothing for this long loses its claim: others are asked, too. */
  static final Duration PATIENCE = Duration.ofSeconds(5);

  /** The longest claim: who brings other things meanwhile must not keep this from us. */
  static final Duration CLAIM = Duration.ofSeconds(15);

  private final Map<DocumentKey, Set<ChangeHash>> open = new LinkedHashMap<>();
  private final Map<DocumentKey, Long> since = new HashMap<>();
  private int size;
  private long lastUsefulNanos;

  void asked(DocumentKey key, List<ChangeHash> hashes, long nowNanos) {
    if (size == 0) {
      lastUsefulNanos = nowNanos;
    }
    if (size + hashes.size() <= MAX) {
      Set<ChangeHash> of = open.computeIfAbsent(key, unused -> new HashSet<>());
      hashes.forEach(hash -> size += of.add(hash) ? 1 : 0);
      since.putIfAbsent(key, nowNanos);
    }
  }

  void arrived(DocumentKey key, List<ChangeHash> hashes, long nowNanos) {
    Set<ChangeHash> of = open.get(key);
    if (of == null) {
      return;
    }
    for (ChangeHash hash : hashes) {
      if (of.remove(hash)) {
        size--;
        lastUsefulNanos = nowNanos;
        since.put(key, nowNanos);
      }
    }
    if (of.isEmpty()) {
      open.remove(key);
      since.remove(key);
    }
  }

  /** A document without history came: whatever was asked of it is in it or never will be. */
  void arrived(DocumentKey key, long nowNanos) {
    Set<ChangeHash> of = open.remove(key);
    if (of != null) {
      since.remove(key);
      size -= of.size();
      lastUsefulNanos = nowNanos;
    }
  }

  /** Whether it was asked for and there is hope that it comes. */
  boolean expects(DocumentKey key, ChangeHash hash, long nowNanos) {
    Set<ChangeHash> of = open.get(key);
    return of != null
        && of.contains(hash)
        && nowNanos - lastUsefulNanos < PATIENCE.toNanos()
        && nowNanos - since.getOrDefault(key, nowNanos) < CLAIM.toNanos();
  }

  boolean isEmpty() {
    return open.isEmpty();
  }

  void clear() {
    open.clear();
    since.clear();
    size = 0;
  }
}
