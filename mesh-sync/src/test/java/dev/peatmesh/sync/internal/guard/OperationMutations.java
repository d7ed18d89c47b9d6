package dev.peatmesh.sync.internal.guard;

import dev.peatmesh.sync.internal.guard.OperationDraft.Id;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * Alters what operations mean, and mostly keeps the form right: such changes pass every check of
 * form, and show whether the native core bears what the guard lets through.
 */
final class OperationMutations {
  private final SplittableRandom random;
  private final FuzzBase base;

  OperationMutations(SplittableRandom random, FuzzBase base) {
    this.random = random;
    this.base = base;
  }

  void mutate(ChangeDraft draft) {
    List<OperationDraft> operations = new ArrayList<>(draft.operations());
    // From here on, ids index the author followed by the authors of the base.
    List<byte[]> actors = new ArrayList<>(List.of(draft.actor));
    actors.addAll(draft.otherActors);
    int offset = actors.size();
    actors.addAll(base.authors);
    for (int left = 1 + random.nextInt(3); left > 0 && !operations.isEmpty(); left--) {
      mutateOne(operations, random.nextInt(operations.size()), offset, draft.startOp);
    }
    if (random.nextInt(4) > 0) {
      mend(operations);
    }
    renumber(draft, operations, actors);
    draft.put(operations);
  }

  private void mutateOne(List<OperationDraft> operations, int at, int offset, long startOp) {
    OperationDraft operation = operations.get(at);
    OperationDraft other = operations.get(random.nextInt(operations.size()));
    Id id = anyId(operations.size(), offset, startOp);
    switch (random.nextInt(14)) {
      case 0 -> operation.object = other.object;
      case 1 -> operation.object = random.nextInt(4) == 0 ? Id.NONE : id;
      case 2 -> operation.element = random.nextInt(4) == 0 ? Id.HEAD : id;
      case 3 -> operation.element = other.element;
      case 4 -> operation.key = "key" + random.nextInt(6);
      case 5 -> swapKeyKind(operation, id);
      case 6 -> operation.predecessors.add(id);
      case 7 -> operation.predecessors.clear();
      case 8 -> operation.action = random.nextInt(9);
      case 9 -> operation.insert = !operation.insert;
      case 10 -> setValue(operation, other);
      case 11 -> operations.add(random.nextInt(operations.size() + 1), operation.copy());
      case 12 -> operations.remove(at);
      default -> {
        operation.markName = random.nextBoolean() ? "mark" + random.nextInt(3) : null;
        operation.expand = random.nextBoolean();
      }
    }
  }

  /** Mostly an operation of the document or of the change itself, rarely one that nobody made. */
  private Id anyId(int operations, int offset, long startOp) {
    int choice = random.nextInt(10);
    if (choice == 0) {
      return Id.of(offset + random.nextInt(base.authors.size()), 1 + random.nextInt(200));
    }
    if (choice < 3) {
      return Id.of(0, startOp + random.nextInt(operations));
    }
    Id known = base.ids.get(random.nextInt(base.ids.size()));
    return Id.of(offset + Objects.requireNonNull(known.actor()), known.counter());
  }

  private static void swapKeyKind(OperationDraft operation, Id element) {
    boolean toElement = operation.key != null;
    operation.key = toElement ? null : "key0";
    operation.element = toElement ? element : Id.NONE;
  }

  private void setValue(OperationDraft operation, OperationDraft other) {
    operation.valueType = random.nextInt(11);
    operation.value =
        switch (operation.valueType) {
          case Values.UINT -> new ByteSink().unsignedLeb(random.nextLong()).bytes();
          case Values.INT, Values.COUNTER, Values.TIMESTAMP ->
              new ByteSink().signedLeb(random.nextLong() >> random.nextInt(64)).bytes();
          case Values.FLOAT -> new byte[Double.BYTES];
          case Values.TEXT, Values.BYTES -> other.value.clone();
          default -> new byte[0];
        };
  }

  /** Makes operations hold together in themselves, so that they pass the checks of form. */
  private void mend(List<OperationDraft> operations) {
    for (OperationDraft operation : operations) {
      if (operation.insert || operation.key != null && random.nextBoolean()) {
        operation.predecessors.clear();
      } else if (operation.predecessors.isEmpty() && operation.element.actor() != null) {
        operation.predecessors.add(operation.element);
      }
      if (operation.action != 1 && operation.action != 7) {
        operation.valueType = operation.action == 5 ? Values.INT : Values.NULL;
        operation.value = operation.action == 5 ? new byte[] {1} : new byte[0];
      }
    }
  }

  /** Lists the authors that are referred to, in order, and sorts predecessors as the core does. */
  private void renumber(ChangeDraft draft, List<OperationDraft> operations, List<byte[]> actors) {
    TreeMap<byte[], Long> places = new TreeMap<>(Arrays::compareUnsigned);
    operations.forEach(operation -> operation.replaceIds(id -> place(id, actors, places)));
    places.remove(draft.actor);
    draft.otherActors = new ArrayList<>(places.keySet());
    long next = 1;
    for (byte[] actor : draft.otherActors) {
      places.put(actor, next++);
    }
    places.put(draft.actor, 0L);
    boolean sort = random.nextInt(8) > 0;
    for (OperationDraft operation : operations) {
      if (sort) {
        operation.predecessors =
            new ArrayList<>(
                operation.predecessors.stream()
                    .distinct()
                    .sorted(
                        Comparator.comparing((Id id) -> Objects.requireNonNull(id.counter()))
                            .thenComparing(id -> actorOf(id, actors), Arrays::compareUnsigned))
                    .toList());
      }
      operation.replaceIds(
          id -> id.actor() == null ? id : new Id(places.get(actorOf(id, actors)), id.counter()));
    }
  }

  private static Id place(Id id, List<byte[]> actors, TreeMap<byte[], Long> places) {
    if (id.actor() != null) {
      places.put(actorOf(id, actors), 0L);
    }
    return id;
  }

  private static byte[] actorOf(Id id, List<byte[]> actors) {
    return actors.get(Objects.requireNonNull(id.actor()).intValue());
  }
}
