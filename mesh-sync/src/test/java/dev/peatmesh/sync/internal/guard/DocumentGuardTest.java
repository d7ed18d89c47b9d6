package dev.peatmesh.sync.internal.guard;

import static dev.peatmesh.sync.internal.guard.OperationDraft.insert;
import static dev.peatmesh.sync.internal.guard.OperationDraft.make;
import static dev.peatmesh.sync.internal.guard.OperationDraft.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.peatmesh.sync.internal.guard.OperationDraft.Id;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What only a document's history can tell of a change. */
class DocumentGuardTest {
  private static final byte[] OTHER = ChangeDraft.actor(0x60);
  private static final int MAKE_MAP = 0;
  private static final int MAKE_LIST = 2;

  private final DocumentGuard guard = new DocumentGuard();

  /** Counters 1 to 3: a list, a map, and one element. */
  private void admitListAndMap() {
    admit(
        chunk(
            1,
            1,
            make("list", MAKE_LIST),
            make("map", MAKE_MAP),
            insert(Id.of(0, 1), Id.HEAD, "a")));
  }

  @Test
  void acceptsTheNextChangeOfAnAuthor() {
    admit(chunk(1, 1, put("a", Values.TRUE)));
    admit(chunk(2, 2, put("b", Values.TRUE)));
    assertThat(guard.next(ActorId.of(ChangeDraft.ACTOR))).isEqualTo(3);
    assertThat(guard.next(ActorId.of(OTHER))).isEqualTo(1);
  }

  @Test
  void refusesAHoleInTheSequenceOfAnAuthor() {
    refused(chunk(2, 1, put("a", Values.TRUE)), 0, "not the author's next sequence number");
    admit(chunk(1, 1, put("a", Values.TRUE)));
    refused(chunk(3, 2, put("a", Values.TRUE)), 1, "not the author's next sequence number");
  }

  @Test
  void refusesASequenceNumberUsedTwice() {
    admit(chunk(1, 1, put("a", Values.TRUE)));
    refused(chunk(1, 2, put("b", Values.TRUE)), 1, "not the author's next sequence number");
  }

  @Test
  void refusesAnOperationIdUsedTwice() {
    admit(chunk(1, 1, put("a", Values.TRUE), put("b", Values.TRUE)));
    // It stands on nothing, so counting on from there would start at 1 again.
    refused(chunk(2, 1, put("b", Values.TRUE)), 0, "operation id used twice");
  }

  @Test
  void refusesCountersThatJumpAhead() {
    refused(chunk(1, 2, put("a", Values.TRUE)), 0, "operations do not follow those they stand on");
    refused(
        chunk(1, 10, put("a", Values.TRUE)), 10, "operations do not follow those they stand on");
  }

  @Test
  void refusesCountersThatTheCoreCannotHold() {
    long max = Integer.MAX_VALUE;
    assertThatCode(() -> guard.check(chunk(1, max, put("a", Values.TRUE)), max - 1))
        .doesNotThrowAnyException();
    refused(
        chunk(1, max, put("a", Values.TRUE), put("b", Values.TRUE)),
        max - 1,
        "operation counter beyond 31 bits");
  }

  @Test
  void acceptsEditsOfObjectsAsWhatTheyAre() {
    admitListAndMap();
    guard.check(chunk(2, 4, insert(Id.of(0, 1), Id.of(0, 3), "b")), 3);
    guard.check(chunk(2, 4, put("key", Values.TRUE).in(Id.of(0, 2))), 3);
    guard.check(fromOther(insert(Id.of(1, 1), Id.HEAD, "b")), 3);
  }

  @Test
  void refusesATextKeyInAList() {
    admitListAndMap();
    refused(
        fromOther(put("key", Values.TRUE).in(Id.of(1, 1))),
        3,
        "edits an object that is not there, or of another kind");
  }

  @Test
  void refusesAnElementInAMap() {
    admitListAndMap();
    refused(
        fromOther(insert(Id.of(1, 2), Id.HEAD, "b")),
        3,
        "edits an object that is not there, or of another kind");
  }

  @Test
  void refusesEditsOfWhatIsNoObject() {
    admitListAndMap();
    refused(
        fromOther(put("key", Values.TRUE).in(Id.of(1, 3))),
        3,
        "edits an object that is not there, or of another kind");
  }

  @Test
  void refusesEditsOfObjectsOfAnUnknownAuthor() {
    refused(
        Refusals.accepted(
            ChangeDraft.of(put("key", Values.TRUE).in(Id.of(1, 3)))
                .with(draft -> draft.startOp = 4)
                .with(draft -> draft.otherActors = List.of(OTHER))),
        3,
        "edits an object that is not there, or of another kind");
  }

