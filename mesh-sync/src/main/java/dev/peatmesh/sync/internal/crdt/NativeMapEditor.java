package dev.peatmesh.sync.internal.crdt;

import dev.peatmesh.sync.Counter;
import dev.peatmesh.sync.ListEditor;
import dev.peatmesh.sync.MapEditor;
import dev.peatmesh.sync.TextEditor;
import dev.peatmesh.sync.internal.guard.ChangeChunk;
import dev.peatmesh.sync.internal.value.Place;
import dev.peatmesh.sync.internal.value.Values;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import org.automerge.AmValue;
import org.automerge.MapEntry;
import org.automerge.ObjectId;
import org.automerge.ObjectType;
import org.jspecify.annotations.Nullable;

/** Edits one native map. */
final class NativeMapEditor implements MapEditor {
  private final Edit edit;
  private final ObjectId map;
  private final Place place;

  NativeMapEditor(Edit edit, ObjectId map, Place place) {
    this.edit = edit;
    this.map = map;
    this.place = place;
  }

  @Override
  public void put(String key, @Nullable Object value) {
    Place at = writable(key);
    edit.put(new Slot.Key(map, key), Values.normal(value, at));
  }

  @Override
  public void remove(String key) {
    edit.checkOpen();
    if (contains(key)) {
      edit.remove(map, key, place);
    }
  }

  @Override
  public void increment(String key, long by) {
    Place at = writable(key);
    Slot.Key slot = new Slot.Key(map, key);
    Optional<AmValue> present = edit.get(map, key);
    if (present.isEmpty()) {
      edit.put(slot, new Counter(0));
    }
    NativeEditors.increment(edit, slot, present, by, at);
  }

  @Override
  public Optional<Object> get(String key) {
    return find(key).map(edit::value);
  }

  @Override
  public boolean contains(String key) {
    return find(key).isPresent();
  }

  @Override
  public Set<String> keys() {
    edit.checkOpen();
    Set<String> keys = new LinkedHashSet<>();
    for (MapEntry entry : edit.entries(map)) {
      if (!isHidden(entry.getKey())) {
        keys.add(entry.getKey());
      }
    }
    return Collections.unmodifiableSet(keys);
  }

  @Override
  public int size() {
    edit.checkOpen();
    boolean expires = place.isRoot() && edit.get(map, ChangeChunk.EXPIRES_KEY).isPresent();
    return edit.length(map) - (expires ? 1 : 0);
  }

  @Override
  public MapEditor map(String key) {
    Place at = writable(key);
    return new NativeMapEditor(edit, child(key, ObjectType.MAP, at), at);
  }

  @Override
  public ListEditor list(String key) {
    Place at = writable(key);
    return new NativeListEditor(edit, child(key, ObjectType.LIST, at), at);
  }

  @Override
  public TextEditor text(String key) {
    Place at = writable(key);
    return new NativeTextEditor(edit, child(key, ObjectType.TEXT, at), at);
  }

  private ObjectId child(String key, ObjectType type, Place at) {
    Optional<AmValue> present = edit.get(map, key);
    if (present.isPresent()) {
      return NativeEditors.child(edit, present.get(), type, at);
    }
    Values.checkDepth(at);
    return edit.create(new Slot.Key(map, key), type);
  }

  private boolean isHidden(String key) {
    return place.isRoot() && Values.isReserved(key);
  }

  private Optional<AmValue> find(String key) {
    edit.checkOpen();
    Values.checkReserved(key, place);
    return edit.get(map, key);
  }

  private Place writable(String key) {
    edit.checkOpen();
    return place.key(Values.key(key, place));
  }
}
