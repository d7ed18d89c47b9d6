package dev.peatmesh.sync.internal.guard;

import dev.peatmesh.sync.internal.guard.OperationDraft.Id;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.ToLongFunction;

/** Makes hostile chunks out of honest ones; all have a right length and a right checksum. */
final class ChunkMutator {
  private static final int[] COLUMNS = {
    0x01, 0x02, 0x11, 0x13, 0x15, 0x34, 0x42, 0x56, 0x57, 0x70, 0x71, 0x73, 0x94, 0xa5
  };

  private final SplittableRandom random;
  private final FuzzBase base;
  private final ByteMutations bytes;
  private final OperationMutations operations;

  ChunkMutator(SplittableRandom random, FuzzBase base) {
    this.random = random;
    this.base = base;
    this.bytes = new ByteMutations(random);
    this.operations = new OperationMutations(random, base);
  }

  /** Where a document stands now: what its next change would stand on. */
  record Position(List<ChangeHash> heads, long lastOp, ToLongFunction<ActorId> nextSeq) {}

  byte[] next(Position position) {
    byte[] body = honest();
    int choice = random.nextInt(10);
    if (choice < 2) {
      for (int left = 1 + random.nextInt(3); left > 0; left--) {
        body = bytes.mutate(body);
      }
    } else if (choice == 2) {
      body = bytes.cross(body, honest());
    } else {
      ChangeDraft draft = ChangeDraft.parse(body);
      if (choice < 5) {
        mutateColumn(draft);
      } else if (choice == 5) {
        mutateFields(draft);
      } else {
        if (random.nextInt(4) > 0) {
          move(draft, position);
        }
        operations.mutate(draft);
        if (random.nextInt(16) == 0) {
          mutateFields(draft);
        }
      }
      body = draft.body();
    }
    return random.nextInt(32) == 0 ? Chunks.compress(body) : Chunks.frame(1, body);
  }

  private byte[] honest() {
    return base.next.get(random.nextInt(base.next.size()));
  }

  /** Makes an honest change the next one of a document that has gone on since. */
  private static void move(ChangeDraft draft, Position position) {
    long shift = position.lastOp + 1 - draft.startOp;
    List<OperationDraft> moved = draft.operations();
    moved.forEach(each -> each.replaceIds(id -> shifted(id, draft.startOp, shift)));
    draft.put(moved);
    draft.startOp += shift;
    draft.seq = position.nextSeq.applyAsLong(ActorId.of(draft.actor));
    draft.deps = new ArrayList<>(position.heads.stream().sorted().map(ChangeHash::bytes).toList());
  }

  private static Id shifted(Id id, long startOp, long shift) {
    Long counter = id.counter();
    boolean own = Long.valueOf(0).equals(id.actor()) && counter != null && counter >= startOp;
    return own ? Id.of(0, counter + shift) : id;
  }

  private void mutateColumn(ChangeDraft draft) {
    int column = COLUMNS[random.nextInt(COLUMNS.length)];
    ChangeDraft donor = ChangeDraft.parse(honest());
    switch (random.nextInt(8)) {
      case 0 -> draft.columns.remove(column);
      case 1 -> draft.columns.putAll(donor.columns.subMap(column, column + 1));
      case 2 -> draft.columns.put(random.nextInt(256), new byte[] {0x7f, 0});
      default -> {
        List<Integer> present = new ArrayList<>(draft.columns.keySet());
        if (!present.isEmpty()) {
          int chosen = present.get(random.nextInt(present.size()));
          draft.columns.put(chosen, bytes.mutate(draft.columns.get(chosen)));
        }
      }
    }
  }

  private void mutateFields(ChangeDraft draft) {
    switch (random.nextInt(9)) {
      case 0 -> draft.seq += random.nextInt(-2, 3);
      case 1 -> draft.seq = random.nextLong() >>> random.nextInt(64);
      case 2 -> draft.startOp += random.nextInt(-3, 4);
      case 3 -> draft.startOp = random.nextLong() >>> random.nextInt(64);
      case 4 -> draft.actor = base.authors.get(random.nextInt(base.authors.size()));
      case 5 -> draft.actor = new byte[] {(byte) random.nextInt(256)};
      case 6 -> draft.deps.clear();
      case 7 -> {
        ChangeChunk any = base.history.get(random.nextInt(base.history.size()));
        draft.deps = new ArrayList<>(List.of(any.hash().bytes()));
      }
      default -> {
        byte[] unknown = new byte[ChangeHash.BYTES];
        random.nextBytes(unknown);
        draft.deps.add(unknown);
      }
    }
  }
}
