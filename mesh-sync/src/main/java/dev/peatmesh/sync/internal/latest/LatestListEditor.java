package dev.peatmesh.sync.internal.latest;

import dev.peatmesh.sync.ListEditor;
import dev.peatmesh.sync.MapEditor;
import dev.peatmesh.sync.TextEditor;
import dev.peatmesh.sync.internal.value.Place;
import dev.peatmesh.sync.internal.value.Refusals;
import dev.peatmesh.sync.internal.value.Values;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Edits one list of a draft. */
final class LatestListEditor implements ListEditor {
  private final Draft draft;
  private final List<@Nullable Object> list;
  private final Place place;

  LatestListEditor(Draft draft, List<@Nullable Object> list, Place place) {
    this.draft = draft;
    this.list = list;
    this.place = place;
  }

  @Override
  public void add(@Nullable Object value) {
    insert(size(), value);
  }

  @Override
  public void insert(int index, @Nullable Object value) {
    check(index, size() + 1);
    list.add(index, Values.normal(value, place.index(index)));
  }

  @Override
  public void set(int index, @Nullable Object value) {
    check(index, size());
    list.set(index, Values.normal(value, place.index(index)));
  }

  @Override
  public void remove(int index) {
    check(index, size());
    list.remove(index);
  }

  @Override
  public Optional<Object> get(int index) {
    return Optional.ofNullable(Draft.frozen(element(index)));
  }

  @Override
  public int size() {
    draft.checkOpen();
    return list.size();
  }

  @Override
  public void increment(int index, long by) {
    list.set(index, LatestEditors.sum(element(index), by, place.index(index)));
  }

  @Override
  public MapEditor map(int index) {
    return LatestEditors.map(draft, element(index), place.index(index));
  }

  @Override
  public ListEditor list(int index) {
    return LatestEditors.list(draft, element(index), place.index(index));
  }

  @Override
  public TextEditor text(int index) {
    Object present = element(index);
    return LatestEditors.text(draft, present, text -> list.set(index, text), place.index(index));
  }

  private @Nullable Object element(int index) {
    check(index, size());
    return list.get(index);
  }

  private void check(int index, int end) {
    Refusals.checkIndex(place, index, end, size());
  }
}
