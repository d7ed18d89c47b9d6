package dev.peatmesh.sync.internal.store;

import static dev.peatmesh.sync.internal.store.Samples.FLOUR;
import static dev.peatmesh.sync.internal.store.Samples.MILK;
import static dev.peatmesh.sync.internal.store.Samples.change;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.peatmesh.runtime.MeshException.StoreFailure;
import dev.peatmesh.sync.DocumentKey;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteStoreTest extends DocumentStoreContract {
  @TempDir Path temp;

  private final Random random = new Random(1);
  private final StoreFiles files = new StoreFiles();

  @Override
  DocumentStore openStore() {
    return openIn(temp.resolve("data"));
  }

  @Override
  DocumentStore openAfterCrash(DocumentStore running) {
    return openIn(files.copyOf(temp.resolve("data")));
  }

  @Override
  boolean isDurable() {
    return true;
  }

  @Test
  void createsItsFilesForTheOwnerOnly() throws IOException {
    assumePosix();
    Path data = temp.resolve("deep/data");
    try (DocumentStore store = openIn(data)) {
      store.commit(List.of(change(MILK, 1)));

      assertThat(permissions(data)).isEqualTo("rwx------");
      assertThat(permissions(data.resolve("documents.db"))).isEqualTo("rw-------");
      assertThat(permissions(data.resolve("documents.db-wal"))).isEqualTo("rw-------");
      assertThat(permissions(data.resolve("documents.lock"))).isEqualTo("rw-------");
    }
  }

  @Test
  void worksInADirectoryOfAnyName() throws IOException {
    Path data = temp.resolve("a b?c=d%20#é&'\"");
    try (DocumentStore store = openIn(data)) {
      store.commit(List.of(change(MILK, 1)));
    }

    assertThat(data.resolve("documents.db")).exists();
    try (DocumentStore store = openIn(data)) {
      assertThat(Recovered.from(store).changesOf(MILK)).containsExactly(hash(1));
    }
  }

  @Test
  void refusesASecondUserInThisProcess() throws IOException {
    open();
    Path link = Files.createSymbolicLink(temp.resolve("link"), temp.resolve("data"));

    assertThatThrownBy(() -> openIn(link))
        .isInstanceOf(StoreFailure.class)
        .hasMessage(
            "dataDirectory(%s): is in use by this process already; a store has one user. Close the"
                + " other mesh, or choose another directory.",
            link);
  }

  @Test
  void isFreeAgainOnceClosed() {
    open().close();
    DocumentStore again = open();

    assertThat(again.replica().cleanStop()).isTrue();
  }

  @Test
  void refusesAFileInPlaceOfADirectory() throws IOException {
    Path file = Files.createFile(temp.resolve("file"));

    assertThatThrownBy(() -> openIn(file))
        .isInstanceOf(StoreFailure.class)
        .hasMessage(
            "dataDirectory(%s): is a file; the store needs a directory. Choose another path.",
            file);
    assertThatThrownBy(() -> openIn(file.resolve("below")))
        .isInstanceOf(StoreFailure.class)
        .hasMessageStartingWith("dataDirectory(%s): cannot be written; ", file.resolve("below"));
  }

  @Test
  void refusesADirectoryItMayNotWriteTo() throws IOException {
    assumePosix();
    Path data = Files.createDirectory(temp.resolve("readonly"));
    Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("r-x------"));
    assumeTrue(!Files.isWritable(data), "root may write anywhere");

    assertThatThrownBy(() -> openIn(data))
        .isInstanceOf(StoreFailure.class)
        .hasMessageContaining("Let this user write there");
  }

  @Test
  void refusesWhatIsNoDatabaseAndLeavesItAsItWas() throws IOException {
    Path data = Files.createDirectory(temp.resolve("data"));
    Path file = Files.writeString(data.resolve("documents.db"), "my shopping list, not a database");

    assertThatThrownBy(this::openStore)
        .isInstanceOf(StoreFailure.class)
        .hasMessageContaining("documents.db): is not an SQLite database")
        .hasMessageContaining("Move it and its -wal file away");
    assertThat(file).hasContent("my shopping list, not a database");
  }

  @Test
  void refusesTheDatabaseOfAnotherApplication() throws SQLException {
    openStore().close();
    files.execute(temp.resolve("data"), "PRAGMA application_id = 7");

    assertThatThrownBy(this::openStore)
        .isInstanceOf(StoreFailure.class)
        .hasMessageContaining("is the database of another application");
  }

  @Test
  void refusesAFileOfANewerVersion() throws SQLException {
    openStore().close();
    long crc = new RowChecksum().with("schema").with("3").value();
    files.execute(
        temp.resolve("data"), "UPDATE meta SET value='3', crc=" + crc + " WHERE name='schema'");

    assertThatThrownBy(this::openStore)
        .isInstanceOf(StoreFailure.class)
        .hasMessageContaining(
            "is of version 3; this program knows versions up to 2. Run the newer");
  }

  @Test
  void aFullDiskFailsTheWriteAndNothingElse() throws SQLException {
    SqliteStore store = (SqliteStore) open();
    store.commit(List.of(change(MILK, 1)));
    store.session().execute("PRAGMA max_page_count = 1");

    assertThatThrownBy(() -> store.commit(List.of(change(FLOUR, 2), change(MILK, 3, 100_000))))
        .isInstanceOf(StoreFailure.class)
        .hasMessageContaining("could not commit 2 changes; the disk is full. Free space in ");
    assertThatThrownBy(
            () -> store.snapshot(Samples.snapshot(MILK, new byte[100_000], List.of(hash(1)))))
        .isInstanceOf(StoreFailure.class);

    store.session().execute("PRAGMA max_page_count = 1000000");
    store.commit(List.of(change(FLOUR, 4)));
    store.close();
    Recovered found = Recovered.from(open());
    assertThat(found.changesOf(MILK)).containsExactly(hash(1));
    assertThat(found.changesOf(FLOUR)).containsExactly(hash(4));
    assertThat(found.snapshots).isEmpty();
  }

  @Test
  void aReadOnlyDiskFailsTheWriteAndNothingElse() throws SQLException {
    SqliteStore store = (SqliteStore) open();
    store.session().execute("PRAGMA query_only = ON");

    assertThatThrownBy(() -> store.commit(List.of(change(MILK, 1))))
        .isInstanceOf(StoreFailure.class)
        .hasMessageContaining("could not commit 1 changes; it is read-only.");

    store.session().execute("PRAGMA query_only = OFF");
    store.commit(List.of(change(MILK, 2)));
    assertThat(Recovered.from(reopenAfterCrash(store)).changesOf(MILK)).containsExactly(hash(2));
  }

  @Test
  void aStopThatCannotBeMarkedRenewsTheActor() throws SQLException {
    SqliteStore store = (SqliteStore) open();
    store.session().execute("PRAGMA query_only = ON");
    store.close();

    ReplicaState after = open().replica();

    assertThat(after.cleanStop()).isFalse();
    assertThat(after.actor()).isNotEqualTo(store.replica().actor());
  }

  @Test
  void numbersJumpAgainWhenNothingWasWrittenBetweenTwoCrashes() {
    DocumentStore store = open();
    store.commit(List.of(Samples.latest(MILK, 7, 10)));
    Path first = files.copyOf(temp.resolve("data"));
    try (DocumentStore second = openIn(first)) {
      Recovered.from(second);
      try (DocumentStore third = openIn(files.copyOf(first))) {
        Recovered.from(third);

        assertThat(second.replica().nextSequence()).isEqualTo(1_000_008);
        assertThat(third.replica().nextSequence()).isEqualTo(2_000_008);
      }
    }
  }

  @Test
  void givesSpaceBackInBoundedSteps() {
    SqliteStore store = (SqliteStore) open();
    for (int i = 0; i < 40; i++) {
      store.commit(List.of(change(MILK, i, 200_000)));
    }
    store.commit(List.of(new StoreWrite.Forget(MILK), change(FLOUR, 1)));
    int steps = 1;
    CompactionReport report = store.compact(new CompactionRequest(1 << 20));
    while (!report.done()) {
      steps++;
      report = report.then(store.compact(new CompactionRequest(1 << 20)));
    }

    assertThat(report.bytesBefore()).isGreaterThan(8_000_000);
    assertThat(report.bytesAfter()).isLessThan(100_000).isEqualTo(store.storedBytes());
    assertThat(steps).as("8 MB in steps of 1 MB").isBetween(8, 12);
    assertThat(store.read(FLOUR).chunks()).hasSize(1);
  }

  @Test
  void stateThatIsReplacedTenTimesASecondDoesNotGrow() {
    replaceStates(3);
  }

  @Test
  @Tag("heavy")
  void stateThatIsReplacedTenTimesASecondForADayTakesNoMoreThanForAnHour() {
    replaceStates(24);
  }

  private void replaceStates(int hours) {
    StoreSettings settings = Samples.SETTINGS.withLimits(new StoreLimits(1_000, 10));
    try (SqliteStore store = SqliteStore.open(temp.resolve("beacon"), settings, random, clock)) {
      long sequence = 0;
      long afterAnHour = 0;
      for (int hour = 1; hour <= hours; hour++) {
        // An hour in 36 commits of 1,000 updates: how they are grouped does not alter the rows.
        for (int group = 0; group < 36; group++) {
          List<StoreWrite> batch = new ArrayList<>(2_000);
          for (int i = 0; i < 1_000; i++) {
            sequence++;
            DocumentKey key = new DocumentKey("beacons", "b" + sequence % 10);
            batch.add(Samples.latest(key, sequence % 997, 300 + (int) (sequence % 7) * 50));
            batch.add(new StoreWrite.Journal(Samples.entry(key, sequence)));
          }
          store.commit(batch);
        }
        if (hour == 1) {
          afterAnHour = emptyLogAndMeasure(store);
        }
      }
      long atTheEnd = emptyLogAndMeasure(store);

      System.out.printf(
          "SqliteStoreTest: state at 10 Hz: %,d B after an hour, %,d B after %d hours%n",
          afterAnHour, atTheEnd, hours);
      assertThat(atTheEnd).isBetween(afterAnHour * 99 / 100, afterAnHour * 101 / 100);
    }
  }

  /** Without the log, which is bounded by its own setting. */
  private static long emptyLogAndMeasure(SqliteStore store) {
    DocumentStoreContract.compactFully(store);
    return store.storedBytes();
  }

  @Test
  void theLogOfManySmallCommitsStaysBounded() throws IOException {
    DocumentStore store = open();
    long largest = 0;
    for (int i = 1; i <= 2_000; i++) {
      store.commit(List.of(Samples.latest(MILK, i, 500), new StoreWrite.Note("n", "v" + i)));
      largest = Math.max(largest, Files.size(temp.resolve("data/documents.db-wal")));
    }

    assertThat(largest).isLessThan(6_000_000);
  }

  @Test
  void opensForReadingOnADiskThatTakesNothingAndWritesOnceItDoes() throws SQLException {
    DocumentStore before = open();
    before.commit(List.of(change(MILK, 1)));
    before.close();
    SqliteStore store =
        SqliteStore.open(
            temp.resolve("data"), Samples.SETTINGS, random, clock, List.of("query_only = ON"));

    Recovered found = Recovered.from(store);
    assertThat(found.changesOf(MILK)).containsExactly(hash(1));
    assertThatThrownBy(() -> store.commit(List.of(change(MILK, 2))))
        .isInstanceOf(StoreFailure.class)
        .hasMessageContaining("could not note that it is in use; it is read-only.");
    assertThatThrownBy(() -> store.snapshot(Samples.snapshot(MILK, new byte[1], List.of())))
        .isInstanceOf(StoreFailure.class);

    store.session().execute("PRAGMA query_only = OFF");
    store.commit(List.of(change(MILK, 2)));
    assertThat(store.read(MILK).chunks()).hasSize(2);
    DocumentStore afterACrash = reopenAfterCrash(store);
    assertThat(afterACrash.replica().cleanStop()).as("it was in use").isFalse();
    store.close();
  }

  @Test
  void aStoreThatWasNeverNotedAsInUseWasStoppedCleanly() {
    open().close();
    ReplicaState unnoted;
    try (SqliteStore store =
        SqliteStore.open(
            temp.resolve("data"), Samples.SETTINGS, random, clock, List.of("query_only = ON"))) {
      Recovered.from(store);
      unnoted = store.replica();
    }

    ReplicaState after = open().replica();
    assertThat(after.cleanStop()).isTrue();
    assertThat(after.storeId()).isEqualTo(unnoted.storeId());
  }

  @Test
  void refusesWritesOnceClosed() {
    DocumentStore store = open();
    store.close();

    assertThatThrownBy(() -> store.commit(List.of(change(MILK, 1))))
        .isInstanceOf(StoreFailure.class)
        .hasMessageContaining("it is closed");
  }

  @Test
  void remembersABoundedNumberOfDocuments() {
    DocumentStore store = open();
    for (int batch = 0; batch < 3; batch++) {
      store.commit(
          IntStream.range(0, 9_000)
              .mapToObj(i -> change(new DocumentKey("many", "d" + i), i % 10, 20))
              .toList());
    }
    store.close();

    assertThat(Recovered.from(open()).recovery).isEqualTo(new Recovery(9_000, 9_000, 0, 0));
  }

  private DocumentStore openIn(Path directory) {
    return SqliteStore.open(directory, Samples.SETTINGS, random, clock);
  }

  private static String permissions(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  private static void assumePosix() {
    assumeTrue(
        FileSystems.getDefault().supportedFileAttributeViews().contains("posix"),
        "needs POSIX permissions");
  }
}
