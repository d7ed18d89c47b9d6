package dev.peatmesh.sync.internal.store;

import static dev.peatmesh.sync.internal.store.Samples.MILK;
import static dev.peatmesh.sync.internal.store.Samples.change;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peatmesh.runtime.MeshException.StoreFailure;
import dev.peatmesh.sync.DocumentKey;
import dev.peatmesh.sync.StoreKey;
import dev.peatmesh.sync.internal.crdt.NativeDocument;
import dev.peatmesh.sync.internal.guard.ActorId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an adversarial reader found. */
class InterruptedStoreTest {
  @TempDir Path temp;

  private final Random random = new Random(1);
  private final StoreFiles files = new StoreFiles();

  @Test
  void aStepOfTheEncryptionThatFailedIsTakenAgainBeforeTheOldKeyGoes() throws Exception {
    Path data = temp.resolve("data");
    try (SqliteStore store = open(data, key("first", 1))) {
      for (int i = 0; i < 50; i++) {
        store.commit(List.of(change(MILK, i, 200)));
      }
    }
    try (SqliteStore store = open(data, key("second", 2), key("first", 1))) {
      Recovered.from(store);
      store.session().execute("PRAGMA query_only = ON"); // As a disk that is full.
      assertThatThrownBy(() -> store.compact(CompactionRequest.DEFAULT))
          .isInstanceOf(StoreFailure.class);
      store.session().execute("PRAGMA query_only = OFF");
      while (!store.compact(CompactionRequest.DEFAULT).done()) {}
      assertThat(store.read(MILK).refused()).as("read at once").isZero();
    }

    try (SqliteStore store = open(data, key("second", 2), key("first", 1))) {
      assertThat(Recovered.from(store).recovery.rowsRefused()).isZero();
      assertThat(store.read(MILK).chunks()).hasSize(50);
    }
  }

  /** Version 1 did not note what is deleted; who opens the store looks into such documents. */
  @Test
  void aSnapshotOfVersionOneBearsNoNumberByWhichItIsKnownAsOne() throws Exception {
    Path data = temp.resolve("data");
    Files.createDirectory(data);
    ActorId actor = new ActorId("00112233445566778899aabbccddeeff");
    files.execute(
        data,
        "PRAGMA application_id = " + 0x50656174,
        "CREATE TABLE meta(name TEXT PRIMARY KEY, value TEXT, crc INTEGER) WITHOUT ROWID",
        "CREATE TABLE documents(id INTEGER PRIMARY KEY, collection TEXT, name TEXT, crc INTEGER)",
        "CREATE TABLE changes("
            + "seq INTEGER PRIMARY KEY, document INTEGER, hash BLOB, chunk BLOB, crc INTEGER)",
        "CREATE TABLE snapshots(document INTEGER PRIMARY KEY, saved BLOB, crc INTEGER)",
        meta("schema", "1"),
        meta("clean", "1"),
        meta("actor", actor.hex()),
        meta("incarnation", "1000"));
    long name = new RowChecksum().with(1).with("lists").with("milk").value();
    files.execute(data, "INSERT INTO documents VALUES(1, 'lists', 'milk', " + name + ")");
    try (NativeDocument milk = NativeDocument.create(actor)) {
      milk.put(Map.of("litres", 1));
      milk.delete(1_700_000_000);
      byte[] saved = milk.save();
      long crc = new RowChecksum().with(1).with(saved).value();
      String blob = "x'" + HexFormat.of().formatHex(saved) + "'";
      files.execute(data, "INSERT INTO snapshots VALUES(1, " + blob + ", " + crc + ")");
    }

    try (SqliteStore store = open(data)) {
      RecoveredDocument found =
          Recovered.from(store).documents.get(new DocumentKey("lists", "milk"));
      assertThat(found.sequence()).isZero();
    }
  }

  private static String meta(String name, String value) {
    long crc = new RowChecksum().with(name).with(value).value();
    return "INSERT INTO meta VALUES('" + name + "', '" + value + "', " + crc + ")";
  }

  private SqliteStore open(Path directory, StoreKey... keys) {
    StoreSettings settings = Samples.SETTINGS.withKeys(List.of(keys));
    return SqliteStore.open(directory, settings, random, InstantSource.system());
  }

  private static StoreKey key(String id, int fill) {
    byte[] bytes = new byte[StoreKey.BYTES];
    Arrays.fill(bytes, (byte) fill);
    return StoreKey.of(id, bytes);
  }
}
