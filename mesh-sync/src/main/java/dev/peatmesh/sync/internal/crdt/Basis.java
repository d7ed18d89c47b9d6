package dev.peatmesh.sync.internal.crdt;

import dev.peatmesh.sync.internal.guard.ChangeHash;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a write begins from, and how long it keeps the document.
 *
 * @param view the heads whose view the document is: what others have written beside them is undone
 *     by the write; null for all heads, none for an empty document
 * @param expires until when the write keeps the document at least; null for no say in it
 */
public record Basis(@Nullable List<ChangeHash> view, @Nullable Instant expires) {
  /** The document as it is. */
  public static final Basis PRESENT = new Basis(null, null);

  /** Nothing: the document was deleted. */
  public static final Basis EMPTY = new Basis(List.of(), null);

  /** What the given heads show, of those that the document has. */
  public static Basis of(List<ChangeHash> view) {
    return new Basis(List.copyOf(view), null);
  }

  /** The same by a write that keeps the document until then. */
  public Basis keeping(Instant until) {
    return new Basis(view, until);
  }
}
