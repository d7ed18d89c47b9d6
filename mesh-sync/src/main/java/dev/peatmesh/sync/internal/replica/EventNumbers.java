package dev.peatmesh.sync.internal.replica;

import dev.peatmesh.sync.internal.engine.Lineage;
import dev.peatmesh.sync.internal.engine.Lineage.Skipped;
import dev.peatmesh.sync.internal.engine.StoreId;
import dev.peatmesh.sync.internal.store.ReplicaState;
import dev.peatmesh.sync.internal.store.StoreWrite;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Gives each event of this node its number, and knows which numbers were left out. Belongs to the
 * document loop.
 */
final class EventNumbers {
  /** The note under which the ranges that were left out are kept. */
  static final String NOTE = "journal.skipped";

  private static final Pattern RANGE = Pattern.compile("(\\d{1,18})-(\\d{1,18})");

  private final StoreId store;
  private final List<Skipped> skipped;
  private final boolean changed;
  private long last;

  /**
   * Goes on where the store ended.
   *
   * @param known the last number found in the store
   * @param note what {@link #note} made, or empty
   */
  EventNumbers(ReplicaState replica, long known, String note) {
    store = StoreId.of(HexFormat.of().parseHex(replica.storeId()));
    last = Math.max(known, replica.nextSequence() - 1);
    List<Skipped> ranges = parse(note);
    changed = !replica.cleanStop() && last > known;
    if (changed) {
      ranges.add(new Skipped(known, last));
    }
    skipped = bounded(ranges);
  }

  /** The number of one more event. */
  long next() {
    return ++last;
  }

  /** The last number given. */
  long last() {
    return last;
  }

  /** Which history the store has. */
  Lineage lineage() {
    return new Lineage(store, last, skipped);
  }

  /** What the store must keep of this opening; usually nothing. */
  List<StoreWrite> note() {
    if (!changed) {
      return List.of();
    }
    StringBuilder text = new StringBuilder();
    skipped.forEach(
        each -> text.append(text.isEmpty() ? "" : ",").append(each.after()).append('-').append(each.to()));
    return List.of(new StoreWrite.Note(NOTE, text.toString()));
  }

  private static List<Skipped> parse(String note) {
    List<Skipped> ranges = new ArrayList<>();
    Matcher found = RANGE.matcher(note);
    while (found.find()) {
      ranges.add(new Skipped(Long.parseLong(found.group(1)), Long.parseLong(found.group(2))));
    }
    return ranges;
  }

  /** The oldest ones become one that covers all of them. */
  private static List<Skipped> bounded(List<Skipped> ranges) {
    int excess = ranges.size() - Lineage.SKIPPED_MAX;
    if (excess <= 0) {
      return List.copyOf(ranges);
    }
    Skipped oldest = new Skipped(ranges.get(0).after(), ranges.get(excess).to());
    List<Skipped> fewer = new ArrayList<>(ranges.subList(excess + 1, ranges.size()));
    fewer.add(0, oldest);
    return List.copyOf(fewer);
  }
}
