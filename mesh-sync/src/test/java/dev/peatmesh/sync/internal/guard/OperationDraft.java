package dev.peatmesh.sync.internal.guard;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** One operation of a {@link ChangeDraft}: every field may be set to anything. */
final class OperationDraft {
  /** An operation id: an index into the change's actors, and a counter. */
  record Id(@Nullable Long actor, @Nullable Long counter) {
    static final Id NONE = new Id(null, null);
    static final Id HEAD = new Id(null, 0L);

    static Id of(long actor, long counter) {
      return new Id(actor, counter);
    }
  }

  Id object = Id.NONE;
  Id element = Id.NONE;
  @Nullable String key;
  boolean insert;
  long action;
  int valueType;
  byte[] value = new byte[0];
  List<Id> predecessors = new ArrayList<>();
  boolean expand;
  @Nullable String markName;

  static OperationDraft put(String key, int type, byte... value) {
    OperationDraft operation = new OperationDraft();
    operation.key = key;
    operation.action = 1;
    operation.valueType = type;
    operation.value = value;
    return operation;
  }

  static OperationDraft make(String key, int action) {
    OperationDraft operation = new OperationDraft();
    operation.key = key;
    operation.action = action;
    return operation;
  }

  static OperationDraft insert(Id object, Id after, String text) {
    OperationDraft operation = new OperationDraft();
    operation.object = object;
    operation.element = after;
    operation.insert = true;
    operation.action = 1;
    operation.valueType = Values.TEXT;
    operation.value = text.getBytes(StandardCharsets.UTF_8);
    return operation;
  }

  OperationDraft in(Id newObject) {
    object = newObject;
    return this;
  }

  OperationDraft replacing(Id... ids) {
    predecessors = new ArrayList<>(List.of(ids));
    return this;
  }

  void replaceIds(UnaryOperator<Id> change) {
    object = change.apply(object);
    element = change.apply(element);
    predecessors.replaceAll(change);
  }

  OperationDraft copy() {
    OperationDraft copy = new OperationDraft();
    copy.object = object;
    copy.element = element;
    copy.key = key;
    copy.insert = insert;
    copy.action = action;
    copy.valueType = valueType;
    copy.value = value.clone();
    copy.predecessors = new ArrayList<>(predecessors);
    copy.expand = expand;
    copy.markName = markName;
    return copy;
  }
}
