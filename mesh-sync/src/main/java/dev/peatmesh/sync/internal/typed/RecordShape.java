package dev.peatmesh.sync.internal.typed;

import dev.peatmesh.sync.MapEditor;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A record: a map with a key for each component. Keys that it does not know are left alone. */
final class RecordShape implements Shape {
  private final Class<?> type;
  private final Constructor<?> constructor;

  /** Set once, after construction: a record may hold records of its own type. */
  private List<Component> components = List.of();

  RecordShape(Class<?> type, Constructor<?> constructor) {
    this.type = type;
    this.constructor = constructor;
  }

  /** What stands for "there is none". */
  enum Presence {
    /** A field must be there, or its shape know what to read instead. */
    REQUIRED,
    /** Absent is null. */
    NULLABLE,
    /** Absent is {@link Optional#empty}. */
    OPTIONAL
  }

  /** One component of the record. */
  record Component(String name, Shape shape, Presence presence, Method accessor) {}

  void complete(List<Component> all) {
    components = List.copyOf(all);
  }

  List<Component> components() {
    return components;
  }

  @Override
  public Object read(@Nullable Object stored, ValuePath path) {
    if (!(stored instanceof Map<?, ?> fields)) {
      throw path.unexpected(stored, "a map, for the record " + type.getSimpleName());
    }
    @Nullable Object[] values = new Object[components.size()];
    for (int i = 0; i < values.length; i++) {
      Component component = components.get(i);
      values[i] = read(component, fields.get(component.name()), path.key(component.name()));
    }
    try {
      return constructor.newInstance(values);
    } catch (InvocationTargetException refused) {
      Throwable cause = refused.getCause();
      throw path.unexpected(
          "values that its constructor refuses: " + cause,
          "a valid " + type.getSimpleName(),
          cause);
    } catch (ReflectiveOperationException impossible) {
      throw new LinkageError("a constructor that was accessible is not any more", impossible);
    }
  }

  private static @Nullable Object read(
      Component component, @Nullable Object stored, ValuePath path) {
    if (stored != null) {
      Object value = component.shape().read(stored, path);
      return component.presence() == Presence.OPTIONAL ? Optional.of(value) : value;
    }
    return switch (component.presence()) {
      case OPTIONAL -> Optional.empty();
      case NULLABLE -> null;
      case REQUIRED -> {
        Object absent = component.shape().whenAbsent();
        if (absent == null) {
          throw path.unexpected(
              "nothing",
              "a value; declare the component Optional or @Nullable if older documents lack it",
              null);
        }
        yield absent;
      }
    };
  }

  @Override
  public Map<String, Object> write(Object value, ValuePath path) {
    Map<String, Object> fields = new LinkedHashMap<>();
    for (Component component : components) {
      Object plain = write(component, value, path.key(component.name()));
      if (plain != null) {
        fields.put(component.name(), plain);
      }
    }
    return fields;
  }

  private static @Nullable Object write(Component component, Object from, ValuePath path) {
    Object value;
    try {
      value = component.accessor().invoke(from);
    } catch (ReflectiveOperationException failed) {
      throw new IllegalStateException(path + ": its accessor failed", failed);
    }
    if (value instanceof Optional<?> optional) {
      value = optional.orElse(null);
    } else if (value == null && component.presence() != Presence.NULLABLE) {
      throw path.refused("is null. Declare the component Optional or @Nullable, or set it.");
    }
    return value == null ? null : component.shape().write(value, path);
  }

  @Override
  public void update(Spot spot, @Nullable Object stored, @Nullable Object base, Object wanted) {
    if (stored instanceof Map<?, ?> fields && base instanceof Map<?, ?> before) {
      updateFields(spot.map(), fields, before, (Map<?, ?>) wanted);
    } else {
      spot.put(wanted);
    }
  }

  /** Edits the known fields that differ. */
  void updateFields(MapEditor editor, Map<?, ?> stored, Map<?, ?> base, Map<?, ?> wanted) {
    for (Component component : components) {
      String name = component.name();
      Object after = wanted.get(name);
      if (after == null) {
        if (base.containsKey(name)) {
          editor.remove(name);
        }
      } else if (stored.get(name) == null) {
        // A list or map of ours may be empty for an absent one: then there is nothing to write.
        if (!after.equals(base.get(name))) {
          editor.put(name, after);
        }
      } else if (!Objects.equals(base.get(name), after)) {
        component
            .shape()
            .update(new Spot.Key(editor, name), stored.get(name), base.get(name), after);
      }
    }
  }
}
