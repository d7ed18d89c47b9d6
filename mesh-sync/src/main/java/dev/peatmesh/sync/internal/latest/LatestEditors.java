package dev.peatmesh.sync.internal.latest;

import dev.peatmesh.sync.Counter;
import dev.peatmesh.sync.ListEditor;
import dev.peatmesh.sync.MapEditor;
import dev.peatmesh.sync.Text;
import dev.peatmesh.sync.TextEditor;
import dev.peatmesh.sync.internal.value.Place;
import dev.peatmesh.sync.internal.value.Refusals;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What the editors of maps and of lists do alike. */
final class LatestEditors {
  private LatestEditors() {}

  @SuppressWarnings("unchecked") // a draft's maps have string keys: Values.normal made them
  static MapEditor map(Draft draft, @Nullable Object present, Place at) {
    if (present instanceof Map<?, ?> map) {
      return new LatestMapEditor(draft, (Map<String, @Nullable Object>) map, at);
    }
    throw Refusals.wrongKind(at, kind(present), "map");
  }

  @SuppressWarnings("unchecked") // a draft's lists hold anything
  static ListEditor list(Draft draft, @Nullable Object present, Place at) {
    if (present instanceof List<?> list) {
      return new LatestListEditor(draft, (List<@Nullable Object>) list, at);
    }
    throw Refusals.wrongKind(at, kind(present), "list");
  }

  /**
   * @param replace puts the text under edit where the text was
   */
  static TextEditor text(
      Draft draft, @Nullable Object present, Consumer<DraftText> replace, Place at) {
    if (present instanceof DraftText text) {
      return new LatestTextEditor(draft, text, at);
    }
    if (present instanceof Text text) {
      DraftText opened = new DraftText(text.value());
      replace.accept(opened);
      return new LatestTextEditor(draft, opened, at);
    }
    throw Refusals.wrongKind(at, kind(present), "text");
  }

  /** The sum, in a counter that is written as a whole. */
  static Counter sum(@Nullable Object present, long by, Place at) {
    if (present instanceof Counter counter) {
      return new Counter(Refusals.sum(at, counter.value(), by));
    }
    throw Refusals.notCounter(at, kind(present));
  }

  private static String kind(@Nullable Object value) {
    if (value instanceof Map) {
      return "a map";
    }
    if (value instanceof List) {
      return "a list";
    }
    if (value instanceof Text || value instanceof DraftText) {
      return "a text";
    }
    if (value instanceof Counter || value instanceof DraftCounter) {
      return "a counter";
    }
    return value == null ? "null" : "of type " + value.getClass().getSimpleName();
  }
}
