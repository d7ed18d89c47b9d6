package dev.peatmesh.sync.internal.typed;

import dev.peatmesh.sync.ListEditor;
import dev.peatmesh.sync.MapEditor;
import dev.peatmesh.sync.TextEditor;

/** A place in a document under edit that already holds a value: a key or an element. */
sealed interface Spot {
  void put(Object value);

  void increment(long by);

  MapEditor map();

  ListEditor list();

  TextEditor text();

  /** A key of a map. */
  record Key(MapEditor in, String key) implements Spot {
    @Override
    public void put(Object value) {
      in.put(key, value);
    }

    @Override
    public void increment(long by) {
      in.increment(key, by);
    }

    @Override
    public MapEditor map() {
      return in.map(key);
    }

    @Override
    public ListEditor list() {
      return in.list(key);
    }

    @Override
    public TextEditor text() {
      return in.text(key);
    }
  }

  /** An element of a list. */
  record Element(ListEditor in, int index) implements Spot {
    @Override
    public void put(Object value) {
      in.set(index, value);
    }

    @Override
    public void increment(long by) {
      in.increment(index, by);
    }

    @Override
    public MapEditor map() {
      return in.map(index);
    }

    @Override
    public ListEditor list() {
      return in.list(index);
    }

    @Override
    public TextEditor text() {
      return in.text(index);
    }
  }
}