  @Test
  void acceptsElementsOfEarlierChanges() {
    admitListAndMap();
    admit(chunk(2, 4, insert(Id.of(0, 1), Id.of(0, 3), "b"), insert(Id.of(0, 1), Id.HEAD, "c")));
    guard.check(fromOtherAt(6, insert(Id.of(1, 1), Id.of(1, 5), "d")), 5);
    guard.check(fromOtherAt(6, set(Id.of(1, 1), Id.of(1, 4))), 5);
  }

  @Test
  void refusesAnElementThatNobodyInserted() {
    admitListAndMap();
    admit(chunk(2, 4, set(Id.of(0, 1), Id.of(0, 3))));
    // Number 4 is in the list as a value of element 3, but is no element.
    refused(
        fromOtherAt(5, insert(Id.of(1, 1), Id.of(1, 4), "b")),
        4,
        "element that is not in its list");
  }

  @Test
  void refusesAnElementOfAnotherList() {
    admitListAndMap();
    admit(chunk(2, 4, make("list2", MAKE_LIST), insert(Id.of(0, 4), Id.HEAD, "b")));
    guard.check(fromOtherAt(6, set(Id.of(1, 4), Id.of(1, 5))), 5);
    refused(fromOtherAt(6, set(Id.of(1, 1), Id.of(1, 5))), 5, "element that is not in its list");
  }

  @Test
  void refusesDeepNesting() {
    OperationDraft[] nested = new OperationDraft[DocumentGuard.NESTING_MAX];
    for (int i = 0; i < nested.length; i++) {
      nested[i] = make("map", MAKE_MAP).in(i == 0 ? Id.NONE : Id.of(0, i));
    }
    admit(chunk(1, 1, nested));
    int deepest = nested.length;
    guard.check(fromOtherAt(deepest + 1, put("a", Values.TRUE).in(Id.of(1, deepest))), deepest);
    guard.check(fromOtherAt(deepest + 1, make("a", MAKE_MAP).in(Id.of(1, deepest - 1))), deepest);
    refused(
        fromOtherAt(deepest + 1, make("a", MAKE_MAP).in(Id.of(1, deepest))),
        deepest,
        "nested too deep");
  }

  @Test
  void knowsObjectsOfManyChangesAndLongRuns() {
    OperationDraft[] maps = new OperationDraft[1000];
    for (int i = 0; i < maps.length; i++) {
      maps[i] = make("map" + i, i % 100 == 99 ? MAKE_LIST : MAKE_MAP);
    }
    admit(chunk(1, 1, maps));
    maps[0] = make("list", MAKE_LIST);
    admit(chunk(2, 1001, maps));

    for (int counter = 1; counter <= 2000; counter++) {
      boolean list = counter % 100 == 0 || counter == 1001;
      ChangeChunk asMap = fromOtherAt(2001, put("key", Values.TRUE).in(Id.of(1, counter)));
      ChangeChunk asList = fromOtherAt(2001, insert(Id.of(1, counter), Id.HEAD, "a"));
      guard.check(list ? asList : asMap, 2000);
      refused(list ? asMap : asList, 2000, "edits an object that is not there, or of another kind");
    }
  }

  private void admit(ChangeChunk chunk) {
    guard.check(chunk, chunk.startOp() - 1);
    guard.admit(chunk);
  }

  private void refused(ChangeChunk chunk, long depsLastOp, String reason) {
    assertThatExceptionOfType(GuardException.class)
        .isThrownBy(() -> guard.check(chunk, depsLastOp))
        .extracting(GuardException::reason)
        .isEqualTo(reason);
  }

  private static OperationDraft set(Id list, Id element) {
    OperationDraft operation = insert(list, element, "x").replacing(element);
    operation.insert = false;
    return operation;
  }

  private static ChangeChunk chunk(long seq, long startOp, OperationDraft... operations) {
    ChangeDraft draft = ChangeDraft.of(operations);
    draft.seq = seq;
    draft.startOp = startOp;
    return Refusals.accepted(draft);
  }

  private static ChangeChunk fromOther(OperationDraft operation) {
    return fromOtherAt(4, operation);
  }

  private static ChangeChunk fromOtherAt(long startOp, OperationDraft operation) {
    ChangeDraft draft = ChangeDraft.of(operation);
    draft.actor = OTHER;
    draft.startOp = startOp;
    draft.otherActors.add(ChangeDraft.ACTOR);
    return Refusals.accepted(draft);
  }
}
