package dev.peatmesh.sync.internal.typed;

import dev.peatmesh.runtime.MeshException;
import dev.peatmesh.sync.Counter;
import dev.peatmesh.sync.Text;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Constructor;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Looks at a record type and all that it is made of, and collects what cannot be mapped. */
final class ShapeCompiler {
  /** No sane type is deeper; one that contains an ever larger kind of itself has no end. */
  private static final int DEPTH_MAX = 64;

  private final List<String> problems = new ArrayList<>();
  private final Map<ResolvedType, RecordShape> records = new HashMap<>();
  private final Map<ResolvedType, VariantShape> variants = new HashMap<>();
  private int depth;

  private ShapeCompiler() {}

  static RecordShape compile(Class<? extends Record> type) {
    ShapeCompiler compiler = new ShapeCompiler();
    RecordShape shape = null;
    if (type.isRecord()) {
      shape = compiler.record(new ResolvedType(type, List.of()), type.getSimpleName());
    } else {
      compiler.problem(type.getSimpleName(), "is no record type. Give the class of a record.");
    }
    if (shape == null || !compiler.problems.isEmpty()) {
      throw new MeshException.BadConfiguration(compiler.problems);
    }
    return shape;
  }

  private @Nullable Shape shape(ResolvedType type, String path) {
    Class<?> raw = type.raw();
    ScalarShape scalar = Scalars.of(raw);
    if (scalar != null) {
      return scalar;
    }
    if (raw == Counter.class) {
      return CounterShape.COUNTER;
    }
    if (raw == Text.class) {
      return TextShape.TEXT;
    }
    if (raw == List.class) {
      Shape element = shape(type.argument(0), path + "[]");
      return element == null ? null : new ListShape(element);
    }
    if (raw == Set.class) {
      return set(type, path);
    }
    if (raw == Map.class) {
      return map(type, path);
    }
    if (++depth > DEPTH_MAX) {
      return problem(path, "contains ever larger kinds of itself. Break the cycle.");
    }
    try {
      if (raw.isRecord()) {
        return record(type, path);
      }
      return raw.isSealed() && raw.isInterface() ? variants(type, path) : unknown(type, path);
    } finally {
      depth--;
    }
  }

  private @Nullable Shape set(ResolvedType type, String path) {
    ScalarShape element = Scalars.of(type.argument(0).raw());
    if (element == null || !element.ordered()) {
      return problem(
          path,
          "a set of "
              + type.argument(0).raw().getSimpleName()
              + " has no order to be stored in. Use a List, or a Map with a key for each.");
    }
    return new SetShape(element);
  }

  private @Nullable Shape map(ResolvedType type, String path) {
    if (type.argument(0).raw() != String.class) {
      return problem(path, "has keys that are no strings. Use Map<String, ...>.");
    }
    Shape element = shape(type.argument(1), path + ".*");
    return element == null ? null : new MapShape(element);
  }

  private @Nullable RecordShape record(ResolvedType type, String path) {
    RecordShape known = records.get(type);
    if (known != null) {
      return known;
    }
    RecordComponent[] components = type.raw().getRecordComponents();
    if (type.raw().getTypeParameters().length != type.arguments().size()) {
      problem(path, "is used without its type arguments. Name them, or wrap it in a record.");
      return null;
    }
    Constructor<?> constructor = constructor(type.raw(), components, path);
    if (constructor == null) {
      return null;
    }
    if (components.length == 0) {
      problem(path, "has no components: nothing would be stored. Add one.");
      return null;
    }
    RecordShape shape = new RecordShape(type.raw(), constructor);
    records.put(type, shape);
    List<RecordShape.Component> mapped = new ArrayList<>();
    for (RecordComponent component : components) {
      RecordShape.Component each = component(component, type, path + "." + component.getName());
      if (each != null) {
        mapped.add(each);
      }
    }
    shape.complete(mapped);
    return shape;
  }

