package dev.peatmesh.sync.internal.store;

import static dev.peatmesh.sync.internal.store.Samples.FLOUR;
import static dev.peatmesh.sync.internal.store.Samples.MILK;
import static dev.peatmesh.sync.internal.store.Samples.change;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peatmesh.runtime.MeshException;
import dev.peatmesh.sync.DeletePolicy;
import dev.peatmesh.sync.DocumentKey;
import dev.peatmesh.sync.internal.guard.ActorId;
import dev.peatmesh.sync.internal.guard.ChangeHash;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** What every {@link DocumentStore} does. */
abstract class DocumentStoreContract extends StoredChangesContract {
  @Test
  void readsWhatIsCommittedAtOnce() {
    DocumentStore store = open();
    store.commit(List.of(change(MILK, 1), change(FLOUR, 9), change(MILK, 2), change(MILK, 1)));

    StoredDocument milk = store.read(MILK);
    assertThat(hashes(milk)).containsExactly(hash(1), hash(2));
    assertThat(milk.snapshot()).isNull();
    assertThat(milk.latest()).isNull();
    assertThat(milk.refused()).isZero();
    assertThat(store.read(new DocumentKey("lists", "wine"))).isEqualTo(StoredDocument.NONE);
  }

  @Test
  void readsASnapshotAndWhatCameAfterIt() {
    DocumentStore store = open();
    store.commit(List.of(change(MILK, 1), change(MILK, 2), change(MILK, 3)));
    store.snapshot(Samples.snapshot(MILK, new byte[] {1, 2}, List.of(hash(1), hash(2))));
    store.commit(List.of(change(MILK, 4)));

    StoredDocument milk = store.read(MILK);
    assertThat(Recovered.bytes(milk.snapshot())).containsExactly(1, 2);
    assertThat(hashes(milk)).containsExactly(hash(3), hash(4));
  }

  @Test
  void readsTheLatestStateAlone() {
    DocumentStore store = open();
    for (int number = 1; number <= 5; number++) {
      store.commit(List.of(Samples.latest(MILK, number, 100 * number)));
    }

    StoredDocument milk = store.read(MILK);
    assertThat(milk.latest()).isEqualTo(Samples.latest(MILK, 5, 500).state());
    assertThat(milk.chunks()).isEmpty();
  }

  @Test
  void readsWholeStatesWhileAnotherThreadCommits() throws Exception {
    DocumentStore store = open();
    List<ChangeHash> all = new ArrayList<>();
    store.commit(List.of(change(MILK, 0)));
    all.add(hash(0));
    AtomicBoolean over = new AtomicBoolean();
    FutureTask<Integer> reading = new FutureTask<>(() -> readUntil(store, over));
    Thread reader = new Thread(reading, "contract-reader");
    reader.start();
    try {
      for (int number = 1; number < 200; number++) {
        store.commit(List.of(change(MILK, number)));
        all.add(hash(number));
        if (number % 20 == 0) {
          store.snapshot(Samples.snapshot(MILK, bytesOf(all.size()), all));
        }
      }
    } finally {
      over.set(true);
    }
    assertThat(reading.get(30, TimeUnit.SECONDS)).isPositive();
  }

  /** What a snapshot covers and the chunks after it are always a whole beginning. */
  private static int readUntil(DocumentStore store, AtomicBoolean over) {
    int reads = 0;
    int before = 0;
    while (!over.get() || reads == 0) {
      StoredDocument milk = store.read(MILK);
      int covered = milk.snapshot() == null ? 0 : milk.snapshot().getInt(0);
      List<ChangeHash> expected = new ArrayList<>();
      for (int i = 0; i < milk.chunks().size(); i++) {
        expected.add(hash(covered + i));
      }
      assertThat(hashes(milk)).isEqualTo(expected);
      assertThat(covered + expected.size()).isGreaterThanOrEqualTo(before);
      before = covered + expected.size();
      reads++;
    }
    return reads;
  }

  private static byte[] bytesOf(int number) {
    return ByteBuffer.allocate(Integer.BYTES).putInt(number).array();
  }

  private static List<ChangeHash> hashes(StoredDocument document) {
    return document.chunks().stream().map(chunk -> Samples.hashOf(Recovered.bytes(chunk))).toList();
  }

  @Test
  void tellsHeadsWithoutOpeningADocument() {
    assumeDurable();
    DocumentStore store = open();
    store.commit(
        List.of(
            Samples.on(change(MILK, 2), hash(1)),
            change(MILK, 1),
            Samples.on(change(MILK, 3), hash(1))));
    store.snapshot(Samples.snapshot(FLOUR, new byte[] {1}, List.of(hash(5), hash(6))));
    store.commit(List.of(Samples.on(change(FLOUR, 7), hash(6))));
    store.close();

    Recovered found = Recovered.from(open());

    RecoveredDocument milk = found.documents.get(MILK);
    assertThat(milk.kind()).isEqualTo(RecoveredDocument.Kind.HISTORY);
    assertThat(milk.heads()).containsExactly(sorted(hash(2), hash(3)));
    assertThat(milk.deleted()).isFalse();
    assertThat(milk.sequence()).isEqualTo(3);
    assertThat(milk.storedBytes()).isEqualTo(600);
    assertThat(found.documents.get(FLOUR).heads()).containsExactly(hash(7));
    assertThat(found.documents.get(FLOUR).storedBytes()).isEqualTo(201);
  }

