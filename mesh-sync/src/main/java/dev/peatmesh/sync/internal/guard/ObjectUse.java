package dev.peatmesh.sync.internal.guard;

import java.util.ArrayList;
import java.util.List;

/**
 * Which objects a change creates, and which older ones it edits and as what. A text key in a list,
 * or an element in a map, ends the process of the native core; only the whole document can tell a
 * list from a map, and {@link DocumentGuard} knows it.
 *
 * <p>Holds runs, so its size follows the bytes of the chunk and not its operations.
 *
 * @param created objects that the change creates, by ascending counter
 * @param edited objects of earlier changes that it edits
 */
public record ObjectUse(List<Created> created, List<Edited> edited) {
  /** The use of a change that touches nothing but the root map and creates nothing. */
  static final ObjectUse NONE = new ObjectUse(List.of(), List.of());

  public ObjectUse {
    created = List.copyOf(created);
    edited = List.copyOf(edited);
  }

  /** Objects of one kind that successive operations of the change's author create. */
  public record Created(long first, long count, boolean sequence) {
    boolean holds(long counter) {
      return counter >= first && counter - first < count;
    }
  }

  /** An object that an earlier change created, edited as a sequence or as a map. */
  public record Edited(ActorId creator, long counter, boolean sequence) {}

  /** Collects the use of one change, operation by operation. Not thread-safe. */
  static final class Collector {
    private final ActorTable actors;
    private final long startOp;
    private final List<Created> created = new ArrayList<>(0);
    private final List<Edited> edited = new ArrayList<>(0);
    private long lastActor = NumberColumn.NULL;
    private long lastCounter = NumberColumn.NULL;
    private boolean lastSequence;

    Collector(ActorTable actors, long startOp) {
      this.actors = actors;
      this.startOp = startOp;
    }

    void create(long counter, boolean sequence) {
      int last = created.size() - 1;
      if (last >= 0) {
        Created run = created.get(last);
        if (run.sequence == sequence && run.first + run.count == counter) {
          created.set(last, new Created(run.first, run.count + 1, sequence));
          return;
        }
      }
      created.add(new Created(counter, 1, sequence));
    }

    /**
     * Notes an edit; refuses one of an object that this change should have created, but did not.
     */
    void edit(long actor, long counter, boolean sequence) {
      if (actor == lastActor && counter == lastCounter && sequence == lastSequence) {
        return;
      }
      if (actor == 0 && counter >= startOp) {
        checkOwn(counter, sequence);
      } else {
        edited.add(new Edited(actors.id(actor), counter, sequence));
      }
      lastActor = actor;
      lastCounter = counter;
      lastSequence = sequence;
    }

    ObjectUse finish() {
      return created.isEmpty() && edited.isEmpty() ? NONE : new ObjectUse(created, edited);
    }

    private void checkOwn(long counter, boolean sequence) {
      int low = 0;
      int high = created.size() - 1;
      while (low <= high) {
        int middle = (low + high) >>> 1;
        Created run = created.get(middle);
        if (run.holds(counter)) {
          if (run.sequence != sequence) {
            throw new GuardException("map edited as a sequence or the reverse");
          }
          return;
        }
        if (run.first > counter) {
          high = middle - 1;
        } else {
          low = middle + 1;
        }
      }
      throw new GuardException("object that nobody created");
    }
  }
}
