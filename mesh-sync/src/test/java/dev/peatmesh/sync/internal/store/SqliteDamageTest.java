package dev.peatmesh.sync.internal.store;

import static dev.peatmesh.sync.internal.store.Samples.FLOUR;
import static dev.peatmesh.sync.internal.store.Samples.MILK;
import static dev.peatmesh.sync.internal.store.Samples.change;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peatmesh.runtime.MeshException.StoreFailure;
import dev.peatmesh.sync.DocumentKey;
import dev.peatmesh.sync.internal.guard.ActorId;
import dev.peatmesh.sync.internal.guard.ChangeHash;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that were cut, lengthened or altered while nobody had them open. */
class SqliteDamageTest {
  private static final int COMMITS = 6;
  private static final int FILLED_BYTES = 1_500;
  private static final int WAL_HEADER = 32;
  private static final int FRAME = 24 + 4096;

  @TempDir Path temp;

  private final Random random = new Random(3);
  private final StoreFiles files = new StoreFiles();

  @Test
  void cutsATornTailAndKeepsEveryCommitBeforeIt() throws IOException {
    Crash crash = crashAmidCommits();
    TreeSet<Long> cuts = new TreeSet<>(List.of(0L, 1L, 31L, 32L, 33L));
    for (long end : crash.ends) {
      for (long offset : new long[] {-FRAME, -4_096, -1, 0, 1, 24}) {
        cuts.add(end + offset);
      }
    }
    for (long cut : cuts) {
      if (cut >= 0 && cut <= crash.walBytes()) {
        Path copy = files.copyOf(crash.directory);
        truncate(copy.resolve("documents.db-wal"), cut);

        expectCommits(copy, cut, crash.commitsBefore(cut), crash.endBefore(cut));
      }
    }
  }

  @Test
  void cutsGarbageBehindTheLastCommit() throws IOException {
    Crash crash = crashAmidCommits();
    for (int length : new int[] {1, 23, 24, 31, 4_096, FRAME, 10_000}) {
      for (boolean zeros : new boolean[] {true, false}) {
        byte[] garbage = new byte[length];
        if (!zeros) {
          random.nextBytes(garbage);
        }
        Path copy = files.copyOf(crash.directory);
        Files.write(copy.resolve("documents.db-wal"), garbage, StandardOpenOption.APPEND);

        expectCommits(copy, crash.walBytes() + length, COMMITS, crash.walBytes());
      }
    }
  }

  @Test
  void cutsTheLogWhereAByteOfItWasAltered() throws IOException {
    Crash crash = crashAmidCommits();
    for (int round = 0; round < 20; round++) {
      Path copy = files.copyOf(crash.directory);
      long at = random.nextLong(WAL_HEADER, crash.walBytes());
      flip(copy.resolve("documents.db-wal"), at);

      expectCommits(copy, crash.walBytes(), crash.commitsBefore(at), crash.endBefore(at));
    }
  }

  @Test
  void framesOfAnEarlierRoundOfTheLogAreNoLoss() throws IOException {
    Path data = temp.resolve("data");
    try (DocumentStore store = open(data)) {
      // Past the size at which SQLite starts the log over from its beginning, several times.
      for (int i = 0; i < 60; i++) {
        store.commit(List.of(change(MILK, i, 200_000)));
      }
      store.commit(List.of(change(FLOUR, 1)));
      Path copy = files.copyOf(data);
      try (DocumentStore again = open(copy)) {
        Recovered found = Recovered.from(again);
        assertThat(found.recovery).isEqualTo(new Recovery(2, 61, 0, 0));
      }
    }
  }

  @Test
  void leavesOutAndDeletesRowsThatWereAltered() throws SQLException {
    Path data = temp.resolve("data");
    ActorId before = fill(data);
    files.execute(data, "UPDATE changes SET value = x'00' WHERE seq = 2");
    files.execute(data, "UPDATE changes SET sequence = 77 WHERE seq = 3");
    files.execute(data, "UPDATE parts SET value = x'00'");

    try (DocumentStore store = open(data)) {
      Recovered found = Recovered.from(store);
      assertThat(found.changesOf(MILK))
          .containsExactly(hash(1, FILLED_BYTES), hash(4, FILLED_BYTES));
      assertThat(found.snapshots).isEmpty();
      assertThat(found.recovery).isEqualTo(new Recovery(2, 7, 3, 0));
      assertThat(store.replica().actor()).as("its own changes may be lost").isNotEqualTo(before);
      assertThat(found.documents.get(MILK).refused()).isEqualTo(2);
      assertThat(found.documents.get(FLOUR).refused()).isEqualTo(1);
      assertThat(store.replica().cleanStop()).isTrue();
      store.commit(List.of(change(MILK, 2)));
    }
    try (DocumentStore store = open(data)) {
      Recovered found = Recovered.from(store);
      assertThat(found.recovery.rowsRefused()).isZero();
      assertThat(found.changesOf(MILK))
          .containsExactly(hash(1, FILLED_BYTES), hash(4, FILLED_BYTES), hash(2));
    }
  }

