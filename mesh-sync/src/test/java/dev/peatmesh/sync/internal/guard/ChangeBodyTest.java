package dev.peatmesh.sync.internal.guard;

import static dev.peatmesh.sync.internal.guard.OperationDraft.put;
import static dev.peatmesh.sync.internal.guard.Refusals.accepted;
import static dev.peatmesh.sync.internal.guard.Refusals.refused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.peatmesh.sync.internal.guard.OperationDraft.Id;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The fields of a change and the form of its columns. */
class ChangeBodyTest {
  private static final byte[] LOW = ChangeDraft.actor(0x10);
  private static final byte[] HIGH = ChangeDraft.actor(0x90);

  private static ChangeDraft draft() {
    return ChangeDraft.of(put("key", Values.TRUE));
  }

  /** A change at counter 100 that replaces operations of two other authors. */
  private static ChangeDraft draftOfThreeAuthors(Id... replaced) {
    ChangeDraft draft = ChangeDraft.of(put("key", Values.TRUE).replacing(replaced));
    draft.startOp = 100;
    draft.otherActors.addAll(List.of(LOW, HIGH));
    return draft;
  }

  @Test
  void acceptsAscendingDependencies() {
    assertThat(accepted(draft().with(d -> d.deps.addAll(List.of(hash(1), hash(2))))).deps())
        .hasSize(2);
  }

  @Test
  void refusesDependenciesOutOfOrder() {
    refused(
        draft().with(d -> d.deps.addAll(List.of(hash(2), hash(1)))), "dependencies out of order");
  }

  @Test
  void refusesADependencyGivenTwice() {
    refused(
        draft().with(d -> d.deps.addAll(List.of(hash(1), hash(1)))), "dependencies out of order");
  }

  @Test
  void refusesTooManyDependencies() {
    refused(
        draft().with(d -> d.deps.addAll(List.of(hash(1), hash(2)))),
        new GuardLimits(1000, 1000, 10, 1, 10),
        "too many dependencies");
  }

  @Test
  void refusesAnEmptyActor() {
    refused(draft().with(d -> d.actor = new byte[0]), "actor id of a wrong length");
  }

  @Test
  void refusesAnActorOfMoreThan128Bytes() {
    accepted(draft().with(d -> d.actor = new byte[128]));
    refused(draft().with(d -> d.actor = new byte[129]), "actor id of a wrong length");
  }

  @Test
  void refusesSequenceNumberZero() {
    refused(draft().with(d -> d.seq = 0), "sequence number out of range");
  }

  @Test
  void refusesOperationCounterZero() {
    refused(draft().with(d -> d.startOp = 0), "first operation counter out of range");
  }

  @Test
  void refusesNumbersOfMoreThan64Bits() {
    refused(draft().with(d -> d.seq = -1), "number too large");
  }

  @Test
  void acceptsAnyTimeAndMessage() {
    accepted(draft().with(d -> d.time = Long.MIN_VALUE));
    accepted(draft().with(d -> d.time = Long.MAX_VALUE));
    accepted(draft().with(d -> d.message = Chunks.bytes(0xf0, 0x9f, 0x98, 0x80)));
  }

  @Test
  void refusesAMessageThatIsNotUtf8() {
    refused(draft().with(d -> d.message = Chunks.bytes(0xc0, 0x80)), "text is not UTF-8");
  }

  @Test
  void acceptsPredecessorsInOrderOfCounterAndThenOfActorBytes() {
    // The author's own bytes stand between those of the two others.
    accepted(draftOfThreeAuthors(Id.of(1, 9), Id.of(0, 9), Id.of(2, 9)));
    accepted(draftOfThreeAuthors(Id.of(2, 8), Id.of(1, 9)));
  }

  @Test
  void refusesPredecessorsOutOfOrder() {
    refused(
        draftOfThreeAuthors(Id.of(0, 9), Id.of(1, 9), Id.of(2, 9)), "predecessors out of order");
    refused(draftOfThreeAuthors(Id.of(1, 9), Id.of(2, 8)), "predecessors out of order");
  }

  @Test
  void refusesAPredecessorGivenTwice() {
    refused(draftOfThreeAuthors(Id.of(1, 9), Id.of(1, 9)), "predecessors out of order");
  }

  @Test
  void refusesActorIndexesBeyondTheLastActor() {
    refused(draftOfThreeAuthors(Id.of(1, 8), Id.of(3, 9)), "number out of range");
  }

  @Test
  void refusesActorsThatNoOperationRefersTo() {
    refused(draftOfThreeAuthors(Id.of(1, 9)), "unused actor");
  }

  @Test
  void refusesOtherActorsOutOfOrder() {
    refused(
        draftOfThreeAuthors(Id.of(1, 8), Id.of(2, 9)).with(d -> d.otherActors = List.of(HIGH, LOW)),
        "actors out of order");
  }

