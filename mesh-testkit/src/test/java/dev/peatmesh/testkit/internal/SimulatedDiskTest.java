package dev.peatmesh.testkit.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peatmesh.runtime.Loop;
import dev.peatmesh.runtime.MeshException;
import dev.peatmesh.sync.DocumentEvent;
import dev.peatmesh.sync.DocumentKey;
import dev.peatmesh.sync.internal.feed.JournalEntry;
import dev.peatmesh.sync.internal.guard.ActorId;
import dev.peatmesh.sync.internal.guard.ChangeChunk;
import dev.peatmesh.sync.internal.guard.ChangeHash;
import dev.peatmesh.sync.internal.store.ChangeLog;
import dev.peatmesh.sync.internal.store.CompactionRequest;
import dev.peatmesh.sync.internal.store.DocumentSnapshot;
import dev.peatmesh.sync.internal.store.DocumentStore;
import dev.peatmesh.sync.internal.store.RecoveredDocument;
import dev.peatmesh.sync.internal.store.Recovery;
import dev.peatmesh.sync.internal.store.RecoverySink;
import dev.peatmesh.sync.internal.store.ReplicaState;
import dev.peatmesh.sync.internal.store.StoreWrite;
import dev.peatmesh.sync.internal.store.StoredDocument;
import dev.peatmesh.sync.internal.store.StoredHead;
import dev.peatmesh.testkit.Seeds;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SimulatedDiskTest {
  private static final DocumentKey MILK = new DocumentKey("lists", "milk");
  private static final DocumentKey FLOUR = new DocumentKey("lists", "flour");

  private final VirtualTime time = new VirtualTime(1);
  private final Machine machine = new Machine(time);

  @Test
  void handsOverWhatWasCommittedInItsOrder() {
    DocumentStore store = machine.disk.open();
    store.commit(List.of(change(MILK, 3), change(FLOUR, 1)));
    store.commit(List.of(change(MILK, 1), change(MILK, 3)));
    store.close();

    Found found = Found.in(machine.disk.open());

    assertThat(found.lines).containsExactly("lists/milk 3", "lists/milk 1", "lists/flour 1");
    assertThat(found.recovery).isEqualTo(new Recovery(2, 3, 0, 0));
  }

  @Test
  void aSnapshotComesFirstAndReplacesWhatItCovers() {
    DocumentStore store = machine.disk.open();
    store.commit(List.of(change(MILK, 1), change(MILK, 2), change(MILK, 3)));
    store.snapshot(snapshot(MILK, new byte[] {9}, List.of(hash(1), hash(3), hash(77))));
    store.close();

    Found found = Found.in(machine.disk.open());

    assertThat(found.lines).containsExactly("lists/milk snapshot 9", "lists/milk 2");
    assertThat(found.recovery).isEqualTo(new Recovery(1, 1, 0, 0));
  }

  @Test
  void keepsStatesMarksNotesAndTheJournalOverACrash() {
    machine.openLog();
    StoredHead head = new StoredHead(hash(9), StoredHead.ALIVE);
    ByteBuffer state = ByteBuffer.wrap(new byte[] {5});
    JournalEntry entry =
        new JournalEntry(
            41,
            MILK,
            DocumentEvent.Kind.CHANGED,
            DocumentEvent.Origin.LOCAL,
            "",
            List.of(),
            List.of(hash(9)),
            1);
    machine.append(
        "all",
        new StoreWrite.Latest(MILK, head, state, 41),
        new StoreWrite.Journal(entry),
        change(FLOUR, 3),
        new StoreWrite.Gone(FLOUR, List.of(hash(3)), 12, 40),
        new StoreWrite.Note("peer", "agreed"));
    time.advance(Duration.ofMillis(200));
    machine.append("never durable", new StoreWrite.Note("peer", "later"));
    machine.restart();
    DocumentStore store = machine.disk.open();
    Found found = Found.in(store);

    assertThat(store.read(MILK).latest()).isEqualTo(state);
    assertThat(store.read(FLOUR).isEmpty()).isTrue();
    assertThat(found.documents).extracting(RecoveredDocument::key).containsExactly(MILK, FLOUR);
    assertThat(found.documents.get(1).kind()).isEqualTo(RecoveredDocument.Kind.GONE);
    assertThat(found.journal).containsExactly(entry);
    assertThat(found.notes).containsExactly("peer agreed");
    assertThat(store.replica().nextSequence()).isEqualTo(1_000_042);
  }

  @Test
  void anActorThatWasRenewedStaysOverACleanStop() {
    DocumentStore store = machine.disk.open();
    ActorId renewed = new ActorId("0102");
    store.commit(List.of(new StoreWrite.Actor(renewed)));
    assertThat(store.replica().actor()).isEqualTo(renewed);
    store.close();

    assertThat(machine.disk.open().replica().actor()).isEqualTo(renewed);
  }

  @Test
  void compactionIsToldInItsTurn() {
    machine.openLog();
    machine.append("a", change(MILK, 1));
    machine.loop.execute(
        () -> {
          machine.log.snapshot(snapshot(MILK, new byte[] {7}, List.of(hash(1))));
          machine.log.compact(
              CompactionRequest.DEFAULT,
              report -> machine.told.add("" + report.documents()),
              failure -> machine.told.add("failed"));
        });
    time.advance(Duration.ofMillis(200));

    assertThat(machine.told).containsExactly("a durable", "1");
  }

  @Test
  void keepsItsActorOverACleanStopAndItsIncarnationGrows() {
    DocumentStore store = machine.disk.open();
    ReplicaState first = store.replica();
    store.close();
    store.close();
    machine.host.clock().jump(Duration.ofDays(-1));
    ReplicaState second = machine.disk.open().replica();

    assertThat(first.cleanStop()).isTrue();
    assertThat(second.cleanStop()).isTrue();
    assertThat(second.actor()).isEqualTo(first.actor());
    assertThat(second.incarnation()).isEqualTo(first.incarnation() + 1);
  }

  @Test
  void takesANewActorAfterACrash() {
    ReplicaState first = machine.disk.open().replica();
    machine.restart();
    ReplicaState second = machine.disk.open().replica();

    assertThat(second.cleanStop()).isFalse();
    assertThat(second.actor()).isNotEqualTo(first.actor());
    assertThat(second.incarnation()).isGreaterThan(first.incarnation());
  }

  @Test
  void aStoreDiesWithItsProcess() {
    DocumentStore dead = machine.disk.open();
    machine.restart();
    DocumentStore alive = machine.disk.open();
    dead.close();

    assertThatThrownBy(() -> dead.commit(List.of(change(MILK, 1))))
        .isInstanceOf(MeshException.StoreFailure.class)
        .hasMessageContaining("its process died");
    alive.commit(List.of(change(MILK, 1)));
    assertThat(machine.disk.changes()).isEqualTo(1);
  }

  @Test
  void isOpenOnceAtATimeAndRecoversOnce() {
    DocumentStore store = machine.disk.open();
    Found.in(store);

    assertThatThrownBy(machine.disk::open).isInstanceOf(AssertionError.class);
    assertThatThrownBy(() -> Found.in(store)).isInstanceOf(AssertionError.class);
  }

  @Test
  void failsWithItsReasonAndKeepsNothing() {
    DocumentStore store = machine.disk.open();
    store.commit(List.of(change(MILK, 1)));

    machine.disk.full(true);
    assertThatThrownBy(() -> store.commit(List.of(change(MILK, 2))))
        .isInstanceOf(MeshException.StoreFailure.class)
        .hasMessage("commit of 1 writes on n1: the disk is full; nothing was kept. Free space.");
    machine.disk.full(false);
    machine.disk.readOnly(true);
    assertThatThrownBy(() -> store.snapshot(snapshot(MILK, new byte[1], List.of(hash(1)))))
        .isInstanceOf(MeshException.StoreFailure.class)
        .hasMessageContaining("read-only");
    machine.disk.readOnly(false);
    machine.disk.failNext(1);
    assertThatThrownBy(() -> store.commit(List.of(change(MILK, 2))))
        .isInstanceOf(MeshException.StoreFailure.class);
    store.commit(List.of(change(MILK, 3)));

    assertThat(machine.disk.changes()).isEqualTo(2);
    store.close();
    assertThat(Found.in(machine.disk.open()).lines).containsExactly("lists/milk 1", "lists/milk 3");
  }

  @Test
  void cannotBeOpenedWhileItCannotBeWritten() {
    machine.disk.readOnly(true);

    assertThatThrownBy(machine.disk::open).isInstanceOf(MeshException.StoreFailure.class);
  }

  @Test
  void anAppendIsDurableLaterAndInOrder() {
    machine.openLog();
    machine.append("a", change(MILK, 1));
    machine.append("b", change(MILK, 2));
    time.advance(Duration.ZERO);
    assertThat(machine.told).isEmpty();
    assertThat(machine.disk.changes()).isZero();

    time.advance(Duration.ofMillis(200));
    assertThat(machine.told).containsExactly("a durable", "b durable");
    assertThat(machine.disk.changes()).isEqualTo(2);
  }

  @Test
  void whatIsAppendedDuringAWriteGoesIntoTheNextTogether() {
    machine.openLog();
    for (int i = 0; i < 100; i++) {
      machine.append("a" + i, change(MILK, i));
    }
    time.advance(Duration.ofMillis(200));

    assertThat(machine.told).hasSize(100);
    assertThat(time.log().last(1000)).filteredOn(line -> line.contains("disk commit")).hasSize(2);
  }

  @Test
  void appendsThatFailAloneTakeLaterOnesOfTheirDocumentWithThem() {
    machine.openLog();
    machine.append("first", change(MILK, 0));
    machine.append("a", change(MILK, 1));
    machine.append("b", change(FLOUR, 1));
    machine.append("c", change(MILK, 2));
    time.runUntil(() -> !machine.told.isEmpty(), Duration.ofSeconds(1));
    // The group fails, then its first append fails alone.
    machine.disk.failNext(2);
    time.advance(Duration.ofMillis(200));

    assertThat(machine.told).containsExactly("first durable", "a failed", "b durable", "c failed");
    machine.append("d", change(MILK, 3));
    time.advance(Duration.ofMillis(200));
    assertThat(machine.told).endsWith("d durable");
    assertThat(machine.disk.changes()).isEqualTo(3);
  }

  @Test
  void aSnapshotIsTakenInItsTurn() {
    machine.openLog();
    machine.append("a", change(MILK, 1));
    machine.loop.execute(
        () -> machine.log.snapshot(snapshot(MILK, new byte[] {7}, List.of(hash(1)))));
    machine.append("b", change(MILK, 2));
    time.advance(Duration.ofMillis(200));
    machine.log.close();

    assertThat(Found.in(machine.disk.open()).lines)
        .containsExactly("lists/milk snapshot 7", "lists/milk 2");
  }

  @Test
  void closingCommitsWhatWaitsAndMarksACleanStop() {
    machine.openLog();
    machine.append("a", change(MILK, 1));
    machine.append("b", change(MILK, 2));
    time.advance(Duration.ZERO);
    machine.log.close();
    machine.log.close();
    machine.append("c", change(MILK, 3));
    time.advance(Duration.ofSeconds(1));

    assertThat(machine.told).containsExactly("a durable", "b durable", "c failed");
    assertThat(machine.disk.open().replica().cleanStop()).isTrue();
  }

  @Test
  void aCrashLosesOnlyWhatWasNotAcknowledgedAndGroupsAreWholeOrGone() {
    Set<Integer> groupsFound = new HashSet<>();
    Set<Boolean> torn = new HashSet<>();
    Seeds.forEachSeed(
        300,
        seed -> {
          VirtualTime own = new VirtualTime(seed);
          Machine crashing = new Machine(own);
          crashing.openLog();
          crashing.append("a", change(MILK, 1));
          own.runUntil(() -> crashing.told.size() == 1, Duration.ofSeconds(1));
          crashing.append("b", change(MILK, 2), change(FLOUR, 2));
          own.advance(Duration.ZERO);
          crashing.append("waits", change(MILK, 3));
          own.advance(Duration.ZERO);
          crashing.restart();
          own.advance(Duration.ofSeconds(1));

          assertThat(crashing.told).containsExactly("a durable");
          Found found = Found.in(crashing.disk.open());
          assertThat(found.lines).contains("lists/milk 1").doesNotContain("lists/milk 3");
          assertThat(found.lines.contains("lists/milk 2"))
              .isEqualTo(found.lines.contains("lists/flour 2"));
          groupsFound.add(found.lines.size());
          torn.add(found.recovery.tailBytesCut() > 0);
        });

    assertThat(groupsFound).containsExactlyInAnyOrder(1, 3);
    assertThat(torn).containsExactlyInAnyOrder(true, false);
  }

  private static StoreWrite.Change change(DocumentKey key, int number) {
    byte[] encoded = {(byte) number};
    ChangeChunk chunk =
        new ChangeChunk(
            hash(number),
            List.of(),
            new ActorId("00"),
            number,
            1,
            1,
            false,
            ByteBuffer.wrap(encoded));
    return new StoreWrite.Change(key, chunk, number);
  }

  private static DocumentSnapshot snapshot(
      DocumentKey key, byte[] saved, List<ChangeHash> covered) {
    List<StoredHead> heads = List.of(new StoredHead(covered.get(0), StoredHead.ALIVE));
    return new DocumentSnapshot(key, ByteBuffer.wrap(saved), heads, covered, 0);
  }

  private static ChangeHash hash(int number) {
    return new ChangeHash(number, 0, 0, 0);
  }

  /** A host with a disk and, when opened, a log. */
  private static final class Machine {
    final SimulatedHost host;
    final SimulatedDisk disk;
    final List<String> told = new ArrayList<>();
    Loop loop;
    ChangeLog log;

    Machine(VirtualTime time) {
      host = time.newHost("n1");
      disk = new SimulatedDisk(host);
      loop = host.newLoop("mesh");
    }

    void openLog() {
      log = disk.openLog(disk.open(), loop);
    }

    void append(String name, StoreWrite... changes) {
      loop.execute(
          () ->
              log.append(
                  List.of(changes),
                  failure -> {
                    loop.checkInLoop();
                    told.add(name + (failure == null ? " durable" : " failed"));
                  }));
    }

    void restart() {
      host.crash();
      host.restart();
      loop = host.newLoop("mesh");
    }
  }

  /** What recovery handed over. */
  private static final class Found implements RecoverySink {
    final List<String> lines = new ArrayList<>();
    final List<RecoveredDocument> documents = new ArrayList<>();
    final List<JournalEntry> journal = new ArrayList<>();
    final List<String> notes = new ArrayList<>();
    private final DocumentStore store;
    Recovery recovery;

    private Found(DocumentStore store) {
      this.store = store;
    }

    static Found in(DocumentStore store) {
      Found found = new Found(store);
      found.recovery = store.recover(found);
      return found;
    }

    @Override
    public void document(RecoveredDocument document) {
      documents.add(document);
      StoredDocument content = store.read(document.key());
      if (content.snapshot() != null) {
        lines.add(document.key() + " snapshot " + content.snapshot().get(0));
      }
      content.chunks().forEach(chunk -> lines.add(document.key() + " " + chunk.get(0)));
    }

    @Override
    public void journal(JournalEntry entry) {
      journal.add(entry);
    }

    @Override
    public void note(String name, String value) {
      notes.add(name + " " + value);
    }
  }
}
