package dev.peatmesh.sync.internal.guard;

import dev.peatmesh.sync.internal.guard.OperationDraft.Id;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.automerge.Document;

/** A document that several authors edited, and honest changes that would come next. */
final class FuzzBase {
  private static final int AUTHORS = 3;
  private static final int ROUNDS = 24;
  private static final int NEXT = 12;

  final Document document;

  /** All changes of the document, each after its dependencies. */
  final List<ChangeChunk> history;

  /** Bodies of changes that could come next; each stands on the document's heads. */
  final List<byte[]> next = new ArrayList<>();

  /** Ids of operations in the document, objects first; the index is one into {@link #authors}. */
  final List<Id> ids = new ArrayList<>();

  final List<byte[]> authors = new ArrayList<>();

  FuzzBase(SplittableRandom random) {
    RandomEdits edits = new RandomEdits(random);
    List<Document> documents = new ArrayList<>();
    for (int i = 0; i < AUTHORS; i++) {
      byte[] actor = new byte[16];
      random.nextBytes(actor);
      authors.add(actor);
      documents.add(new Document(actor));
    }
    for (int round = 0; round < ROUNDS; round++) {
      Document one = documents.get(random.nextInt(AUTHORS));
      one.merge(documents.get(random.nextInt(AUTHORS)));
      edits.change(one, 6);
    }
    document = documents.remove(0);
    documents.forEach(document::merge);
    documents.forEach(Document::free);
    history = changesSince(document, new org.automerge.ChangeHash[0]);
    addNext(edits, random);
    addIds();
  }

  /** The changes of a document that do not come before the given heads. */
  static List<ChangeChunk> changesSince(Document document, org.automerge.ChangeHash[] heads) {
    return ChunkReader.readAll(
        ByteBuffer.wrap(document.encodeChangesSince(heads)), GuardLimits.DEFAULT);
  }

  private void addNext(RandomEdits edits, SplittableRandom random) {
    for (int i = 0; i < NEXT; i++) {
      Document fork = document.fork(authors.get(random.nextInt(AUTHORS)));
      edits.change(fork, 6);
      changesSince(fork, document.getHeads())
          .forEach(chunk -> next.add(Chunks.body(chunk.bytes())));
      fork.free();
    }
  }

  private void addIds() {
    for (ChangeChunk chunk : history) {
      chunk.footprint().created().forEach(run -> ids.add(Id.of(author(chunk), run.first())));
    }
    for (ChangeChunk chunk : history) {
      for (long counter = chunk.startOp(); counter <= chunk.lastOp(); counter++) {
        ids.add(Id.of(author(chunk), counter));
      }
    }
  }

  private int author(ChangeChunk chunk) {
    for (int i = 0; i < authors.size(); i++) {
      if (Arrays.equals(authors.get(i), chunk.actor().bytes())) {
        return i;
      }
    }
    throw new AssertionError("a change of nobody");
  }
}