  private RecordShape.@Nullable Component component(
      RecordComponent component, ResolvedType owner, String path) {
    String name = component.getName();
    if (name.startsWith("$") || name.codePoints().anyMatch(c -> c > Character.MAX_VALUE)) {
      problem(path, "its name cannot be a key: no $ first, no character beyond U+FFFF. Rename it.");
      return null;
    }
    ResolvedType type = ResolvedType.of(component.getGenericType(), owner);
    RecordShape.Presence presence = RecordShape.Presence.REQUIRED;
    if (type.raw() == Optional.class) {
      presence = RecordShape.Presence.OPTIONAL;
      type = type.argument(0);
    } else if (isNullable(component)) {
      presence = RecordShape.Presence.NULLABLE;
    }
    Shape shape = shape(type, path);
    Method accessor = component.getAccessor();
    if (shape == null || !opened(accessor, owner.raw(), path)) {
      return null;
    }
    return new RecordShape.Component(name, shape, presence, accessor);
  }

  private @Nullable Shape variants(ResolvedType type, String path) {
    VariantShape known = variants.get(type);
    if (known != null) {
      return known;
    }
    VariantShape shape = new VariantShape(type.raw());
    variants.put(type, shape);
    Map<String, RecordShape> byTag = new LinkedHashMap<>();
    for (Class<?> variant : type.raw().getPermittedSubclasses()) {
      String at = path + "(" + variant.getSimpleName() + ")";
      if (!variant.isRecord() || variant.getTypeParameters().length > 0) {
        return problem(at, "is no plain record. Permit records without type parameters only.");
      }
      RecordShape each = record(new ResolvedType(variant, List.of()), at);
      if (each != null && byTag.put(variant.getSimpleName(), each) != null) {
        return problem(at, "has the simple name of another variant. Rename one.");
      }
    }
    shape.complete(byTag);
    return shape;
  }

  private @Nullable Constructor<?> constructor(
      Class<?> type, RecordComponent[] components, String path) {
    Class<?>[] parameters =
        Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
    try {
      Constructor<?> constructor = type.getDeclaredConstructor(parameters);
      return opened(constructor, type, path) ? constructor : null;
    } catch (NoSuchMethodException impossible) {
      throw new AssertionError("every record has its canonical constructor", impossible);
    }
  }

  private boolean opened(java.lang.reflect.AccessibleObject member, Class<?> type, String path) {
    try {
      member.setAccessible(true);
      return true;
    } catch (InaccessibleObjectException closed) {
      problem(
          path,
          "cannot be reached by reflection. Add \"opens "
              + type.getPackageName()
              + " to dev.peatmesh.sync;\" to the module.");
      return false;
    }
  }

  private @Nullable Shape unknown(ResolvedType type, String path) {
    Class<?> raw = type.raw();
    if (raw == byte[].class) {
      return problem(path, "byte[] is mutable, which a record should not hold. Use Bytes.");
    }
    if (raw.isArray()) {
      return problem(path, "arrays are mutable, which a record should not hold. Use a List.");
    }
    if (raw == char.class || raw == Character.class) {
      return problem(path, "a char may be half a character. Use a String.");
    }
    if (raw == Optional.class) {
      return problem(path, "an Optional may be a component only. Leave elements out instead.");
    }
    if (raw == Object.class) {
      return problem(path, "says nothing of what it holds. Name a type, or use untyped().");
    }
    return problem(
        path,
        raw.getName()
            + " cannot be mapped. Use a boolean, a number, String, Instant, Duration, UUID, an"
            + " enum, Bytes, Counter, Text, Uint64, Optional, List, Set, Map<String, ...>, a"
            + " record, or a sealed interface of records.");
  }

  private @Nullable Shape problem(String path, String what) {
    String line = path + ": " + what;
    if (!problems.contains(line)) {
      problems.add(line);
    }
    return null;
  }

  /** Whoever's annotation it is: there are a dozen of that name. */
  private static boolean isNullable(RecordComponent component) {
    return hasNullable(component.getAnnotatedType())
        || hasNullable(component)
        || hasNullable(component.getAccessor());
  }

  private static boolean hasNullable(AnnotatedElement element) {
    return Arrays.stream(element.getAnnotations())
        .anyMatch(each -> each.annotationType().getSimpleName().equals("Nullable"));
  }
}
