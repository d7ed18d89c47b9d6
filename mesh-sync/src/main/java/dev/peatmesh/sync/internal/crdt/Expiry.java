package dev.peatmesh.sync.internal.crdt;

import dev.peatmesh.sync.internal.guard.ChangeChunk;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Method;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;
import org.automerge.AmValue;
import org.automerge.ChangeHash;
import org.automerge.ObjectId;
import org.automerge.Read;
import org.jspecify.annotations.Nullable;

/** When a document expires: the last one of all instants that were written concurrently. */
final class Expiry {
  /**
   * Of {@code Conflicts}: the class that holds concurrent values is, in automerge-java 0.0.7, not
   * public, although a public method returns it.
   */
  private static final MethodHandle VALUES = values();

  private Expiry() {}

  static Optional<Instant> of(Read document, ChangeHash @Nullable [] at) {
    Optional<?> concurrent =
        at == null
            ? document.getAll(ObjectId.ROOT, ChangeChunk.EXPIRES_KEY)
            : document.getAll(ObjectId.ROOT, ChangeChunk.EXPIRES_KEY, at);
    if (concurrent.isEmpty()) {
      return Optional.empty();
    }
    Instant last = null;
    for (Object value : values(concurrent.get())) {
      // Another program may have written anything there.
      if (value instanceof AmValue.Timestamp time) {
        Instant instant = time.getValue().toInstant();
        last = last == null || last.isBefore(instant) ? instant : last;
      }
    }
    return Optional.ofNullable(last);
  }

  private static Collection<?> values(Object conflicts) {
    try {
      return (Collection<?>) VALUES.invoke(conflicts);
    } catch (Throwable impossible) {
      throw new AssertionError("values() throws nothing", impossible);
    }
  }

  private static MethodHandle values() {
    try {
      Method values = Class.forName("org.automerge.Conflicts").getDeclaredMethod("values");
      values.setAccessible(true);
      return MethodHandles.lookup().unreflect(values);
    } catch (ReflectiveOperationException changed) {
      throw new LinkageError("automerge-java is another one than 0.0.7", changed);
    }
  }
}
