package dev.peatmesh.sync.internal.store;

import static dev.peatmesh.sync.internal.store.Samples.FLOUR;
import static dev.peatmesh.sync.internal.store.Samples.MILK;
import static dev.peatmesh.sync.internal.store.Samples.change;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.peatmesh.sync.DocumentKey;
import dev.peatmesh.sync.internal.guard.ChangeHash;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What every {@link DocumentStore} does with changes, snapshots and its own identity. */
abstract class StoredChangesContract {
  private static final long NOW = 1_800_000_000_000L;

  final SettableClock clock = new SettableClock(NOW);
  private final List<DocumentStore> opened = new ArrayList<>();

  /** Opens the one store of this test, again after a close. */
  abstract DocumentStore openStore();

  /** Leaves the store as a killed process would, and opens it again. */
  abstract DocumentStore openAfterCrash(DocumentStore running);

  /** False for a store that keeps nothing between openings. */
  abstract boolean isDurable();

  @AfterEach
  void closeAll() {
    opened.forEach(DocumentStore::close);
  }

  final DocumentStore open() {
    DocumentStore store = openStore();
    opened.add(store);
    return store;
  }

  @Test
  void startsEmptyAndClean() {
    DocumentStore store = open();

    Recovered found = Recovered.from(store);

    assertThat(found.recovery).isEqualTo(new Recovery(0, 0, 0, 0));
    assertThat(store.replica().cleanStop()).isTrue();
    assertThat(store.replica().actor().bytes()).hasSize(24);
    assertThat(store.replica().incarnation()).isEqualTo(NOW);
  }

  @Test
  void handsOverWhatWasCommittedInItsOrder() {
    assumeDurable();
    DocumentStore store = open();
    store.commit(List.of(change(MILK, 3), change(FLOUR, 10), change(MILK, 1)));
    store.commit(List.of(change(FLOUR, 9)));
    store.commit(List.of(change(MILK, 2)));
    store.close();

    Recovered found = Recovered.from(open());

    assertThat(found.changesOf(MILK)).containsExactly(hash(3), hash(1), hash(2));
    assertThat(found.changesOf(FLOUR)).containsExactly(hash(10), hash(9));
    assertThat(found.recovery).isEqualTo(new Recovery(2, 5, 0, 0));
  }

  @Test
  void handsOverAfterACrashWhatWasCommitted() {
    assumeDurable();
    DocumentStore store = open();
    store.commit(List.of(change(MILK, 1), change(FLOUR, 2)));

    Recovered found = Recovered.from(reopenAfterCrash(store));

    assertThat(found.changesOf(MILK)).containsExactly(hash(1));
    assertThat(found.changesOf(FLOUR)).containsExactly(hash(2));
  }

  @Test
  void handsOverOnceWhatWasCommittedTwice() {
    assumeDurable();
    DocumentStore store = open();
    store.commit(List.of(change(MILK, 1), change(MILK, 2), change(MILK, 1)));
    store.commit(List.of(change(MILK, 2), change(FLOUR, 1)));
    store.close();

    Recovered found = Recovered.from(open());

    assertThat(found.changesOf(MILK)).containsExactly(hash(1), hash(2));
    assertThat(found.changesOf(FLOUR)).containsExactly(hash(1));
  }

  @Test
  void acceptsAnEmptyBatch() {
    DocumentStore store = open();
    store.commit(List.of());

    assertThat(Recovered.from(store).recovery.changes()).isZero();
  }

  @Test
  void keepsNamesApartThatLookAlike() {
    assumeDurable();
    List<DocumentKey> keys =
        List.of(
            new DocumentKey("a", "bc"),
            new DocumentKey("ab", "c"),
            new DocumentKey("A", "bc"),
            new DocumentKey("é", "'; DROP TABLE changes; --"),
            new DocumentKey("e\u0301", "😀"));
    DocumentStore store = open();
    for (int i = 0; i < keys.size(); i++) {
      store.commit(List.of(change(keys.get(i), i)));
    }
    store.close();

    Recovered found = Recovered.from(open());

    assertThat(found.changes.keySet()).containsExactlyInAnyOrderElementsOf(keys);
    for (int i = 0; i < keys.size(); i++) {
      assertThat(found.changesOf(keys.get(i))).containsExactly(hash(i));
    }
  }