  @Test
  void tellsADeletedDocumentByItsLatestDeletion() {
    assumeDurable();
    DocumentStore store = open();
    List<StoredHead> heads = List.of(new StoredHead(hash(1), 50), new StoredHead(hash(2), 70));
    store.snapshot(
        new DocumentSnapshot(MILK, ByteBuffer.wrap(new byte[1]), heads, List.of(hash(1)), 4));
    store.commit(
        List.of(
            new StoreWrite.Latest(
                FLOUR, new StoredHead(hash(3), 90), ByteBuffer.wrap(new byte[3]), 5)));
    store.close();

    DocumentStore again = open();
    Recovered found = Recovered.from(again);
    assertThat(found.documents.get(MILK).deletedSeconds()).isEqualTo(70);
    assertThat(found.documents.get(FLOUR).kind()).isEqualTo(RecoveredDocument.Kind.LATEST);
    assertThat(found.documents.get(FLOUR).deletedSeconds()).isEqualTo(90);
    again.commit(List.of(Samples.on(change(MILK, 9), hash(2))));
    again.close();

    RecoveredDocument milk = Recovered.from(open()).documents.get(MILK);
    assertThat(milk.deleted()).as("written to beside one deletion").isFalse();
    assertThat(milk.deleted(DeletePolicy.EDIT_WINS)).isFalse();
    assertThat(milk.deleted(DeletePolicy.DELETE_WINS)).isTrue();
    assertThat(milk.lastDeletedSeconds()).isEqualTo(50);
  }

  @Test
  void aGoneDocumentLeavesAMarkUntilItIsWrittenAgain() {
    assumeDurable();
    DocumentStore store = open();
    store.commit(List.of(change(MILK, 1), new StoreWrite.Expiry(MILK, 99)));
    store.commit(List.of(new StoreWrite.Gone(MILK, List.of(hash(1)), 77, 8)));
    assertThat(store.read(MILK).isEmpty()).isTrue();
    store.close();

    DocumentStore again = open();
    assertThat(Recovered.from(again).documents.get(MILK))
        .isEqualTo(
            new RecoveredDocument(
                MILK,
                RecoveredDocument.Kind.GONE,
                List.of(hash(1)),
                77,
                77,
                0,
                StoreWrite.Expiry.NEVER,
                8,
                0));
    again.commit(List.of(change(MILK, 2)));
    again.close();

    RecoveredDocument written = Recovered.from(open()).documents.get(MILK);
    assertThat(written.kind()).isEqualTo(RecoveredDocument.Kind.HISTORY);
    assertThat(written.heads()).containsExactly(hash(2));
  }

  @Test
  void forgetsADocument() {
    assumeDurable();
    DocumentStore store = open();
    store.commit(List.of(change(MILK, 1), Samples.latest(FLOUR, 2, 10)));
    store.commit(
        List.of(
            new StoreWrite.Forget(MILK),
            new StoreWrite.Forget(FLOUR),
            new StoreWrite.Forget(new DocumentKey("lists", "unknown"))));
    assertThat(store.read(MILK)).isEqualTo(StoredDocument.NONE);
    store.commit(List.of(change(MILK, 3)));
    store.close();

    Recovered found = Recovered.from(open());
    assertThat(found.documents).containsOnlyKeys(MILK);
    assertThat(found.changesOf(MILK)).containsExactly(hash(3));
  }

  @Test
  void keepsTheTimeWhenADocumentExpires() {
    assumeDurable();
    DocumentStore store = open();
    store.commit(List.of(change(MILK, 1), new StoreWrite.Expiry(MILK, 5_000)));
    store.commit(List.of(Samples.latest(FLOUR, 2, 10), new StoreWrite.Expiry(FLOUR, 6_000)));
    store.commit(List.of(new StoreWrite.Expiry(FLOUR, StoreWrite.Expiry.NEVER)));
    store.close();

    Recovered found = Recovered.from(open());
    assertThat(found.documents.get(MILK).expiresMillis()).isEqualTo(5_000);
    assertThat(found.documents.get(FLOUR).expiresMillis()).isEqualTo(StoreWrite.Expiry.NEVER);
  }

