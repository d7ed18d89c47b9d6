package dev.peatmesh.sync.internal.guard;

import static dev.peatmesh.sync.internal.guard.OperationDraft.insert;
import static dev.peatmesh.sync.internal.guard.OperationDraft.make;
import static dev.peatmesh.sync.internal.guard.OperationDraft.put;
import static dev.peatmesh.sync.internal.guard.Refusals.accepted;
import static dev.peatmesh.sync.internal.guard.Refusals.refused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.peatmesh.sync.internal.guard.OperationDraft.Id;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Objects, keys, values and predecessors of single operations. */
class OperationsTest {
  private static final int MAKE_MAP = 0;
  private static final int MAKE_LIST = 2;
  private static final int DELETE = 3;
  private static final int MAKE_TEXT = 4;
  private static final int INCREMENT = 5;
  private static final int MARK = 7;
  private static final Id FIRST = Id.of(0, 1);

  /** Makes a text and inserts two characters, counters 1 to 3; then comes the one under test. */
  private static ChangeDraft afterText(OperationDraft last) {
    return ChangeDraft.of(
        make("text", MAKE_TEXT),
        insert(FIRST, Id.HEAD, "a"),
        insert(FIRST, Id.of(0, 2), "b"),
        last);
  }

  /** One operation on an earlier one, in a change that starts at 100. */
  private static ChangeDraft late(OperationDraft operation) {
    ChangeDraft draft = ChangeDraft.of(operation);
    draft.startOp = 100;
    return draft;
  }

  private static OperationDraft edited(OperationDraft operation, Consumer<OperationDraft> edit) {
    edit.accept(operation);
    return operation;
  }

  @Test
  void acceptsTextWithItsCharacters() {
    assertThat(accepted(afterText(insert(FIRST, Id.of(0, 3), "c"))).ops()).isEqualTo(4);
  }

  @Test
  void refusesUnknownActions() {
    refused(ChangeDraft.of(make("key", 8)), "number out of range");
  }

  /** The core says nothing and leaves the whole change out. */
  @Test
  void refusesAnOperationWithoutAnAction() {
    refused(
        ChangeDraft.of(put("a", Values.TRUE), put("b", Values.TRUE)).column(0x42, 0x7f, 1, 0, 1),
        "operation without an action");
  }

  @Test
  void refusesTables() {
    refused(ChangeDraft.of(make("table", 6)), "table");
  }

  @Test
  void refusesAnObjectIdWithoutItsActorOrCounter() {
    refused(late(put("key", Values.TRUE).in(new Id(null, 5L))), "half an object id");
    refused(late(put("key", Values.TRUE).in(new Id(0L, null))), "half an object id");
  }

  @Test
  void refusesAnObjectYoungerThanTheOperation() {
    accepted(late(put("key", Values.TRUE).in(Id.of(0, 99))));
    refused(late(put("key", Values.TRUE).in(Id.of(0, 100))), "object younger than its operation");
    refused(late(put("key", Values.TRUE).in(Id.of(0, 0))), "object younger than its operation");
  }

  @Test
  void refusesAnObjectThatItsOwnChangeDidNotCreate() {
    refused(
        ChangeDraft.of(put("a", Values.TRUE), put("b", Values.TRUE).in(FIRST)),
        "object that nobody created");
  }

  @Test
  void refusesATextKeyInAListOfTheSameChange() {
    refused(
        ChangeDraft.of(make("list", MAKE_LIST), put("key", Values.TRUE).in(FIRST)),
        "map edited as a sequence or the reverse");
  }

  @Test
  void refusesAnElementInAMapOfTheSameChange() {
    refused(
        ChangeDraft.of(make("map", MAKE_MAP), insert(FIRST, Id.HEAD, "a")),
        "map edited as a sequence or the reverse");
  }

  @Test
  void refusesAnElementInTheRoot() {
    refused(ChangeDraft.of(insert(Id.NONE, Id.HEAD, "a")), "element of the root map");
  }