  @Test
  void isAnotherStoreOnceRowsWereRefused() throws SQLException {
    Path data = temp.resolve("data");
    fill(data);
    ReplicaState before;
    try (DocumentStore store = open(data)) {
      Recovered.from(store);
      before = store.replica();
    }
    files.execute(data, "UPDATE changes SET value = x'00' WHERE seq = 2");

    ReplicaState after;
    try (DocumentStore store = open(data)) {
      Recovered.from(store);
      after = store.replica();
    }
    assertThat(after.storeId()).isNotEqualTo(before.storeId());
    assertThat(after.nextSequence()).isGreaterThan(before.nextSequence() + 999_999);
    try (DocumentStore store = open(data)) {
      Recovered.from(store);
      assertThat(store.replica().storeId()).as("once").isEqualTo(after.storeId());
      assertThat(store.replica().nextSequence()).isEqualTo(after.nextSequence());
    }
  }

  @Test
  void aRowThatIsAlteredWhileTheStoreIsOpenIsNeverHandedOver() throws SQLException {
    try (SqliteStore store = (SqliteStore) open(temp.resolve("data"))) {
      store.commit(List.of(change(MILK, 1), change(MILK, 2)));
      store.commit(List.of(Samples.latest(FLOUR, 3, 100)));
      store
          .session()
          .transaction(
              "alter",
              () -> {
                store.session().execute("UPDATE changes SET value = x'00' WHERE seq = 1");
                store.session().execute("UPDATE parts SET sequence = 7");
                return true;
              });

      StoredDocument milk = store.read(MILK);
      assertThat(milk.refused()).isEqualTo(1);
      assertThat(milk.chunks()).hasSize(1);
      StoredDocument flour = store.read(FLOUR);
      assertThat(flour.refused()).isEqualTo(1);
      assertThat(flour.latest()).isNull();
    }
  }

  @Test
  void neverGivesChangesToAnotherDocument() throws SQLException {
    Path data = temp.resolve("data");
    fill(data);
    files.execute(data, "UPDATE documents SET tag = tag + 1 WHERE id = 1");
    files.execute(data, "UPDATE changes SET document = 99 WHERE seq = 8");

    try (DocumentStore store = open(data)) {
      Recovered found = Recovered.from(store);
      assertThat(found.changes).containsOnlyKeys(FLOUR);
      assertThat(found.changesOf(FLOUR)).hasSize(4);
      // Four changes and the name of milk, one change of flour.
      assertThat(found.recovery.rowsRefused()).isEqualTo(6);
    }
    try (DocumentStore store = open(data)) {
      assertThat(Recovered.from(store).recovery).isEqualTo(new Recovery(1, 4, 0, 0));
    }
  }

  @Test
  void findsChangesThatADamagedIndexHides() throws SQLException {
    Path data = temp.resolve("data");
    fill(data);
    String sql = "CREATE INDEX changes_by_document ON changes(document)";
    // Builds the index as if it held two rows only, then takes back that it does.
    defineIndex(data, sql + " WHERE seq < 3");
    files.execute(data, "REINDEX changes_by_document");
    defineIndex(data, sql);

    try (DocumentStore store = open(data)) {
      assertThat(Recovered.from(store).recovery).isEqualTo(new Recovery(2, 9, 0, 0));
    }
  }

  private void defineIndex(Path data, String sql) throws SQLException {
    files.execute(
        data,
        "PRAGMA writable_schema = ON",
        "UPDATE sqlite_master SET sql = '" + sql + "' WHERE name = 'changes_by_document'");
  }

  @Test
  void takesANewActorWhenTheNoteAboutTheLastStopIsAltered() throws SQLException {
    Path data = temp.resolve("data");
    ActorId before = fill(data);
    files.execute(data, "UPDATE meta SET value = '00' WHERE name = 'actor'");

    try (DocumentStore store = open(data)) {
      assertThat(store.replica().actor().bytes()).hasSize(24);
      assertThat(store.replica().actor()).isNotEqualTo(before);
    }
  }

  @Test
  void findsAFileThatWasCutInHalf() throws IOException {
    Path data = temp.resolve("data");
    fill(data);
    truncate(data.resolve("documents.db"), Files.size(data.resolve("documents.db")) / 2);
    byte[] before = Files.readAllBytes(data.resolve("documents.db"));

    assertThatThrownBy(() -> open(data))
        .isInstanceOf(StoreFailure.class)
        .hasMessageContaining("damaged")
        .hasMessageContaining("move the file and its -wal file away");
    assertThat(data.resolve("documents.db")).hasBinaryContent(before);
  }

  @Test
  void aFlippedByteNeverGoesUnnoticed() throws IOException {
    flipBytes(100);
  }

