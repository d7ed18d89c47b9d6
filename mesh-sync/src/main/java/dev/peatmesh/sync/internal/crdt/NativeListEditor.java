package dev.peatmesh.sync.internal.crdt;

import dev.peatmesh.sync.ListEditor;
import dev.peatmesh.sync.MapEditor;
import dev.peatmesh.sync.TextEditor;
import dev.peatmesh.sync.internal.value.Place;
import dev.peatmesh.sync.internal.value.Refusals;
import dev.peatmesh.sync.internal.value.Values;
import java.util.Optional;
import org.automerge.AmValue;
import org.automerge.ObjectId;
import org.automerge.ObjectType;
import org.jspecify.annotations.Nullable;

/** Edits one native list. */
final class NativeListEditor implements ListEditor {
  private final Edit edit;
  private final ObjectId list;
  private final Place place;

  NativeListEditor(Edit edit, ObjectId list, Place place) {
    this.edit = edit;
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
    edit.put(new Slot.Insertion(list, index), Values.normal(value, place.index(index)));
  }

  @Override
  public void set(int index, @Nullable Object value) {
    check(index, size());
    edit.put(new Slot.Element(list, index), Values.normal(value, place.index(index)));
  }

  @Override
  public void remove(int index) {
    check(index, size());
    edit.remove(list, index);
  }

  @Override
  public Optional<Object> get(int index) {
    return Optional.ofNullable(edit.value(element(index)));
  }

  @Override
  public int size() {
    edit.checkOpen();
    return edit.length(list);
  }

  @Override
  public void increment(int index, long by) {
    Optional<AmValue> present = Optional.of(element(index));
    NativeEditors.increment(edit, new Slot.Element(list, index), present, by, place.index(index));
  }

  @Override
  public MapEditor map(int index) {
    return new NativeMapEditor(edit, child(index, ObjectType.MAP), place.index(index));
  }

  @Override
  public ListEditor list(int index) {
    return new NativeListEditor(edit, child(index, ObjectType.LIST), place.index(index));
  }

  @Override
  public TextEditor text(int index) {
    return new NativeTextEditor(edit, child(index, ObjectType.TEXT), place.index(index));
  }

  private ObjectId child(int index, ObjectType type) {
    return NativeEditors.child(edit, element(index), type, place.index(index));
  }

  private AmValue element(int index) {
    check(index, size());
    return edit.get(list, index)
        .orElseThrow(() -> new AssertionError("no element below the length"));
  }

  private void check(int index, int end) {
    Refusals.checkIndex(place, index, end, size());
  }
}
