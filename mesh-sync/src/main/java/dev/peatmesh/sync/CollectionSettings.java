package dev.peatmesh.sync;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * How one collection is kept. Immutable. The mode and the delete policy must be the same on every
 * node of a mesh ({@link #contract}): nodes that differ in them do not exchange the collection. The
 * rest is each node's own.
 *
 * @param mode what is kept and sent
 * @param deletes who wins when a delete meets a concurrent edit
 * @param timeToLive how long a document stays after it was last written by this node, from {@link
 *     #TIME_TO_LIVE_MIN} to {@link #TIME_TO_LIVE_MAX}; empty: for ever. The instant at which a
 *     document expires is part of it and the same everywhere
 * @param indexes the dotted paths, such as {@code position.zone}, by which queries find documents
 *     without reading all of them; at most {@value #INDEXES_MAX}, in any order
 */
public record CollectionSettings(
    SyncMode mode, DeletePolicy deletes, Optional<Duration> timeToLive, List<String> indexes) {
  /** The most indexes of one collection: each costs every write a little. */
  public static final int INDEXES_MAX = 16;

  /** The most characters of the path of an index. */
  public static final int INDEX_LENGTH_MAX = 255;

  /** The shortest time to live: below it clocks of different nodes differ too much. */
  public static final Duration TIME_TO_LIVE_MIN = Duration.ofSeconds(1);

  /** The longest time to live. */
  public static final Duration TIME_TO_LIVE_MAX = Duration.ofDays(36_500);

  private static final Set<String> LATEST_ONLY_COLLECTIONS =
      Set.of(
          "beacons",
          "platforms",
          "tracks",
          "nodes",
          "cells",
          "node_states",
          "squad_summaries",
          "platoon_summaries",
          "company_summaries");

  public CollectionSettings {
    timeToLive.ifPresent(CollectionSettings::checkTimeToLive);
    indexes = List.copyOf(indexes);
    checkIndexes(indexes);
  }

  /**
   * The default of a collection of that name: {@link SyncMode#LATEST_ONLY} for beacons, platforms,
   * tracks, nodes, cells, node_states, squad_summaries, platoon_summaries and company_summaries,
   * {@link SyncMode#FULL_HISTORY} for every other one. A history that is cut to a window of time is
   * not offered: track_history and capability_history have full history, too. Edits survive
   * concurrent deletes, nothing expires, nothing is indexed.
   */
  public static CollectionSettings forCollection(String name) {
    SyncMode mode =
        LATEST_ONLY_COLLECTIONS.contains(name) ? SyncMode.LATEST_ONLY : SyncMode.FULL_HISTORY;
    return new CollectionSettings(mode, DeletePolicy.EDIT_WINS, Optional.empty(), List.of());
  }

  /** The same with another mode. */
  public CollectionSettings withMode(SyncMode other) {
    return new CollectionSettings(other, deletes, timeToLive, indexes);
  }

  /** The same with another delete policy. */
  public CollectionSettings withDeletes(DeletePolicy other) {
    return new CollectionSettings(mode, other, timeToLive, indexes);
  }

  /**
   * The same with a time to live.
   *
   * @throws IllegalArgumentException when it is shorter or longer than allowed
   */
  public CollectionSettings withTimeToLive(Duration other) {
    return new CollectionSettings(mode, deletes, Optional.of(other), indexes);
  }

  /** The same with documents that stay until they are deleted. */
  public CollectionSettings withoutTimeToLive() {
    return new CollectionSettings(mode, deletes, Optional.empty(), indexes);
  }

  /**
   * The same with these indexes and no others.
   *
   * @throws IllegalArgumentException when there are too many, or one is empty, too long or there
   *     twice
   */
  public CollectionSettings withIndexes(List<String> others) {
    return new CollectionSettings(mode, deletes, timeToLive, others);
  }

  /**
   * What all nodes must agree on, in one byte: bit 0 the mode, bit 1 the delete policy. Nodes tell
   * each other; where it differs the collection is not exchanged.
   */
  public byte contract() {
    int latestOnly = mode == SyncMode.LATEST_ONLY ? 1 : 0;
    int deleteWins = deletes == DeletePolicy.DELETE_WINS ? 2 : 0;
    return (byte) (latestOnly | deleteWins);
  }

  private static void checkTimeToLive(Duration timeToLive) {
    if (timeToLive.compareTo(TIME_TO_LIVE_MIN) < 0 || timeToLive.compareTo(TIME_TO_LIVE_MAX) > 0) {
      throw new IllegalArgumentException(
          "timeToLive("
              + timeToLive
              + "): is outside "
              + TIME_TO_LIVE_MIN
              + " to "
              + TIME_TO_LIVE_MAX
              + ". Use one within, or none for documents that stay.");
    }
  }

  private static void checkIndexes(List<String> indexes) {
    if (indexes.size() > INDEXES_MAX) {
      throw new IllegalArgumentException(
          "indexes: are " + indexes.size() + "; at most " + INDEXES_MAX + ". Drop some.");
    }
    Set<String> seen = new HashSet<>();
    for (String path : indexes) {
      if (path.isEmpty()
          || path.length() > INDEX_LENGTH_MAX
          || path.startsWith(".")
          || path.endsWith(".")
          || path.contains("..")) {
        throw new IllegalArgumentException(
            "indexes("
                + path.substring(0, Math.min(path.length(), INDEX_LENGTH_MAX))
                + "): is no dotted path of 1 to "
                + INDEX_LENGTH_MAX
                + " characters. Name keys with single dots between them.");
      }
      if (!seen.add(path)) {
        throw new IllegalArgumentException("indexes(" + path + "): is there twice. Name it once.");
      }
    }
  }
}
