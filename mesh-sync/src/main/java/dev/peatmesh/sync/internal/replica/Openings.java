package dev.peatmesh.sync.internal.replica;

import dev.peatmesh.sync.internal.engine.Lineage;
import dev.peatmesh.sync.internal.engine.Lineage.Opening;
import dev.peatmesh.sync.internal.store.StoreWrite;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The newest openings of this node's store, kept in it as a note. See {@link Lineage}. */
final class Openings {
  /** The note under which they are kept. */
  static final String NOTE = "journal.openings";

  private static final Pattern OPENING = Pattern.compile("([0-9a-f]{16}):(\\d{1,18})");
  private static final int HEX = 16;

  private final RandomGenerator random;
  private List<Opening> newest;

  /**
   * The store was opened once more.
   *
   * @param kept what the store had under {@link #NOTE}
   * @param held the last number of what it held
   */
  Openings(String kept, long held, RandomGenerator random) {
    this.random = random;
    List<Opening> all = parse(kept);
    all.add(new Opening(random.nextLong(), held));
    newest = List.copyOf(all.subList(Math.max(0, all.size() - Lineage.OPENINGS_MAX), all.size()));
  }

  /** The present one last. */
  List<Opening> newest() {
    return newest;
  }

  /** Something of what the store held is lost: begins as if it were opened for the first time. */
  void beginAnew(long sequence) {
    newest = List.of(new Opening(random.nextLong(), sequence));
  }

  /** What the store must keep. */
  StoreWrite stored() {
    return new StoreWrite.Note(
        NOTE,
        newest.stream()
            .map(each -> "%016x:%d".formatted(each.id(), each.held()))
            .collect(Collectors.joining(",")));
  }

  private static List<Opening> parse(String note) {
    List<Opening> openings = new ArrayList<>();
    Matcher found = OPENING.matcher(note);
    while (found.find()) {
      openings.add(
          new Opening(Long.parseUnsignedLong(found.group(1), HEX), Long.parseLong(found.group(2))));
    }
    return openings;
  }
}
