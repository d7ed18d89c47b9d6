package dev.peatmesh.discovery.k8s.internal;

import java.util.List;

/** What happens to a {@link SliceWatch}. Answers carry the number of the request they answer. */
public sealed interface Input {
  /** Begin. */
  record Started() implements Input {}

  /**
   * A page of a list.
   *
   * @param continueToken where the next page begins; empty with the last one
   */
  record Page(long request, List<Slice> slices, String resourceVersion, String continueToken)
      implements Input {}

  /** The API accepted the watch. */
  record Opened(long request) implements Input {}

  /** A slice is there, or another one now. */
  record Changed(long request, Slice slice, String resourceVersion) implements Input {}

  /** A slice is gone. */
  record Deleted(long request, String name, String resourceVersion) implements Input {}

  /** Nothing happened up to this version. */
  record Bookmark(long request, String resourceVersion) implements Input {}

  /** The API ended the watch in good order. */
  record Ended(long request) implements Input {}

  /** The request failed, or the watch broke. */
  record Failed(long request, Failure failure) implements Input {}

  /** The time is over that {@link Effect.SetAlarm} asked for. */
  record Rang(Alarm alarm, long sequence) implements Input {}

  /** What time may run out for. Each is set at most once at a time. */
  enum Alarm {
    /** The pause before the next attempt is over. */
    RETRY,
    /** A watch is old enough to be called steady, or should have opened by now. */
    SETTLE,
    /** It is time to list again, whatever the watch does. */
    RELIST
  }
}