  @Test
  @Tag("heavy")
  void noneOfManyFlippedBytesGoesUnnoticed() throws IOException {
    flipBytes(2_000);
  }

  /**
   * One byte altered anywhere: the store is refused, or gives what it held, or says what it lost
   * and takes a new actor. It never gives what it did not hold.
   */
  private void flipBytes(int rounds) throws IOException {
    Path data = temp.resolve("data");
    ActorId before = fill(data);
    Map<DocumentKey, List<ChangeHash>> all = Map.of(MILK, filled(1, 4), FLOUR, filled(5, 9));
    byte[] whole = Files.readAllBytes(data.resolve("documents.db"));
    int refused = 0;
    int lost = 0;
    for (int round = 0; round < rounds; round++) {
      int at = random.nextInt(whole.length);
      byte[] altered = whole.clone();
      altered[at] ^= (byte) (1 << random.nextInt(8));
      Files.write(data.resolve("documents.db"), altered);
      try (DocumentStore store = open(data)) {
        Recovered found = Recovered.from(store);
        found.changes.forEach((key, hashes) -> assertThat(all.get(key)).containsAll(hashes));
        if (!found.changes.equals(all) || found.snapshots.size() != 1) {
          assertThat(found.recovery.rowsRefused()).as("byte " + at).isPositive();
          assertThat(store.replica().actor()).as("byte " + at).isNotEqualTo(before);
          lost++;
        }
      } catch (StoreFailure expected) {
        refused++;
      }
    }
    assertThat(refused).as("files refused").isPositive();
    assertThat(lost).as("rows refused").isPositive();
  }

  /** Four changes of milk, five of flour and a snapshot, closed cleanly. */
  private ActorId fill(Path data) {
    try (DocumentStore store = open(data)) {
      for (int i = 1; i <= 9; i++) {
        store.commit(List.of(change(i <= 4 ? MILK : FLOUR, i, FILLED_BYTES)));
      }
      store.snapshot(Samples.snapshot(FLOUR, new byte[] {1, 2, 3}, List.of()));
      return store.replica().actor();
    }
  }

  private void expectCommits(Path copy, long walBytes, int commits, long end) {
    try (DocumentStore store = open(copy)) {
      Recovered found = Recovered.from(store);
      assertThat(found.changesOf(MILK)).as("log of " + walBytes).isEqualTo(committed(commits));
      assertThat(found.recovery.tailBytesCut()).as("log of " + walBytes).isEqualTo(walBytes - end);
      assertThat(store.replica().cleanStop()).isFalse();
      store.commit(List.of(change(FLOUR, 1)));
    }
    try (DocumentStore store = open(copy)) {
      Recovered found = Recovered.from(store);
      assertThat(found.changesOf(MILK)).isEqualTo(committed(commits));
      assertThat(found.changesOf(FLOUR)).containsExactly(hash(1));
      assertThat(found.recovery.tailBytesCut()).isZero();
    }
  }

  private Crash crashAmidCommits() throws IOException {
    Path data = temp.resolve("data");
    List<Long> ends = new ArrayList<>();
    try (DocumentStore store = open(data)) {
      for (int i = 1; i <= COMMITS; i++) {
        store.commit(List.of(change(MILK, i, bytesOf(i))));
        ends.add(Files.size(data.resolve("documents.db-wal")));
      }
      return new Crash(files.copyOf(data), ends);
    }
  }

  private DocumentStore open(Path directory) {
    return SqliteStore.open(directory, Samples.SETTINGS, random, InstantSource.system());
  }

  private static ChangeHash hash(long number) {
    return DocumentStoreContract.hash(number);
  }

  private static ChangeHash hash(long number, int bytes) {
    return change(MILK, number, bytes).chunk().hash();
  }

  private static List<ChangeHash> filled(int from, int to) {
    return IntStream.rangeClosed(from, to).mapToObj(i -> hash(i, FILLED_BYTES)).toList();
  }

  private static List<ChangeHash> committed(int commits) {
    return IntStream.rangeClosed(1, commits).mapToObj(i -> hash(i, bytesOf(i))).toList();
  }

  private static int bytesOf(int commit) {
    return commit % 2 == 0 ? 200 : 9_000;
  }

  private static void truncate(Path file, long length) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(bytes, (int) length));
  }

  private static void flip(Path file, long at) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[(int) at] ^= 0x10;
    Files.write(file, bytes);
  }

  /** The files of a store that was killed, and where in its log each commit ends. */
  private record Crash(Path directory, List<Long> ends) {
    long walBytes() {
      return ends.get(ends.size() - 1);
    }

    int commitsBefore(long offset) {
      return (int) ends.stream().filter(end -> end <= offset).count();
    }

    /** Where the last commit before the offset ends; an unfinished header counts as tail. */
    long endBefore(long offset) {
      long start = offset < WAL_HEADER ? 0 : WAL_HEADER;
      return ends.stream().filter(end -> end <= offset).mapToLong(end -> end).max().orElse(start);
    }
  }
}
