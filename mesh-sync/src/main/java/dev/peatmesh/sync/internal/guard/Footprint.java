package dev.peatmesh.sync.internal.guard;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a change adds to the structure of a document, and what it takes to be there already. The
 * native core trusts both: a text key in a list, or an element that is none, ends the process at
 * once or when somebody reads it. Only the whole document can tell, so {@link DocumentGuard} does.
 *
 * <p>Holds runs, so its size follows the bytes of the chunk and not the number of operations.
 *
 * @param created objects that the change creates, by ascending counter
 * @param inserted elements that it inserts, by ascending counter
 * @param objects objects of earlier changes that it edits
 * @param elements elements of earlier changes that it refers to
 */
public record Footprint(
    List<CreatedObjects> created,
    List<InsertedElements> inserted,
    List<EditedObject> objects,
    List<UsedElements> elements) {
  /** That of a change which touches nothing but plain values in the root map. */
  static final Footprint NONE = new Footprint(List.of(), List.of(), List.of(), List.of());

  public Footprint {
    created = List.copyOf(created);
    inserted = List.copyOf(inserted);
    objects = List.copyOf(objects);
    elements = List.copyOf(elements);
  }

  /**
   * Objects of one kind in one parent, made by operations of the author one after the other.
   *
   * @param first counter of the first of them
   * @param sequence whether they are lists or texts, and not maps
   * @param parent the object they are in; null for the root map
   */
  public record CreatedObjects(
      long first, long count, boolean sequence, @Nullable OperationId parent) {}

  /** Elements of one list or text, inserted by operations of the author one after the other. */
  public record InsertedElements(long first, long count, OperationId list) {}

  /** An object that an earlier change created, edited as a sequence or as a map. */
  public record EditedObject(OperationId id, boolean sequence) {}

  /** Elements of one list and one creator, whose counters are {@code step} apart. */
  public record UsedElements(
      ActorId creator, long first, long step, long count, OperationId list) {}
}
