package dev.peatmesh.sync.internal.guard;

import dev.peatmesh.sync.internal.guard.Footprint.CreatedObjects;
import dev.peatmesh.sync.internal.guard.Footprint.EditedObject;
import dev.peatmesh.sync.internal.guard.Footprint.InsertedElements;
import dev.peatmesh.sync.internal.guard.Footprint.UsedElements;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Collects the footprint of one change, operation by operation, and refuses references inside the
 * change that lead nowhere. Neighbours join the run before them as they come in. Not thread-safe.
 */
final class FootprintCollector {
  private static final long NULL = NumberColumn.NULL;

  private final ActorTable actors;
  private final long startOp;
  private final List<CreatedObjects> created = new ArrayList<>(0);
  private final List<InsertedElements> inserted = new ArrayList<>(0);
  private final List<EditedObject> objects = new ArrayList<>(0);
  private final List<UsedElements> elements = new ArrayList<>(0);

  /** The object of the operation at hand; null is the root map. */
  private @Nullable OperationId object;

  private long objectActor = NULL;
  private long objectCounter = NULL;
  private boolean sequence;

  FootprintCollector(ActorTable actors, long startOp) {
    this.actors = actors;
    this.startOp = startOp;
  }

  /** Goes to the object of the next operation, which edits it as a sequence or as a map. */
  void enter(long actor, long counter, boolean asSequence) {
    if (actor == objectActor && counter == objectCounter && asSequence == sequence) {
      return;
    }
    objectActor = actor;
    objectCounter = counter;
    sequence = asSequence;
    object = counter == NULL ? null : new OperationId(actors.id(actor), counter);
    if (object == null) {
      return;
    }
    if (!isOwn(actor, counter)) {
      objects.add(new EditedObject(object, asSequence));
      return;
    }
    CreatedObjects run = last(created, CreatedObjects::first, counter);
    if (run == null || counter - run.first() >= run.count()) {
      throw new GuardException("object that nobody created");
    }
    if (run.sequence() != asSequence) {
      throw new GuardException("map edited as a sequence or the reverse");
    }
  }

  /** The operation makes an object. */
  void create(long counter, boolean asSequence) {
    int top = created.size() - 1;
    CreatedObjects run = top < 0 ? null : created.get(top);
    if (run != null
        && run.first() + run.count() == counter
        && run.sequence() == asSequence
        && Objects.equals(run.parent(), object)) {
      created.set(top, new CreatedObjects(run.first(), run.count() + 1, asSequence, run.parent()));
    } else {
      created.add(new CreatedObjects(counter, 1, asSequence, object));
    }
  }

  /** The operation inserts an element. */
  void insert(long counter) {
    OperationId list = Objects.requireNonNull(object);
    int top = inserted.size() - 1;
    InsertedElements run = top < 0 ? null : inserted.get(top);
    if (run != null && run.first() + run.count() == counter && run.list().equals(list)) {
      inserted.set(top, new InsertedElements(run.first(), run.count() + 1, run.list()));
    } else {
      inserted.add(new InsertedElements(counter, 1, list));
    }
  }

  /** The operation refers to an element. */
  void use(long actor, long counter) {
    OperationId list = Objects.requireNonNull(object);
    if (isOwn(actor, counter)) {
      InsertedElements run = last(inserted, InsertedElements::first, counter);
      if (run == null || counter - run.first() >= run.count() || !run.list().equals(list)) {
        throw new GuardException("element that is not in its list");
      }
      return;
    }
    ActorId creator = actors.id(actor);
    int top = elements.size() - 1;
    UsedElements run = top < 0 ? null : elements.get(top);
    if (run == null || !run.creator().equals(creator) || !run.list().equals(list)) {
      elements.add(new UsedElements(creator, counter, 0, 1, list));
      return;
    }
    long step = run.count() == 1 ? counter - run.first() : run.step();
    if (counter == run.first() + step * run.count()) {
      elements.set(top, new UsedElements(creator, run.first(), step, run.count() + 1, list));
    } else {
      elements.add(new UsedElements(creator, counter, 0, 1, list));
    }
  }

  Footprint finish() {
    boolean none = created.isEmpty() && objects.isEmpty();
    return none ? Footprint.NONE : new Footprint(created, inserted, objects, elements);
  }

  /** Whether an operation of this very change has that id. */
  private boolean isOwn(long actor, long counter) {
    return actor == 0 && counter >= startOp;
  }

  private static <T> @Nullable T last(List<T> runs, ToLongFunction<T> first, long counter) {
    int index = lastRun(runs, first, counter);
    return index < 0 ? null : runs.get(index);
  }

  /** Index of the last run that does not start after the counter, or -1. */
  static <T> int lastRun(List<T> runs, ToLongFunction<T> first, long counter) {
    int low = 0;
    int high = runs.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (first.applyAsLong(runs.get(middle)) <= counter) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low - 1;
  }
}
