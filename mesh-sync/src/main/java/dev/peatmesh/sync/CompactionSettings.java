package dev.peatmesh.sync;

import java.time.Duration;
import java.util.Set;

/**
 * When the space of old changes is given back. Immutable. Compaction never changes what a document
 * holds, and no other node notices it.
 *
 * @param enabled whether it runs by itself
 * @param interval how often it looks for work, at least {@link #INTERVAL_MIN}
 * @param thresholdBytes how many bytes of single changes a document may have on the disk before
 *     they are packed into one snapshot; 0: any
 * @param collections which collections; empty: all of them
 */
public record CompactionSettings(
    boolean enabled, Duration interval, long thresholdBytes, Set<String> collections) {
  /** The shortest interval: looking for work takes time of the document loop. */
  public static final Duration INTERVAL_MIN = Duration.ofSeconds(10);

  /** The longest interval. */
  public static final Duration INTERVAL_MAX = Duration.ofDays(365);

  /** Switched off; when it is switched on, every 5 minutes, from 64 KiB, all collections. */
  public static final CompactionSettings DEFAULT =
      new CompactionSettings(false, Duration.ofMinutes(5), 65_536, Set.of());

  public CompactionSettings {
    if (interval.compareTo(INTERVAL_MIN) < 0 || interval.compareTo(INTERVAL_MAX) > 0) {
      throw new IllegalArgumentException(
          "compaction interval("
              + interval
              + "): is outside "
              + INTERVAL_MIN
              + " to "
              + INTERVAL_MAX
              + ". Use one within.");
    }
    if (thresholdBytes < 0) {
      throw new IllegalArgumentException(
          "compaction thresholdBytes(" + thresholdBytes + "): is negative. Use 0 or more.");
    }
    collections = Set.copyOf(collections);
    collections.forEach(name -> new DocumentKey(name, "id"));
  }

  /** The same, switched on or off. */
  public CompactionSettings withEnabled(boolean on) {
    return new CompactionSettings(on, interval, thresholdBytes, collections);
  }

  /**
   * The same with another interval.
   *
   * @throws IllegalArgumentException when it is shorter or longer than allowed
   */
  public CompactionSettings withInterval(Duration other) {
    return new CompactionSettings(enabled, other, thresholdBytes, collections);
  }

  /**
   * The same with another threshold.
   *
   * @throws IllegalArgumentException when it is negative
   */
  public CompactionSettings withThresholdBytes(long bytes) {
    return new CompactionSettings(enabled, interval, bytes, collections);
  }

  /**
   * The same for these collections only.
   *
   * @throws IllegalArgumentException when one is no name of a collection
   */
  public CompactionSettings withCollections(Set<String> names) {
    return new CompactionSettings(enabled, interval, thresholdBytes, names);
  }

  /** Whether documents of that collection are compacted. */
  public boolean covers(String collection) {
    return collections.isEmpty() || collections.contains(collection);
  }
}
