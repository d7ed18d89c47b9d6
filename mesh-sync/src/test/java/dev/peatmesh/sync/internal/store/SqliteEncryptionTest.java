package dev.peatmesh.sync.internal.store;

import static dev.peatmesh.sync.internal.store.Samples.FLOUR;
import static dev.peatmesh.sync.internal.store.Samples.change;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peatmesh.runtime.MeshException.StoreFailure;
import dev.peatmesh.sync.DocumentKey;
import dev.peatmesh.sync.StoreKey;
import dev.peatmesh.sync.internal.guard.ActorId;
import dev.peatmesh.sync.internal.guard.ChangeChunk;
import dev.peatmesh.sync.internal.guard.ChangeHash;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every promise of a store, kept with a key; and what only a key gives. */
class SqliteEncryptionTest extends DocumentStoreContract {
  private static final String MARKER = "PLAINTEXT-MARKER";
  private static final DocumentKey SECRET = new DocumentKey("plans", MARKER + "-name");

  @TempDir Path temp;

  private final Random random = new Random(1);
  private final StoreFiles files = new StoreFiles();
  private final StoreKey first = key("first", 1);
  private final StoreKey second = key("second", 2);

  @Override
  DocumentStore openStore() {
    return openIn(temp.resolve("data"), first);
  }

  @Override
  DocumentStore openAfterCrash(DocumentStore running) {
    return openIn(files.copyOf(temp.resolve("data")), first);
  }

  @Override
  boolean isDurable() {
    return true;
  }

  @Test
  void neitherNamesNorValuesStandInTheFiles() throws IOException {
    DocumentStore store = open();
    fill(store);
    assertThat(markersIn("data")).as("while open, in the log").isEmpty();
    store.close();

    assertThat(markersIn("data")).isEmpty();
    DocumentStore again = open();
    Recovered found = Recovered.from(again);
    assertThat(found.documents).containsKey(SECRET);
    assertThat(new String(found.states.get(FLOUR), StandardCharsets.UTF_8)).contains(MARKER);
    assertThat(found.notes).containsEntry(MARKER, MARKER);
    assertThat(found.journal.get(0).key()).isEqualTo(SECRET);
  }

  @Test
  void theMarkerIsFoundInAPlainFile() throws IOException {
    DocumentStore store = openIn(temp.resolve("data"));
    fill(store);
    store.close();

    assertThat(markersIn("data")).containsExactly("documents.db");
  }

  @Test
  void compactionEncryptsWhatWasInPlainText() throws IOException {
    fillAndClose(openIn(temp.resolve("data")));
    try (DocumentStore store = open()) {
      Recovered.from(store);
      CompactionReport report = compactFully(store);

      assertThat(report.rowsEncrypted()).isEqualTo(8);
      assertThat(compactFully(store).rowsEncrypted()).isZero();
      assertThat(store.read(SECRET).chunks()).hasSize(2);
      assertThat(markersIn("data")).isEmpty();
    }
  }

  @Test
  void goesOverToANewKeyAndLetsTheOldOneGo() {
    fillAndClose(open());
    try (DocumentStore store = openIn(temp.resolve("data"), second, first)) {
      Recovered.from(store);
      store.commit(List.of(change(FLOUR, 1)));
      assertThat(store.read(SECRET).chunks()).hasSize(2);
    }
    assertThatThrownBy(() -> openIn(temp.resolve("data"), second))
        .isInstanceOf(StoreFailure.class)
        .hasMessageContaining("storeKey(\"first\"): the store ")
        .hasMessageContaining("has rows under it, and it was not given");

    try (DocumentStore store = openIn(temp.resolve("data"), second, first)) {
      Recovered.from(store);
      compactFully(store);
      assertThat(store.read(SECRET).chunks()).hasSize(2);
    }
    try (DocumentStore store = openIn(temp.resolve("data"), second)) {
      Recovered found = Recovered.from(store);
      assertThat(found.recovery.rowsRefused()).isZero();
      assertThat(found.documents).containsOnlyKeys(SECRET, FLOUR);
      store.commit(List.of(change(SECRET, 7)));
      assertThat(store.read(SECRET).chunks()).as("found under its new tag").hasSize(3);
    }
  }

  @Test
  void refusesAWrongKeyAndLeavesTheFileAsItWas() throws IOException {
    fillAndClose(open());
    byte[] before = Files.readAllBytes(temp.resolve("data/documents.db"));

    assertThatThrownBy(() -> openIn(temp.resolve("data"), key("first", 9)))
        .isInstanceOf(StoreFailure.class)
        .hasMessageContaining("storeKey(\"first\")")
        .hasMessageContaining("has other bytes than the key of that id before");
    assertThatThrownBy(() -> openIn(temp.resolve("data")))
        .isInstanceOf(StoreFailure.class)
        .hasMessageContaining("it was not given");

    assertThat(temp.resolve("data/documents.db")).hasBinaryContent(before);
  }

  @Test
  void rowsThatWereSwappedAreRefused() throws SQLException {
    try (DocumentStore store = open()) {
      store.commit(List.of(change(SECRET, 1), change(SECRET, 2)));
    }
    // As somebody would who can write to the file and compute checksums, but has no key.
    files.execute(
        temp.resolve("data"),
        "UPDATE changes SET value = (SELECT value FROM changes WHERE seq = 2) WHERE seq = 1",
        "UPDATE changes SET crc = " + crcOfChange(1) + " WHERE seq = 1");

    try (DocumentStore store = open()) {
      Recovered found = Recovered.from(store);
      assertThat(found.recovery.rowsRefused()).isEqualTo(1);
      assertThat(found.changesOf(SECRET)).containsExactly(hash(2));
    }
  }

