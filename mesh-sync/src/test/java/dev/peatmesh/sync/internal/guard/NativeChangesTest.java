package dev.peatmesh.sync.internal.guard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peatmesh.sync.Trials;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.automerge.Document;
import org.automerge.NewValue;
import org.automerge.ObjectId;
import org.automerge.ObjectType;
import org.automerge.Transaction;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Whatever the native core writes, the guard accepts, and gives it the hash that the core gives.
 */
class NativeChangesTest {
  @Test
  void acceptsEveryChangeOfSeveralAuthors() {
    Trials.run(
        60, random -> acceptsChangesOfSeveralAuthors(new SplittableRandom(random.nextLong())));
  }

  private static void acceptsChangesOfSeveralAuthors(SplittableRandom random) {
    RandomEdits edits = new RandomEdits(random);
    List<Document> documents = new ArrayList<>();
    try {
      for (int i = 0; i < 4; i++) {
        documents.add(new Document(actor(random, i)));
      }
      for (int round = 0; round < 30; round++) {
        Document document = documents.get(random.nextInt(documents.size()));
        if (random.nextInt(4) == 0) {
          document.merge(documents.get(random.nextInt(documents.size())));
        } else {
          edits.change(document, 8);
        }
      }
      documents.forEach(NativeChangesTest::acceptsAll);
    } finally {
      documents.forEach(Document::free);
    }
  }

  @Test
  void acceptsALargePaste() {
    acceptsPaste(256 << 10);
  }

  @Test
  @Tag("heavy")
  void acceptsAPasteOfFourMebibytes() {
    acceptsPaste(4 << 20);
  }

  @Test
  void acceptsARangeOfElementsAndTheirDeletion() {
    Document document = new Document();
    ObjectId list;
    try (Transaction transaction = document.startTransaction()) {
      list = transaction.set(ObjectId.ROOT, "list", ObjectType.LIST);
      Iterator<NewValue> values = IntStream.range(0, 20_000).mapToObj(NewValue::integer).iterator();
      transaction.splice(list, 0, 0, values);
      transaction.commit();
    }
    try (Transaction transaction = document.startTransaction()) {
      transaction.splice(list, 100, 15_000, List.<NewValue>of().iterator());
      transaction.commit();
    }
    List<ChangeChunk> chunks = acceptsAll(document);
    assertThat(chunks).extracting(ChangeChunk::ops).containsExactly(20_001, 15_000);
    assertThat(chunks.get(1).size()).as("one short run for each column").isLessThan(300);
    document.free();
  }

  @Test
  void acceptsAChangeThatRefersToManyAuthors() {
    Document shared = new Document(new byte[] {(byte) 0x80});
    List<Document> others = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      others.add(shared.fork(new byte[] {(byte) (i + (i < 50 ? 1 : 100)), 7}));
    }
    for (Document other : others) {
      set(other, "key", "by another author");
      shared.merge(other);
      other.free();
    }
    set(shared, "key", "last");
    List<ChangeChunk> chunks = acceptsAll(shared);
    ChangeChunk last = chunks.get(chunks.size() - 1);
    assertThat(ChangeDraft.parse(Chunks.body(last.bytes())).otherActors).hasSize(100);
    shared.free();
  }

  @Test
  void seesADeletedDocument() {
    Document document = new Document();
    set(document, "key", "value");
    set(document, ChangeChunk.DELETED_KEY, "now");
    assertThat(acceptsAll(document))
        .extracting(ChangeChunk::deletesDocument)
        .containsExactly(false, true);
    document.free();
  }

  private static void acceptsPaste(int characters) {
    Document document = new Document();
    try (Transaction transaction = document.startTransaction()) {
      ObjectId text = transaction.set(ObjectId.ROOT, "text", ObjectType.TEXT);
      transaction.spliceText(text, 0, 0, "0123456789abcdef".repeat(characters / 16));
      transaction.commit();
    }
    assertThat(acceptsAll(document)).extracting(ChangeChunk::ops).containsExactly(characters + 1);
    document.free();
  }

  private static void set(Document document, String key, String value) {
    try (Transaction transaction = document.startTransaction()) {
      transaction.set(ObjectId.ROOT, key, value);
      transaction.commit();
    }
  }

  /** Reads the whole history, checks it change by change, and compares the heads. */
  private static List<ChangeChunk> acceptsAll(Document document) {
    byte[] encoded = document.encodeChangesSince(new org.automerge.ChangeHash[0]);
    List<ChangeChunk> chunks = ChunkReader.readAll(ByteBuffer.wrap(encoded), GuardLimits.DEFAULT);
    DocumentGuard guard = new DocumentGuard();
    Map<ChangeHash, ChangeChunk> known = new HashMap<>();
    List<ChangeHash> heads = new ArrayList<>();
    for (ChangeChunk chunk : chunks) {
      long depsLastOp =
          chunk.deps().stream().mapToLong(dep -> known.get(dep).lastOp()).max().orElse(0);
      guard.check(chunk, depsLastOp);
      guard.admit(chunk);
      known.put(chunk.hash(), chunk);
      heads.removeAll(chunk.deps());
      heads.add(chunk.hash());
      assertThat(ChunkReader.read(chunk.encoded(), GuardLimits.DEFAULT)).isEqualTo(chunk);
      assertThat(reencoded(chunk)).isEqualTo(Chunks.body(chunk.bytes()));
    }
    assertThat(heads)
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(document.getHeads()).map(h -> ChangeHash.of(h.getBytes())).toList());
    return chunks;
  }

  /** Checks the test's own builder: a change taken apart and put together is the same. */
  private static byte[] reencoded(ChangeChunk chunk) {
    if (chunk.ops() > 100_000) {
      return Chunks.body(chunk.bytes());
    }
    ChangeDraft draft = ChangeDraft.parse(Chunks.body(chunk.bytes()));
    draft.put(draft.operations());
    return draft.body();
  }

  private static byte[] actor(SplittableRandom random, int i) {
    byte[] actor = new byte[1 + random.nextInt(16)];
    random.nextBytes(actor);
    actor[0] = (byte) (i * 60);
    return actor;
  }
}
