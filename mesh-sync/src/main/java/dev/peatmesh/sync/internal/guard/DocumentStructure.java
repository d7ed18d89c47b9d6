package dev.peatmesh.sync.internal.guard;

import dev.peatmesh.sync.internal.guard.Footprint.CreatedObjects;
import dev.peatmesh.sync.internal.guard.Footprint.EditedObject;
import dev.peatmesh.sync.internal.guard.Footprint.InsertedElements;
import dev.peatmesh.sync.internal.guard.Footprint.UsedElements;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The objects of one document and the elements of its lists and texts, without their values. Takes
 * 16 bytes for each run of objects in one parent or of elements in one list that one author made
 * without doing anything else in between. Belongs to one loop.
 */
final class DocumentStructure {
  private final Map<ActorId, Made> authors = new HashMap<>();

  /** Refuses a change that relies on what is not there, or nests deeper than the limit. */
  void check(ChangeChunk chunk) {
    Footprint footprint = chunk.footprint();
    for (EditedObject object : footprint.objects()) {
      long tag = objectTag(object.id());
      if (tag == RunTable.NONE || isSequence(tag) != object.sequence()) {
        throw new GuardException("edits an object that is not there, or of another kind");
      }
    }
    for (UsedElements elements : footprint.elements()) {
      checkElements(elements);
    }
    for (int depth : depths(chunk)) {
      if (depth > DocumentGuard.NESTING_MAX) {
        throw new GuardException("nested too deep");
      }
    }
  }

  void admit(ChangeChunk chunk) {
    Footprint footprint = chunk.footprint();
    if (footprint.created().isEmpty() && footprint.inserted().isEmpty()) {
      return;
    }
    int[] depths = depths(chunk);
    Made made = authors.computeIfAbsent(chunk.actor(), actor -> new Made(authors.size()));
    for (int i = 0; i < depths.length; i++) {
      CreatedObjects run = footprint.created().get(i);
      made.objects.add(run.first(), run.count(), depths[i] << 1 | (run.sequence() ? 1 : 0));
    }
    for (InsertedElements run : footprint.inserted()) {
      made.elements.add(run.first(), run.count(), elementTag(run.list()));
    }
  }

  private void checkElements(UsedElements elements) {
    Made made = authors.get(elements.creator());
    long list = elementTag(elements.list());
    for (long i = 0; i < elements.count(); i++) {
      long counter = elements.first() + i * elements.step();
      if (made == null || list == RunTable.NONE || made.elements.tag(counter) != list) {
        throw new GuardException("element that is not in its list");
      }
    }
  }

  /** How deep each run of created objects is; an object in the root map has depth 1. */
  private int[] depths(ChangeChunk chunk) {
    List<CreatedObjects> created = chunk.footprint().created();
    int[] depths = new int[created.size()];
    for (int i = 0; i < depths.length; i++) {
      OperationId parent = created.get(i).parent();
      depths[i] = parent == null ? 1 : 1 + depth(parent, chunk, depths);
    }
    return depths;
  }

  private int depth(OperationId object, ChangeChunk chunk, int[] depths) {
    if (object.counter() < chunk.startOp() || !object.actor().equals(chunk.actor())) {
      return (int) (objectTag(object) >> 1);
    }
    List<CreatedObjects> created = chunk.footprint().created();
    return depths[FootprintCollector.lastRun(created, CreatedObjects::first, object.counter())];
  }

  private long objectTag(OperationId object) {
    Made made = authors.get(object.actor());
    return made == null ? RunTable.NONE : made.objects.tag(object.counter());
  }

  private static boolean isSequence(long objectTag) {
    return (objectTag & 1) == 1;
  }

  /** One number for the list that an element is in. */
  private long elementTag(OperationId list) {
    @Nullable Made made = authors.get(list.actor());
    return made == null ? RunTable.NONE : (long) made.index << Integer.SIZE | list.counter();
  }

  /** What one author made. */
  private static final class Made {
    /** Tagged with twice the depth, plus one for lists and texts. */
    final RunTable objects = new RunTable();

    /** Tagged with the list or text that they are in. */
    final RunTable elements = new RunTable();

    final int index;

    Made(int index) {
      this.index = index;
    }
  }
}