  @Test
  void refusesAnOperationWithTwoKeys() {
    refused(
        afterText(edited(insert(FIRST, Id.of(0, 2), "c"), each -> each.key = "key")),
        "operation without one key");
  }

  @Test
  void refusesAnInsertionWithATextKey() {
    refused(
        ChangeDraft.of(edited(put("key", Values.TRUE), each -> each.insert = true)),
        "text key with an element's parts");
  }

  @Test
  void refusesAnElementIdWithoutItsActor() {
    refused(afterText(insert(FIRST, new Id(null, 2L), "c")), "half an element id");
    refused(afterText(insert(FIRST, Id.of(0, 0), "c")), "half an element id");
  }

  @Test
  void refusesToReplaceTheHeadOfAList() {
    refused(
        afterText(edited(insert(FIRST, Id.HEAD, "c"), each -> each.insert = false)),
        "half an element id");
  }

  @Test
  void refusesAnElementOlderThanItsList() {
    refused(
        afterText(insert(FIRST, Id.of(0, 1), "c")),
        "element younger than its operation or older than its list");
  }

  @Test
  void refusesAnElementYoungerThanTheOperation() {
    refused(
        afterText(insert(FIRST, Id.of(0, 4), "c")),
        "element younger than its operation or older than its list");
  }

  @Test
  void refusesAnElementOfAnotherListOfTheSameChange() {
    refused(
        ChangeDraft.of(
            make("one", MAKE_LIST),
            make("two", MAKE_LIST),
            insert(FIRST, Id.HEAD, "a"),
            insert(Id.of(0, 2), Id.of(0, 3), "b")),
        "element that is not in its list");
  }

  @Test
  void refusesAReplacedValueAsAnElement() {
    OperationDraft replaced = insert(FIRST, Id.of(0, 2), "c").replacing(Id.of(0, 2));
    replaced.insert = false;
    refused(
        ChangeDraft.of(
            make("list", MAKE_LIST),
            insert(FIRST, Id.HEAD, "a"),
            replaced,
            insert(FIRST, Id.of(0, 3), "b")),
        "element that is not in its list");
  }

  @Test
  void refusesNegativeCounters() {
    refused(afterText(insert(FIRST, Id.of(0, -1), "c")), "counter out of range");
  }

  @Test
  void refusesADeltaThatOverflows() {
    refused(afterText(insert(FIRST, Id.of(0, Long.MAX_VALUE), "c")), "counter out of range");
  }

  @Test
  void acceptsAReplacedElement() {
    accepted(
        afterText(
            edited(
                insert(FIRST, Id.of(0, 2), "c").replacing(Id.of(0, 2)),
                each -> each.insert = false)));
  }

  @Test
  void refusesToReplaceAnElementByNothing() {
    refused(
        afterText(edited(insert(FIRST, Id.of(0, 2), "c"), each -> each.insert = false)),
        "nothing to replace");
  }

  @Test
  void refusesAPredecessorOlderThanItsElement() {
    refused(
        afterText(
            edited(
                insert(FIRST, Id.of(0, 3), "c").replacing(Id.of(0, 2)),
                each -> each.insert = false)),
        "predecessor out of range");
  }

  @Test
  void refusesAPredecessorYoungerThanTheOperation() {
    accepted(late(put("key", Values.TRUE).replacing(Id.of(0, 99))));
    refused(late(put("key", Values.TRUE).replacing(Id.of(0, 100))), "predecessor out of range");
  }

  @Test
  void refusesAPredecessorWithoutAnActor() {
    refused(late(put("key", Values.TRUE).replacing(new Id(null, 5L))), "predecessor out of range");
  }

  @Test
  void refusesAnInsertionThatReplaces() {
    refused(
        afterText(insert(FIRST, Id.of(0, 3), "c").replacing(Id.of(0, 3))),
        "insertion that replaces");
  }

