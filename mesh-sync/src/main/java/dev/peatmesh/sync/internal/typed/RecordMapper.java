package dev.peatmesh.sync.internal.typed;

import dev.peatmesh.runtime.MeshException;
import dev.peatmesh.sync.MapEditor;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Turns documents into records of one type and back, and updates documents. Immutable. */
final class RecordMapper<T extends Record> {
  private final Class<T> type;
  private final RecordShape shape;

  private RecordMapper(Class<T> type, RecordShape shape) {
    this.type = type;
    this.shape = shape;
  }

  /** What a record is in a document. */
  record Fields(Map<String, Object> values) {}

  /**
   * Looks at every component, however deep.
   *
   * @throws MeshException.BadConfiguration naming each that cannot be mapped
   */
  static <T extends Record> RecordMapper<T> of(Class<T> type) {
    return new RecordMapper<>(type, ShapeCompiler.compile(type));
  }

  T read(Map<String, ? extends @Nullable Object> stored, String document) {
    return type.cast(shape.read(stored, ValuePath.of(document)));
  }

  Fields write(T value, String document) {
    return new Fields(shape.write(value, ValuePath.of(document)));
  }

  /** Makes the known fields of the document equal to those wanted. */
  void put(MapEditor root, Fields wanted, String document) {
    Map<String, @Nullable Object> stored = knownFields(root);
    shape.updateFields(root, stored, readable(stored, document), wanted.values());
  }

  /** Writes what the change made different. */
  void update(MapEditor root, UnaryOperator<T> change, String document) {
    if (root.size() == 0) {
      throw new MeshException.Refused(
          "update(" + document + "): there is no such document. Put it first.");
    }
    Map<String, @Nullable Object> stored = knownFields(root);
    T before = read(stored, document);
    T after = change.apply(before);
    if (after == null) {
      throw new MeshException.Refused(
          "update("
              + document
              + "): the change returned null. Return the record, or call delete to delete it.");
    }
    shape.updateFields(
        root, stored, write(before, document).values(), write(after, document).values());
  }

  @Override
  public String toString() {
    return type.getSimpleName();
  }

  private Map<String, @Nullable Object> knownFields(MapEditor root) {
    Map<String, @Nullable Object> stored = new LinkedHashMap<>();
    for (RecordShape.Component component : shape.components()) {
      if (root.contains(component.name())) {
        stored.put(component.name(), root.get(component.name()).orElse(null));
      }
    }
    return stored;
  }

  /**
   * The stored fields as this type would write them, so that two spellings of one value count as
   * equal; as they are when the type cannot read them: a put may replace what nobody can read.
   */
  private Map<String, ? extends @Nullable Object> readable(
      Map<String, @Nullable Object> stored, String document) {
    try {
      return write(read(stored, document), document).values();
    } catch (MeshException.UnexpectedValue unreadable) {
      return stored;
    }
  }
}