  @Test
  void keepsTheNewestEntriesOfTheJournal() {
    assumeDurable();
    DocumentStore store = open();
    int entries = StoreLimits.DEFAULT.journalEntriesMax() + 2_000;
    for (int from = 1; from < entries; from += 1_000) {
      List<StoreWrite> batch = new ArrayList<>();
      for (int sequence = from; sequence < from + 1_000; sequence++) {
        batch.add(new StoreWrite.Journal(Samples.entry(MILK, sequence)));
      }
      store.commit(batch);
    }
    store.close();

    DocumentStore again = open();
    Recovered found = Recovered.from(again);
    assertThat(found.journal).hasSize(StoreLimits.DEFAULT.journalEntriesMax());
    assertThat(found.journal.get(0)).isEqualTo(Samples.entry(MILK, 2_001));
    assertThat(found.journal.get(found.journal.size() - 1)).isEqualTo(Samples.entry(MILK, entries));
    assertThat(again.replica().nextSequence()).isEqualTo(entries + 1);
  }

  @Test
  void keepsNotesByName() {
    assumeDurable();
    DocumentStore store = open();
    store.commit(
        List.of(
            new StoreWrite.Note("peer a", "1 2 3"),
            new StoreWrite.Note("peer b", "é😀"),
            new StoreWrite.Note("peer c", "soon gone")));
    store.commit(
        List.of(new StoreWrite.Note("peer a", "4 5 6"), new StoreWrite.Note("peer c", "")));
    store.close();

    DocumentStore again = open();
    assertThat(Recovered.from(again).notes)
        .containsOnly(Map.entry("peer a", "4 5 6"), Map.entry("peer b", "é😀"));
    again.commit(List.of(new StoreWrite.Note("peer b", "later")));
    again.close();
    assertThat(Recovered.from(open()).notes).containsEntry("peer b", "later").hasSize(2);
  }

  @Test
  void refusesNotesBeyondTheirBoundAndKeepsNothingOfTheBatch() {
    DocumentStore store = open();
    List<StoreWrite> batch = new ArrayList<>();
    for (int i = 0; i < StoreLimits.DEFAULT.notesMax(); i++) {
      batch.add(new StoreWrite.Note("note " + i, "x"));
    }
    store.commit(batch);

    assertThatThrownBy(
            () -> store.commit(List.of(change(MILK, 1), new StoreWrite.Note("one more", "x"))))
        .isInstanceOf(MeshException.StoreFailure.class)
        .hasMessageContaining("there are 10000 notes, at most 10000 may be");

    assertThat(store.read(MILK)).isEqualTo(StoredDocument.NONE);
    store.commit(List.of(new StoreWrite.Note("note 7", "y"), change(MILK, 1)));
    assertThat(hashes(store.read(MILK))).containsExactly(hash(1));
  }

  @Test
  void goesOnWithItsNumbersAfterACleanStop() {
    assumeDurable();
    DocumentStore store = open();
    assertThat(store.replica().nextSequence()).isEqualTo(1);
    store.commit(List.of(Samples.latest(MILK, 7, 10)));
    String storeId = store.replica().storeId();
    store.close();

    DocumentStore again = open();
    Recovered.from(again);
    assertThat(again.replica().nextSequence()).isEqualTo(8);
    assertThat(again.replica().storeId()).isEqualTo(storeId).matches("[0-9a-f]{32}");
  }

  @Test
  void numbersJumpAheadAfterAnUncleanStop() {
    assumeDurable();
    DocumentStore store = open();
    store.commit(List.of(Samples.latest(MILK, 7, 10)));
    DocumentStore second = reopenAfterCrash(store);
    Recovered.from(second);

    assertThat(second.replica().nextSequence()).isEqualTo(1_000_008);
    assertThat(second.replica().storeId()).isEqualTo(store.replica().storeId());
  }

  @Test
  void keepsAnActorThatWasRenewedWhileItRan() {
    assumeDurable();
    DocumentStore store = open();
    ActorId renewed = Actors.create(Samples.SETTINGS.device(), new Random(9));
    store.commit(List.of(new StoreWrite.Actor(renewed)));
    assertThat(store.replica().actor()).isEqualTo(renewed);
    store.close();

    assertThat(open().replica().actor()).isEqualTo(renewed);
  }

  @Test
  void compactionSaysWhatItDid() {
    DocumentStore store = open();
    store.commit(List.of(change(MILK, 1), change(FLOUR, 2)));
    store.snapshot(Samples.snapshot(MILK, new byte[] {1}, List.of(hash(1))));
    store.commit(List.of(new StoreWrite.Gone(FLOUR, List.of(hash(2)), 1, 1)));

    CompactionReport report = compactFully(store);

    assertThat(report.documents()).isEqualTo(2);
    assertThat(report.bytesAfter()).isEqualTo(store.storedBytes());
    assertThat(compactFully(store).documents()).isZero();
    assertThat(store.read(MILK).snapshot()).isNotNull();
  }

  static CompactionReport compactFully(DocumentStore store) {
    CompactionReport report = store.compact(CompactionRequest.DEFAULT);
    while (!report.done()) {
      report = report.then(store.compact(CompactionRequest.DEFAULT));
    }
    return report;
  }

  private static ChangeHash[] sorted(ChangeHash... hashes) {
    Arrays.sort(hashes);
    return hashes;
  }
}