  @Test
  void refusesADeletionOfNothing() {
    accepted(late(make("key", DELETE).replacing(Id.of(0, 5))));
    refused(late(make("key", DELETE)), "nothing to replace");
  }

  @Test
  void refusesAnIncrementOfNothing() {
    refused(late(increment("key", Values.INT, 1)), "nothing to replace");
  }

  @Test
  void refusesAnIncrementBySomethingElseThanAnInteger() {
    accepted(late(increment("key", Values.INT, 1).replacing(Id.of(0, 5))));
    for (int type : new int[] {Values.UINT, Values.COUNTER, Values.TIMESTAMP}) {
      refused(
          late(increment("key", type, 1).replacing(Id.of(0, 5))), "value does not fit the action");
    }
  }

  @Test
  void refusesAValueOnADeletionOrANewObject() {
    refused(
        late(edited(make("key", DELETE), each -> each.valueType = Values.TRUE)),
        "value does not fit the action");
    refused(
        late(edited(make("key", MAKE_MAP), each -> each.valueType = Values.TRUE)),
        "value does not fit the action");
  }

  @Test
  void refusesUnknownValueTypes() {
    for (int type = 10; type < 16; type++) {
      refused(ChangeDraft.of(put("key", type)), "unknown value type");
    }
  }

  @Test
  void refusesValuesOfAWrongLength() {
    refused(ChangeDraft.of(put("key", Values.NULL, (byte) 1)), "value of a wrong length");
    refused(ChangeDraft.of(put("key", Values.TRUE, (byte) 1)), "value of a wrong length");
    refused(ChangeDraft.of(put("key", Values.UINT, (byte) 1, (byte) 1)), "value of a wrong length");
    refused(ChangeDraft.of(put("key", Values.FLOAT, new byte[7])), "length beyond the end");
    refused(ChangeDraft.of(put("key", Values.FLOAT, new byte[9])), "value of a wrong length");
    refused(ChangeDraft.of(put("key", Values.INT)), "ends too early");
  }

  @Test
  void acceptsTheWholeRangeOfNumbers() {
    accepted(
        ChangeDraft.of(
            put("uint", Values.UINT, new ByteSink().unsignedLeb(-1).bytes()),
            put("int", Values.INT, new ByteSink().signedLeb(Long.MIN_VALUE).bytes()),
            put("counter", Values.COUNTER, new ByteSink().signedLeb(Long.MAX_VALUE).bytes()),
            put("float", Values.FLOAT, new byte[8])));
  }

  @Test
  void refusesNumbersOfMoreThan64Bits() {
    byte[] large = new ByteSink().unsignedLeb(-1).bytes();
    large[9] = 2;
    refused(ChangeDraft.of(put("key", Values.UINT, large)), "number too large");
    refused(ChangeDraft.of(put("key", Values.INT, large)), "number too large");
  }

  @Test
  void refusesValueNumbersSpelledLongerThanNeeded() {
    for (int type : new int[] {Values.UINT, Values.INT, Values.COUNTER, Values.TIMESTAMP}) {
      refused(ChangeDraft.of(put("key", type, (byte) 0x81, (byte) 0)), "number longer than needed");
    }
  }

  @Test
  void refusesTextThatIsNotUtf8() {
    byte[] surrogate = Chunks.bytes(0xed, 0xa0, 0x80);
    refused(ChangeDraft.of(put("key", Values.TEXT, surrogate)), "text is not UTF-8");
    ChangeDraft key = ChangeDraft.of(put("key", Values.TRUE));
    refused(key.column(0x15, 0x7f, 3, 0xed, 0xa0, 0x80), "text is not UTF-8");
  }

  @Test
  void refusesValueBytesThatNoValueOwns() {
    refused(ChangeDraft.of(put("key", Values.TRUE)).column(0x57, 1), "value bytes left over");
  }

