package dev.peatmesh.benchmarks.floor;

import dev.peatmesh.sync.internal.crdt.NativeDocument;
import dev.peatmesh.sync.internal.guard.ActorId;
import org.automerge.AmValue;
import org.automerge.ChangeHash;
import org.automerge.Document;
import org.automerge.ObjectId;
import org.automerge.Transaction;

/** An Automerge document without guard, graph, store or loop. Not thread-safe. */
public final class RawDocument implements AutoCloseable {
  static {
    // Automerge's own loader would leave 7 MB in the temporary folder at every start.
    NativeDocument.create(ActorId.of(new byte[] {1})).close();
  }

  private final Document document = new Document();

  /** Sets one field in one change. */
  public byte[] change(String key, int value) {
    ChangeHash[] before = document.getHeads();
    try (Transaction transaction = document.startTransaction()) {
      transaction.set(ObjectId.ROOT, key, value);
      transaction.commit();
    }
    return document.encodeChangesSince(before);
  }

  /** Sets three small fields in one change: a name, a number and a flag. */
  public byte[] fill(int number) {
    ChangeHash[] before = document.getHeads();
    try (Transaction transaction = document.startTransaction()) {
      transaction.set(ObjectId.ROOT, "name", "document " + number);
      transaction.set(ObjectId.ROOT, "number", number);
      transaction.set(ObjectId.ROOT, "open", true);
      transaction.commit();
    }
    return document.encodeChangesSince(before);
  }

  /** Takes a change. */
  public void apply(byte[] chunk) {
    document.applyEncodedChanges(chunk);
  }

  /** Reads one field. */
  public long number(String key) {
    if (document.get(ObjectId.ROOT, key).orElseThrow() instanceof AmValue.Int value) {
      return value.getValue();
    }
    throw new IllegalStateException(key + ": is not a number");
  }

  @Override
  public void close() {
    document.free();
  }
}