  @Test
  void noNonceIsUsedTwice() throws SQLException {
    try (SqliteStore store = (SqliteStore) open()) {
      for (int i = 0; i < 500; i++) {
        store.commit(List.of(change(SECRET, i % 3), Samples.latest(FLOUR, i % 3, 50)));
      }
      List<String> nonces = store.session().askAll("SELECT hex(substr(value, 1, 12)) FROM changes");
      assertThat(nonces).hasSize(500);
      Set<String> different = new TreeSet<>(nonces);
      assertThat(different).hasSize(500);
    }
  }

  @Test
  void aKeyNeverShowsItsBytes() {
    assertThat(first).hasToString("StoreKey(first)");
    first.destroy();
    assertThat(first.isDestroyed()).isTrue();
    assertThatThrownBy(first::bytes)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("storeKey(\"first\"): was destroyed. Destroy it after the mesh has started.");
    assertThatThrownBy(() -> StoreKey.of("a b", new byte[32]))
        .hasMessage(
            "storeKey(\"a b\"): is no id. Use 1 to 64 letters, digits, dots, hyphens or"
                + " underscores.");
    assertThatThrownBy(() -> StoreKey.of("short", new byte[31]))
        .hasMessage(
            "storeKey(\"short\"): has 31 bytes. Give it exactly 32, for example from openssl rand"
                + " 32.");
  }

  @Test
  void aFailedCommitLeavesNoSlotThatIsNotListed() throws SQLException {
    DocumentStore plain = openIn(temp.resolve("data"));
    plain.commit(List.of(change(SECRET, 1)));
    plain.close();
    try (SqliteStore store =
        SqliteStore.open(
            temp.resolve("data"),
            Samples.SETTINGS.withKeys(List.of(first)),
            random,
            clock,
            List.of("query_only = ON"))) {
      assertThatThrownBy(() -> store.commit(List.of(change(SECRET, 2))))
          .isInstanceOf(StoreFailure.class);
      store.session().execute("PRAGMA query_only = OFF");
      store.commit(List.of(change(SECRET, 3)));
    }

    Recovered found = Recovered.from(open());
    assertThat(found.changesOf(SECRET)).containsExactly(hash(1), hash(3));
  }

  @Test
  void aKeyMayBeDestroyedOnceTheStoreIsOpen() {
    DocumentStore store = open();
    first.destroy();
    fill(store);

    assertThat(store.read(SECRET).chunks()).hasSize(2);
  }

  /** Eight values: two names, two changes, a state, an expiry, an entry, a note. */
  private static void fill(DocumentStore store) {
    store.commit(
        List.of(
            secretChange(1),
            secretChange(2),
            new StoreWrite.Latest(
                FLOUR,
                new StoredHead(hash(1), StoredHead.ALIVE),
                ByteBuffer.wrap(("state " + MARKER).getBytes(StandardCharsets.UTF_8)),
                3),
            new StoreWrite.Expiry(FLOUR, 99),
            new StoreWrite.Journal(Samples.entry(SECRET, 3)),
            new StoreWrite.Note(MARKER, MARKER)));
  }

  private static void fillAndClose(DocumentStore store) {
    fill(store);
    store.close();
  }

  private static StoreWrite.Change secretChange(int number) {
    byte[] bytes = (MARKER + " change " + number).getBytes(StandardCharsets.UTF_8);
    ChangeHash hash = Samples.hashOf(bytes);
    ChangeChunk chunk =
        new ChangeChunk(
            hash, List.of(), new ActorId("00"), number, 1, 1, false, ByteBuffer.wrap(bytes));
    return new StoreWrite.Change(SECRET, chunk, number);
  }

  private Set<String> markersIn(String directory) throws IOException {
    Set<String> found = new TreeSet<>();
    try (var all = Files.list(temp.resolve(directory))) {
      for (Path file : all.toList()) {
        String text = Files.readString(file, StandardCharsets.ISO_8859_1);
        if (text.contains(MARKER)) {
          found.add(String.valueOf(file.getFileName()));
        }
      }
    }
    return found;
  }

  private long crcOfChange(int seq) throws SQLException {
    try (SqliteSession session =
        SqliteSession.open(files.copyOf(temp.resolve("data")).resolve("documents.db"))) {
      String value = session.ask("SELECT hex(value) FROM changes WHERE seq = 2");
      byte[] aad =
          ByteBuffer.allocate(25)
              .put((byte) RowKind.CHANGE.code())
              .putLong(seq)
              .putLong(1)
              .putLong(Long.parseLong(session.ask("SELECT sequence FROM changes WHERE seq = 1")))
              .array();
      long slot = Long.parseLong(session.ask("SELECT slot FROM changes WHERE seq = 1"));
      return new RowChecksum()
          .with(aad)
          .with(slot)
          .with(java.util.HexFormat.of().parseHex(value))
          .value();
    }
  }

  private DocumentStore openIn(Path directory, StoreKey... keys) {
    StoreSettings settings = Samples.SETTINGS.withKeys(List.of(keys));
    return SqliteStore.open(directory, settings, random, clock);
  }

  private static StoreKey key(String id, int fill) {
    byte[] bytes = new byte[StoreKey.BYTES];
    Arrays.fill(bytes, (byte) fill);
    return StoreKey.of(id, bytes);
  }
}
