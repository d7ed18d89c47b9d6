package dev.peatmesh.sync.internal.latest;

import dev.peatmesh.sync.Counter;
import dev.peatmesh.sync.ListEditor;
import dev.peatmesh.sync.MapEditor;
import dev.peatmesh.sync.TextEditor;
import dev.peatmesh.sync.internal.value.Place;
import dev.peatmesh.sync.internal.value.Refusals;
import dev.peatmesh.sync.internal.value.Values;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Edits one map of a draft. */
final class LatestMapEditor implements MapEditor {
  private final Draft draft;
  private final Map<String, @Nullable Object> map;
  private final Place place;

  LatestMapEditor(Draft draft, Map<String, @Nullable Object> map, Place place) {
    this.draft = draft;
    this.map = map;
    this.place = place;
  }

  @Override
  public void put(String key, @Nullable Object value) {
    map.put(key, Values.normal(value, writable(key)));
  }

  @Override
  public void remove(String key) {
    readable(key);
    map.remove(key);
  }

  @Override
  public void increment(String key, long by) {
    Place at = writable(key);
    Object present = map.containsKey(key) ? draft.thawed(map, key) : new Counter(0);
    if (present instanceof DraftCounter counter) {
      Refusals.sum(at, counter.value(), by);
      counter.add(by);
    } else {
      map.put(key, LatestEditors.sum(present, by, at));
    }
  }

  @Override
  public Optional<Object> get(String key) {
    readable(key);
    return Optional.ofNullable(Draft.frozen(map.get(key)));
  }

  @Override
  public boolean contains(String key) {
    readable(key);
    return map.containsKey(key);
  }

  @Override
  public Set<String> keys() {
    draft.checkOpen();
    return Collections.unmodifiableSet(new LinkedHashSet<>(map.keySet()));
  }

  @Override
  public int size() {
    draft.checkOpen();
    return map.size();
  }

  @Override
  public MapEditor map(String key) {
    Place at = writable(key);
    return LatestEditors.map(draft, child(key, TreeMap::new, at), at);
  }

  @Override
  public ListEditor list(String key) {
    Place at = writable(key);
    return LatestEditors.list(draft, child(key, ArrayList::new, at), at);
  }

  @Override
  public TextEditor text(String key) {
    Place at = writable(key);
    Object present = child(key, () -> new DraftText(""), at);
    return LatestEditors.text(draft, present, text -> map.put(key, text), at);
  }

  /** What is at the key; a new object when nothing is. */
  private @Nullable Object child(String key, Supplier<Object> empty, Place at) {
    if (!map.containsKey(key)) {
      Values.checkDepth(at);
      map.put(key, empty.get());
    }
    return draft.thawed(map, key);
  }

  private void readable(String key) {
    draft.checkOpen();
    Values.checkReserved(key, place);
  }

  private Place writable(String key) {
    draft.checkOpen();
    return place.key(Values.key(key, place));
  }
}