  @Test
  void refusesValuesBeyondTheEnd() {
    refused(
        ChangeDraft.of(put("key", Values.BYTES, new byte[3])).column(0x57, 1, 2),
        "value beyond the end");
  }

  @Test
  void refusesToSetOneKeyVeryOften() {
    accepted(ChangeDraft.of(puts(8_000, 1)));
    accepted(ChangeDraft.of(puts(8_000, 4)));
    refused(ChangeDraft.of(puts(9_000, 1)), "too many operations on one key");
    refused(ChangeDraft.of(puts(100_000, 10)), "too many operations on one key");
  }

  @Test
  void acceptsManyDifferentKeysAndElements() {
    accepted(ChangeDraft.of(puts(200_000, 200_000)));
    OperationDraft[] operations = new OperationDraft[200_000];
    operations[0] = make("list", MAKE_LIST);
    for (int i = 1; i < operations.length; i++) {
      operations[i] = insert(FIRST, i == 1 ? Id.HEAD : Id.of(0, i), "a");
    }
    accepted(ChangeDraft.of(operations));
  }

  @Test
  void acceptsMarksAroundText() {
    accepted(afterText(mark("bold", Id.of(0, 2), Values.TRUE)));
  }

  @Test
  void refusesAMarkThatIsNotInserted() {
    refused(
        afterText(edited(mark("bold", Id.of(0, 2), Values.TRUE), each -> each.insert = false)),
        "mark that is not inserted");
  }

  @Test
  void refusesTheEndOfAMarkWithAValue() {
    refused(
        afterText(edited(mark("bold", Id.of(0, 2), Values.TRUE), each -> each.markName = null)),
        "value does not fit the action");
  }

  @Test
  void refusesMarkNamesAndFlagsOnOtherActions() {
    refused(
        ChangeDraft.of(edited(put("key", Values.TRUE), each -> each.markName = "bold")),
        "mark on another action");
    refused(
        ChangeDraft.of(edited(put("key", Values.TRUE), each -> each.expand = true)),
        "mark on another action");
  }

  @Test
  void seesTheMarkOfADeletedDocument() {
    String key = ChangeChunk.DELETED_KEY;
    assertThat(accepted(ChangeDraft.of(put(key, Values.TRUE))).deletesDocument()).isTrue();
    assertThat(
            accepted(ChangeDraft.of(put("a", Values.TRUE), put(key, Values.NULL)))
                .deletesDocument())
        .isTrue();
  }

  @Test
  void seesNoDeletionInOtherOperationsOnThatKey() {
    String key = ChangeChunk.DELETED_KEY;
    assertThat(accepted(ChangeDraft.of(make(key, MAKE_MAP))).deletesDocument()).isFalse();
    assertThat(accepted(late(make(key, DELETE).replacing(Id.of(0, 5)))).deletesDocument())
        .isFalse();
    assertThat(accepted(late(put(key, Values.TRUE).in(Id.of(0, 5)))).deletesDocument()).isFalse();
    assertThat(accepted(ChangeDraft.of(put(key + "x", Values.TRUE))).deletesDocument()).isFalse();
  }

  private static OperationDraft[] puts(int operations, int keys) {
    OperationDraft[] puts = new OperationDraft[operations];
    for (int i = 0; i < operations; i++) {
      puts[i] = put("key" + i % keys, Values.TRUE);
    }
    return puts;
  }

  private static OperationDraft increment(String key, int type, int by) {
    return edited(put(key, type, (byte) by), each -> each.action = INCREMENT);
  }

  private static OperationDraft mark(String name, Id after, int type) {
    OperationDraft mark = new OperationDraft();
    mark.object = FIRST;
    mark.element = after;
    mark.insert = true;
    mark.action = MARK;
    mark.valueType = type;
    mark.value = "".getBytes(StandardCharsets.UTF_8);
    mark.markName = name;
    return mark;
  }
}
