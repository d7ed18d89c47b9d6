package dev.peatmesh.sync.internal.store;

import static dev.peatmesh.sync.internal.store.Samples.FLOUR;
import static dev.peatmesh.sync.internal.store.Samples.MILK;
import static org.assertj.core.api.Assertions.assertThat;

import dev.peatmesh.sync.StoreKey;
import dev.peatmesh.sync.internal.crdt.NativeDocument;
import dev.peatmesh.sync.internal.guard.ActorId;
import dev.peatmesh.sync.internal.guard.ChangeChunk;
import dev.peatmesh.sync.internal.guard.ChangeHash;
import dev.peatmesh.sync.internal.guard.ChunkReader;
import dev.peatmesh.sync.internal.guard.GuardLimits;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file that a program of version 1 has left: three documents, one as a snapshot. */
class SqliteMigrationTest {
  private static final ActorId ACTOR = new ActorId("00112233445566778899aabbccddeeff");

  @TempDir Path temp;

  private final StoreFiles files = new StoreFiles();
  private ChangeHash milkHead;
  private ChangeHash flourHead;

  @Test
  void bringsAFileOfVersionOneToThePresentVersion() throws IOException, SQLException {
    Path data = versionOne();

    try (SqliteStore store = open(data, Samples.SETTINGS)) {
      Recovered found = Recovered.from(store);
      check(found, store);
      assertThat(found.recovery).isEqualTo(new Recovery(2, 2, 0, 0));
      assertThat(store.replica().actor()).as("a clean stop").isEqualTo(ACTOR);
      assertThat(store.replica().incarnation()).isGreaterThan(1_000);
      store.commit(List.of(Samples.change(MILK, 3)));
    }
    try (SqliteStore store = open(data, Samples.SETTINGS)) {
      assertThat(Recovered.from(store).changesOf(MILK)).hasSize(3);
      assertThat(store.session().ask("PRAGMA auto_vacuum")).as("incremental").isEqualTo("2");
      assertThat(store.session().ask("PRAGMA quick_check")).isEqualTo("ok");
    }
  }

  @Test
  void encryptsWhatItMigrates() throws IOException, SQLException {
    Path data = versionOne();
    StoreSettings settings =
        Samples.SETTINGS.withKeys(List.of(StoreKey.of("k", new byte[StoreKey.BYTES])));

    try (SqliteStore store = open(data, settings)) {
      check(Recovered.from(store), store);
      assertThat(store.session().ask("SELECT count(*) FROM changes WHERE slot = 0")).isEqualTo("0");
    }
  }

  @Test
  void countsWhatWasDamagedBefore() throws IOException, SQLException {
    Path data = versionOne();
    files.execute(data, "UPDATE changes SET chunk = x'00' WHERE seq = 2");

    try (SqliteStore store = open(data, Samples.SETTINGS)) {
      Recovered found = Recovered.from(store);
      assertThat(found.recovery).isEqualTo(new Recovery(2, 1, 1, 0));
      assertThat(store.replica().actor()).isNotEqualTo(ACTOR);
    }
  }

  private void check(Recovered found, SqliteStore store) {
    assertThat(found.documents.get(MILK).heads()).containsExactly(milkHead);
    assertThat(found.documents.get(FLOUR).heads()).containsExactly(flourHead);
    assertThat(store.read(MILK).chunks()).hasSize(2);
    try (NativeDocument flour = NativeDocument.load(found.snapshots.get(FLOUR), ACTOR)) {
      assertThat(flour.value()).isEqualTo(Map.of("kind", "rye"));
    }
  }

  private Path versionOne() throws IOException, SQLException {
    Path data = temp.resolve("data");
    java.nio.file.Files.createDirectory(data);
    files.execute(
        data,
        "PRAGMA application_id = " + 0x50656174,
        "CREATE TABLE meta(name TEXT PRIMARY KEY, value TEXT, crc INTEGER) WITHOUT ROWID",
        "CREATE TABLE documents(id INTEGER PRIMARY KEY, collection TEXT, name TEXT, crc INTEGER)",
        "CREATE TABLE changes("
            + "seq INTEGER PRIMARY KEY, document INTEGER, hash BLOB, chunk BLOB, crc INTEGER)",
        "CREATE TABLE snapshots(document INTEGER PRIMARY KEY, saved BLOB, crc INTEGER)",
        "CREATE INDEX documents_by_name ON documents(collection, name)",
        "CREATE INDEX changes_by_document ON changes(document)",
        meta("schema", "1"),
        meta("clean", "1"),
        meta("actor", ACTOR.hex()),
        meta("incarnation", "1000"),
        document(1, "milk"),
        document(2, "flour"));
    try (NativeDocument milk = NativeDocument.create(ACTOR);
        NativeDocument flour = NativeDocument.create(ACTOR)) {
      milk.put(Map.of("litres", 1));
      milk.put(Map.of("litres", 2));
      List<ChangeChunk> chunks =
          ChunkReader.readAll(ByteBuffer.wrap(milk.changes()), GuardLimits.DEFAULT);
      files.execute(data, change(1, chunks.get(0)), change(2, chunks.get(1)));
      milkHead = milk.heads().get(0);
      flour.put(Map.of("kind", "rye"));
      flourHead = flour.heads().get(0);
      files.execute(data, snapshot(flour.save()));
    }
    return data;
  }

  private static String meta(String name, String value) {
    long crc = new RowChecksum().with(name).with(value).value();
    return "INSERT INTO meta VALUES('" + name + "', '" + value + "', " + crc + ")";
  }

  private static String document(int id, String name) {
    long crc = new RowChecksum().with(id).with("lists").with(name).value();
    return "INSERT INTO documents VALUES(" + id + ", 'lists', '" + name + "', " + crc + ")";
  }

  private static String change(int seq, ChangeChunk chunk) {
    byte[] hash = chunk.hash().bytes();
    long crc = new RowChecksum().with(seq).with(1).with(hash).with(chunk.bytes()).value();
    return "INSERT INTO changes VALUES("
        + String.join(", ", seq + "", "1", blob(hash), blob(chunk.bytes()), crc + "")
        + ")";
  }

  private static String snapshot(byte[] saved) {
    long crc = new RowChecksum().with(2).with(saved).value();
    return "INSERT INTO snapshots VALUES(2, " + blob(saved) + ", " + crc + ")";
  }

  private static String blob(byte[] bytes) {
    return "x'" + HexFormat.of().formatHex(bytes) + "'";
  }

  private static SqliteStore open(Path data, StoreSettings settings) {
    return SqliteStore.open(data, settings, new Random(1), InstantSource.system());
  }
}
