package dev.peatmesh.sync.internal.typed;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.util.Arrays;
import java.util.List;

/** A class with its type arguments, in which no type variable is left. */
record ResolvedType(Class<?> raw, List<ResolvedType> arguments) {
  private static final ResolvedType UNKNOWN = new ResolvedType(Object.class, List.of());

  /** The argument; {@code Object} where the type is used raw. */
  ResolvedType argument(int index) {
    return index >= 0 && index < arguments.size() ? arguments.get(index) : UNKNOWN;
  }

  /** Resolves a type that a component of the owner names. */
  static ResolvedType of(Type type, ResolvedType owner) {
    if (type instanceof Class<?> plain) {
      return new ResolvedType(plain, List.of());
    }
    if (type instanceof ParameterizedType generic) {
      return new ResolvedType(
          (Class<?>) generic.getRawType(),
          Arrays.stream(generic.getActualTypeArguments())
              .map(argument -> of(argument, owner))
              .toList());
    }
    if (type instanceof WildcardType wildcard) {
      return of(wildcard.getUpperBounds()[0], owner);
    }
    if (type instanceof TypeVariable<?> variable) {
      return owner.argument(Arrays.asList(owner.raw.getTypeParameters()).indexOf(variable));
    }
    return new ResolvedType(Object[].class, List.of()); // an array of a generic type
  }
}
