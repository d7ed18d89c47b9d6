package dev.peatmesh.sync.internal.guard;

import java.nio.charset.StandardCharsets;

/**
 * Walks the operations of one change and refuses every form that the native core does not write
 * itself. Much of that it would silently mend; but a mended change has another hash, and the
 * document that holds it can be saved and never loaded again.
 *
 * <p>Knows one change, not the document: whether an object or a replaced operation exists is for
 * others to say.
 */
final class Operations {
  static final int ACTION_MAX = 7;

  private static final int MAKE_MAP = 0;
  private static final int PUT = 1;
  private static final int MAKE_LIST = 2;
  private static final int DELETE = 3;
  private static final int MAKE_TEXT = 4;
  private static final int INCREMENT = 5;
  private static final int MAKE_TABLE = 6;
  private static final int MARK = 7;

  private static final long NULL = NumberColumn.NULL;
  private static final byte[] DELETED_KEY =
      ChangeChunk.DELETED_KEY.getBytes(StandardCharsets.UTF_8);

  private final OperationColumns columns;
  private final ActorTable actors;
  private final FootprintCollector footprint;
  private final SlotLoad slots = new SlotLoad();
  private final int opsMax;

  /** Counter of the operation under check. */
  private long counter;

  private long objectActor;
  private long objectCounter;
  private boolean inRoot;
  private long elementActor;
  private long element;
  private boolean textKey;
  private boolean insert;
  private int action;
  private int valueType;
  private long predecessorsLeft;

  private int count;
  private boolean deletesDocument;

  Operations(OperationColumns columns, ActorTable actors, long startOp, GuardLimits limits) {
    this.columns = columns;
    this.actors = actors;
    this.footprint = new FootprintCollector(actors, startOp);
    this.opsMax = limits.opsMax();
    this.counter = startOp;
    this.predecessorsLeft = limits.opsMax();
  }

  void check() {
    if (columns.action.isAbsent()) {
      // A change without operations is legal, and has no column at all.
      columns.finishEmpty();
    } else {
      while (!columns.action.atEnd()) {
        checkOperation();
        counter++;
        count++;
      }
      columns.finish();
    }
    actors.finish();
  }

  int count() {
    return count;
  }

  Footprint footprint() {
    return footprint.finish();
  }

  boolean deletesDocument() {
    return deletesDocument;
  }

  private void checkOperation() {
    if (count == opsMax || counter > ChangeBody.COUNTER_MAX) {
      throw new GuardException("too many operations");
    }
    action = (int) columns.action.next();
    if (action == NULL) {
      throw new GuardException("operation without an action");
    }
    if (action == MAKE_TABLE) {
      // Half built in the core: it can be made, but neither read nor written from Java.
      throw new GuardException("table");
    }
    insert = columns.insert.next();
    checkObject();
    checkKey();
    checkValue();
    checkMark();
    checkPredecessors();
    collectFootprint();
    if (!insert) {
      slots.add(slotHash());
    }
    if (inRoot && action == PUT && columns.keyText.is(DELETED_KEY)) {
      deletesDocument = true;
    }
  }

  private long slotHash() {
    long object = objectCounter * 31 + objectActor;
    long slot = textKey ? columns.keyText.hash() : element * 31 + elementActor;
    return object * 0x9e3779b97f4a7c15L + slot;
  }

  private void collectFootprint() {
    footprint.enter(objectActor, objectCounter, !textKey);
    if (elementActor != NULL) {
      footprint.use(elementActor, element);
    }
    if (insert) {
      footprint.insert(counter);
    }
    if (action == MAKE_MAP || action == MAKE_LIST || action == MAKE_TEXT) {
      footprint.create(counter, action != MAKE_MAP);
    }
  }

  private void checkObject() {
    objectActor = columns.objectActor.next();
    objectCounter = columns.objectCounter.next();
    inRoot = objectCounter == NULL;
    if (inRoot != (objectActor == NULL)) {
      throw new GuardException("half an object id");
    }
    if (!inRoot) {
      if (objectCounter == 0 || objectCounter >= counter) {
        throw new GuardException("object younger than its operation");
      }
      actors.use(objectActor);
    }
  }

  private void checkKey() {
    elementActor = columns.keyActor.next();
    element = columns.keyCounter.next();
    textKey = columns.keyText.next();
    if (textKey == (element != NULL)) {
      throw new GuardException("operation without one key");
    }
    if (textKey) {
      if (elementActor != NULL || insert) {
        throw new GuardException("text key with an element's parts");
      }
      return;
    }
    if (inRoot) {
      throw new GuardException("element of the root map");
    }
    boolean head = element == 0;
    if (head != (elementActor == NULL) || (head && !insert)) {
      throw new GuardException("half an element id");
    }
    if (!head) {
      if (element <= objectCounter || element >= counter) {
        throw new GuardException("element younger than its operation or older than its list");
      }
      actors.use(elementActor);
    }
  }

  private void checkValue() {
    long meta = columns.valueMeta.next();
    if (meta == NULL) {
      throw new GuardException("operation without a value");
    }
    long length = meta >>> 4;
    if (length > columns.valueBytes.remaining()) {
      throw new GuardException("value beyond the end");
    }
    valueType = (int) (meta & 15);
    Values.check(valueType, columns.valueBytes.slice((int) length));
    int only = action == INCREMENT ? Values.INT : Values.NULL;
    if (action != PUT && action != MARK && valueType != only) {
      throw new GuardException("value does not fit the action");
    }
  }

  private void checkMark() {
    boolean named = columns.markName.next();
    boolean expand = columns.expand.next();
    if (action != MARK) {
      if (named || expand) {
        throw new GuardException("mark on another action");
      }
    } else if (!insert) {
      throw new GuardException("mark that is not inserted");
    } else if (!named && valueType != Values.NULL) {
      throw new GuardException("value does not fit the action");
    }
  }

  private void checkPredecessors() {
    long predecessors = columns.predecessors.next();
    if (predecessors == NULL || predecessors > predecessorsLeft) {
      throw new GuardException("wrong number of predecessors");
    }
    predecessorsLeft -= predecessors;
    boolean onlyChanges = action == DELETE || action == INCREMENT;
    if (insert && (predecessors > 0 || onlyChanges)) {
      throw new GuardException("insertion that replaces");
    }
    if (!insert && predecessors == 0 && (onlyChanges || !textKey)) {
      throw new GuardException("nothing to replace");
    }
    long beforeCounter = NULL;
    long beforeRank = NULL;
    for (long i = 0; i < predecessors; i++) {
      long actor = columns.predecessorActor.next();
      long replaced = columns.predecessorCounter.next();
      // What is replaced came after its object and not before its element. NULL is below both.
      if (actor == NULL
          || replaced <= Math.max(objectCounter, 0)
          || replaced < element
          || replaced >= counter) {
        throw new GuardException("predecessor out of range");
      }
      long rank = actors.rank(actor);
      if (replaced < beforeCounter || (replaced == beforeCounter && rank <= beforeRank)) {
        throw new GuardException("predecessors out of order");
      }
      actors.use(actor);
      beforeCounter = replaced;
      beforeRank = rank;
    }
  }
}
