package dev.peatmesh.testkit.kubernetes.internal;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/**
 * One write. Neither object is ever altered.
 *
 * @param revision the resource version it made
 * @param object what stands there since; null when it was deleted
 * @param previous what stood there before; null when it was created
 */
record Change(long revision, @Nullable ObjectNode object, @Nullable ObjectNode previous) {
  Change {
    if (object == null && previous == null) {
      throw new AssertionError("a change of nothing at " + revision);
    }
  }

  SliceKey key() {
    return SliceKey.of(object != null ? object : before());
  }

  /**
   * The line that a watch of this selection gets; null when it does not concern it. What leaves a
   * selection is deleted for whoever watches it.
   */
  @Nullable ObjectNode seenBy(Selection selection) {
    boolean is = object != null && selection.matches(object);
    boolean was = previous != null && selection.matches(previous);
    if (is && object != null) {
      return WatchEvents.of(was ? "MODIFIED" : "ADDED", object);
    }
    return was ? WatchEvents.of("DELETED", lastState()) : null;
  }

  /** The last state, with the version of its end. */
  private ObjectNode lastState() {
    ObjectNode last = before().deepCopy();
    last.withObjectProperty("metadata").put("resourceVersion", Long.toString(revision));
    return last;
  }

  private ObjectNode before() {
    if (previous == null) {
      throw new AssertionError("created at " + revision + ", asked for before");
    }
    return previous;
  }
}
