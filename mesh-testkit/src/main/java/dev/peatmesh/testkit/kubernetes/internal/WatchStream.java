package dev.peatmesh.testkit.kubernetes.internal;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One open watch: how far it has read in the history, and what the test does to it. Not
 * thread-safe; no I/O. Holds the lines of the objects it began with, at most {@value #TOLD_MAX}
 * lines of the test, and nothing else: events come from the history of the store.
 */
public final class WatchStream {
  /** How a watch ends. */
  public enum End {
    /** Properly: the answer is complete. */
    CLEAN,
    /** The connection is reset between two lines. */
    RESET,
    /** The connection is closed within a line. */
    MID_LINE
  }

  /**
   * What is to be written now.
   *
   * @param lines in order
   * @param end comes after them; null when the watch goes on
   */
  public record Batch(List<String> lines, @Nullable End end) {
    public Batch {
      lines = List.copyOf(lines);
    }

    /** Whether there is nothing to do. */
    public boolean isEmpty() {
      return lines.isEmpty() && end == null;
    }
  }

  /** The most lines of a test that wait to be written. */
  public static final int TOLD_MAX = 1000;

  private static final int BATCH_MAX = 256;

  private final Selection selection;
  private final boolean understandsBookmarks;
  private final Deque<String> initial = new ArrayDeque<>();
  private final Deque<String> told = new ArrayDeque<>();
  private long readTo;
  private boolean bookmarkDue;
  private boolean silent;
  private @Nullable End end;

  private WatchStream(ListQuery query, long readTo) {
    selection = query.selection();
    understandsBookmarks = query.bookmarks();
    this.readTo = readTo;
  }

  /**
   * Begins where the query says: after a version, or with all that is there.
   *
   * @throws Refusal when the version is too old
   */
  public static WatchStream open(ListQuery query, SliceStore store) {
    boolean named = query.leastRevision() > 0;
    if (named) {
      store.checkWatchFrom(query.leastRevision());
    }
    boolean wantsAll = query.initialEvents() == null ? !named : query.initialEvents();
    WatchStream watch =
        new WatchStream(query, named && !wantsAll ? query.leastRevision() : store.revision());
    if (wantsAll) {
      for (ObjectNode slice : store.select(query.selection())) {
        watch.initial.add(Json.write(WatchEvents.of("ADDED", slice)));
      }
      if (query.initialEvents() != null && query.bookmarks()) {
        watch.initial.add(Json.write(WatchEvents.bookmark(store.revision(), true)));
      }
    }
    return watch;
  }

  /** Takes what is to be written now; the caller writes it. */
  public Batch take(SliceStore store) {
    if (silent) {
      return new Batch(List.of(), end);
    }
    List<String> lines = new ArrayList<>(initial);
    initial.clear();
    List<Change> changes = store.changesAfter(readTo, BATCH_MAX);
    if (changes == null) {
      // Too far behind: a real server ends the watch of a client that does not keep up.
      return new Batch(lines, End.CLEAN);
    }
    for (Change change : changes) {
      ObjectNode event = change.seenBy(selection);
      if (event != null) {
        lines.add(Json.write(event));
      }
      readTo = change.revision();
    }
    lines.addAll(told);
    told.clear();
    if (bookmarkDue && understandsBookmarks) {
      lines.add(Json.write(WatchEvents.bookmark(readTo, false)));
    }
    bookmarkDue = false;
    return new Batch(lines, end);
  }

  /** Tells the client how far it is, if it asked for that. */
  public void bookmark() {
    bookmarkDue = true;
  }

  /** From now on nothing comes, though the connection stands. There is no way back. */
  public void silence() {
    silent = true;
  }

  /** Writes a line that the server would not. */
  public void tell(String line) {
    if (told.size() == TOLD_MAX) {
      throw new IllegalStateException(
          "line: %d wait to be written, which is the most. Is the client reading?"
              .formatted(TOLD_MAX));
    }
    told.add(line);
  }

  /** Ends it, once what happened before is written. The first end stands. */
  public void end(End how) {
    if (end == null) {
      end = how;
    }
  }
}