  @Test
  void refusesTheAuthorAmongTheOthers() {
    refused(
        draftOfThreeAuthors(Id.of(1, 8)).with(d -> d.otherActors = List.of(d.actor)),
        "author among the other actors");
  }

  @Test
  void refusesTooManyActors() {
    refused(
        draftOfThreeAuthors(Id.of(1, 8), Id.of(2, 9)),
        new GuardLimits(1000, 1000, 10, 10, 1),
        "too many actors");
  }

  @Test
  void refusesUnknownColumns() {
    refused(draft().column(0x61, 0x7f, 0), "unknown column");
    refused(draft().column(0xb2, 0x7f, 0), "unknown column");
  }

  @Test
  void refusesCompressedColumns() {
    refused(draft().column(0x42 | 8, 0x7f, 1), "unknown column");
  }

  @Test
  void refusesEmptyColumns() {
    refused(draft().column(0x01), "empty column");
  }

  @Test
  void refusesBytesAfterTheColumns() {
    refused(draft().with(d -> d.trailing = new byte[1]), "bytes after the columns");
  }

  @Test
  void refusesColumnsWithoutAnOperation() {
    refused(draft().with(d -> d.columns.remove(0x42)), "columns without an operation");
  }

  @Test
  void refusesMissingColumns() {
    refused(draft().with(d -> d.columns.remove(0x34)), "column missing");
    refused(draft().with(d -> d.columns.remove(0x56)), "operation without a value");
    refused(draft().with(d -> d.columns.remove(0x70)), "wrong number of predecessors");
    refused(draft().with(d -> d.columns.remove(0x15)), "operation without one key");
  }

  @Test
  void refusesColumnsShorterThanTheOthers() {
    refused(draft().column(0x42, 2, 1), "column too short");
  }

  @Test
  void refusesColumnsLongerThanTheOthers() {
    refused(draft().column(0x70, 2, 0), "column too long");
    refused(draft().column(0x34, 2), "column too long");
    refused(draft().column(0x73, 0x7f, 1), "column too long");
  }

  @Test
  void refusesNumbersSpelledLongerThanNeeded() {
    refused(draft().column(0x42, 0x7f, 0x81, 0), "number longer than needed");
    refused(draft().column(0x42, 0xff, 0x7f, 1), "number longer than needed");
  }

  @Test
  void refusesARunOfOne() {
    refused(draft().column(0x42, 1, 1), "run that should be part of another");
  }

  @Test
  void refusesNeighbouringRunsThatShouldBeOne() {
    ChangeDraft draft = ChangeDraft.of(actions(4));
    accepted(draft);
    refused(draft.column(0x42, 2, 1, 2, 1), "run that should be part of another");
    refused(draft.column(0x42, 0x7e, 1, 1, 2, 1), "run that should be part of another");
    refused(draft.column(0x42, 3, 1, 0x7f, 1), "run that should be part of another");
    refused(
        draft.column(0x42, 4, 1).column(0x56, 0x7f, 2, 0x7f, 1),
        "run that should be part of another");
    refused(
        draft.column(0x56, 4, 2).column(0x11, 0, 2, 0, 2), "run that should be part of another");
  }

  @Test
  void refusesEmptyRuns() {
    refused(draft().column(0x11, 0, 0), "empty run");
    refused(draft().column(0x34, 0, 0, 1), "empty run");
  }

  @Test
  void refusesColumnsOfNothingButNulls() {
    refused(draft().column(0x11, 0, 1), "column without values");
  }

  @Test
  void refusesExpandFlagsThatAreAllFalse() {
    refused(draft().column(0x94, 1), "column without values");
  }

  @Test
  void takesNoMemoryForTheCountOfARun() {
    refused(
        draft().column(0x42, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 1),
        "column too short");
    refused(
        draft().column(0x70, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0),
        "column too long");
  }

  @Test
  void refusesTooManyOperations() {
    GuardLimits four = new GuardLimits(1000, 1000, 4, 10, 10);
    refused(ChangeDraft.of(actions(5)), four, "too many operations");
    assertThat(ChunkReader.read(ChangeDraft.of(actions(4)).buffer(), four).ops()).isEqualTo(4);
  }

  @Test
  void refusesTooManyPredecessors() {
    refused(draft().column(0x70, 0x7f, 0xff, 0xff, 0xff, 0x07), "number out of range");
    GuardLimits one = new GuardLimits(1000, 1000, 1, 10, 10);
    refused(draftOfThreeAuthors(Id.of(1, 8), Id.of(2, 9)), one, "number out of range");
  }

  private static OperationDraft[] actions(int count) {
    OperationDraft[] operations = new OperationDraft[count];
    for (int i = 0; i < count; i++) {
      operations[i] = put("key" + i, Values.TRUE);
    }
    return operations;
  }

  private static byte[] hash(int first) {
    byte[] hash = new byte[ChangeHash.BYTES];
    hash[0] = (byte) first;
    return hash;
  }
}