  @Test
  void keepsChunksOfEverySize() {
    assumeDurable();
    List<Integer> sizes = List.of(1, 200, 4_000, 4_096, 5_000, 1 << 20);
    DocumentStore store = open();
    sizes.forEach(size -> store.commit(List.of(change(MILK, size, size))));
    store.close();

    assertThat(Recovered.from(open()).changesOf(MILK))
        .containsExactlyElementsOf(
            sizes.stream().map(size -> change(MILK, size, size).chunk().hash()).toList());
  }

  @Test
  void aSnapshotReplacesTheChangesItCovers() {
    assumeDurable();
    DocumentStore store = open();
    store.commit(List.of(change(MILK, 1), change(MILK, 2), change(FLOUR, 1)));
    store.snapshot(
        Samples.snapshot(MILK, new byte[] {1, 2, 3}, List.of(hash(1), hash(2), hash(77))));
    store.commit(List.of(change(MILK, 3)));
    store.close();

    Recovered found = Recovered.from(open());

    assertThat(found.snapshots).containsOnlyKeys(MILK);
    assertThat(found.snapshots.get(MILK)).containsExactly(1, 2, 3);
    assertThat(found.changesOf(MILK)).containsExactly(hash(3));
    assertThat(found.changesOf(FLOUR)).containsExactly(hash(1));
    assertThat(found.recovery).isEqualTo(new Recovery(2, 2, 0, 0));
  }

  @Test
  void aSnapshotKeepsTheChangesItDoesNotCover() {
    assumeDurable();
    DocumentStore store = open();
    store.commit(List.of(change(MILK, 1), change(MILK, 2), change(MILK, 3)));
    store.snapshot(Samples.snapshot(MILK, new byte[] {1}, List.of(hash(2))));
    store.close();

    assertThat(Recovered.from(open()).changesOf(MILK)).containsExactly(hash(1), hash(3));
  }

  @Test
  void aLaterSnapshotReplacesAnEarlierOne() {
    assumeDurable();
    DocumentStore store = open();
    store.snapshot(Samples.snapshot(MILK, new byte[] {1}, List.of()));
    store.snapshot(Samples.snapshot(MILK, new byte[] {2, 2}, List.of()));
    store.close();

    Recovered found = Recovered.from(open());

    assertThat(found.snapshots.get(MILK)).containsExactly(2, 2);
    assertThat(found.recovery).isEqualTo(new Recovery(1, 0, 0, 0));
  }

  @Test
  void keepsItsActorOverACleanStop() {
    assumeDurable();
    DocumentStore store = open();
    ReplicaState before = store.replica();
    store.close();

    ReplicaState after = open().replica();

    assertThat(after.cleanStop()).isTrue();
    assertThat(after.actor()).isEqualTo(before.actor());
  }

  @Test
  void takesANewActorAfterAnUncleanStop() {
    DocumentStore store = open();
    ReplicaState before = store.replica();

    DocumentStore again = reopenAfterCrash(store);

    assertThat(again.replica().actor()).isNotEqualTo(before.actor());
    if (isDurable()) {
      assertThat(again.replica().cleanStop()).isFalse();
    }
  }

  @Test
  void itsIncarnationFollowsTheClock() {
    open().close();
    clock.set(NOW + 5_000);

    assertThat(open().replica().incarnation()).isEqualTo(NOW + 5_000);
  }

  @Test
  void itsIncarnationGrowsEvenWhenTheClockGoesBack() {
    assumeDurable();
    open().close();
    clock.set(NOW - 5_000);

    DocumentStore second = open();
    assertThat(second.replica().incarnation()).isEqualTo(NOW + 1);
    assertThat(reopenAfterCrash(second).replica().incarnation()).isEqualTo(NOW + 2);
  }

  @Test
  void closesTwice() {
    DocumentStore store = open();
    store.close();
    store.close();

    assertThat(open().replica().cleanStop()).isTrue();
  }

  final DocumentStore reopenAfterCrash(DocumentStore running) {
    DocumentStore store = openAfterCrash(running);
    opened.add(store);
    return store;
  }

  static ChangeHash hash(long number) {
    return change(MILK, number).chunk().hash();
  }

  final void assumeDurable() {
    assumeTrue(isDurable(), "keeps nothing between openings");
  }

  /** A clock that stands still until it is set. */
  static final class SettableClock implements InstantSource {
    private long millis;

    SettableClock(long millis) {
      this.millis = millis;
    }

    void set(long newMillis) {
      millis = newMillis;
    }

    @Override
    public Instant instant() {
      return Instant.ofEpochMilli(millis);
    }
  }
}
