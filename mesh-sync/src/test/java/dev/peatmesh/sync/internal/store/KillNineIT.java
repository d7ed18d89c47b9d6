package dev.peatmesh.sync.internal.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peatmesh.runtime.MeshException.StoreFailure;
import dev.peatmesh.sync.internal.feed.JournalEntry;
import dev.peatmesh.sync.internal.guard.ChangeHash;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process that writes through a group commit and is killed in the middle of it. Whatever it was
 * told is durable is there afterwards, the next process goes on without a gap, and never as the
 * same actor.
 */
class KillNineIT {
  private static final int ACTOR_LINE_WORDS = 3;
  private static final int CHANGE_LINE_LENGTH = 2 + 2 * ChangeHash.BYTES;

  @TempDir Path temp;

  private final Random random = new Random();
  private final StoreFiles files = new StoreFiles();
  private final Map<Integer, List<ChangeHash>> written = new HashMap<>();
  private final Set<String> acknowledged = new HashSet<>();
  private final Set<String> actors = new HashSet<>();
  private long incarnation;

  @Test
  void keepsEveryAcknowledgedChange() throws Exception {
    rounds(5);
  }

  @Test
  @Tag("heavy")
  void keepsEveryAcknowledgedChangeOverManyKills() throws Exception {
    rounds(100);
  }

  @Test
  void isRefusedWhileAnotherProcessHasTheStore() throws Exception {
    Process child = startWriter();
    try (BufferedReader lines = lines(child)) {
      assertThat(lines.readLine()).startsWith("actor ");
      assertThatThrownBy(() -> open(temp.resolve("data")))
          .isInstanceOf(StoreFailure.class)
          .hasMessage(
              "dataDirectory(%s): is in use by another process (pid %s); a store has one user."
                  + " Stop that process, or choose another directory.",
              temp.resolve("data"), child.pid());
    } finally {
      kill(child);
    }
    open(temp.resolve("data")).close();
  }

  private void rounds(int rounds) throws Exception {
    for (int round = 0; round < rounds; round++) {
      killAmidWrites();
      checkStore("round " + round);
    }
    assertThat(acknowledged.size()).as("changes acknowledged").isGreaterThan(rounds * 10);
    assertThat(temp.resolve("tmp")).as("what killed processes leave").isEmptyDirectory();
    try (Stream<Path> libraries = Files.walk(temp.resolve("cache"))) {
      assertThat(libraries.filter(Files::isRegularFile)).as("native libraries").hasSize(1);
    }
  }

  /** Reads some lines, kills, and reads what had been printed by then. */
  private void killAmidWrites() throws Exception {
    Process child = startWriter();
    try (BufferedReader lines = lines(child)) {
      noteActor(lines.readLine());
      int before = random.nextInt(600);
      for (int i = 0; i < before; i++) {
        noteChange(lines.readLine());
      }
      // By its handle: the process object would close the stream that is read below.
      child.toHandle().destroyForcibly();
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        noteChange(line);
      }
    } finally {
      kill(child);
    }
  }

  private void noteActor(String line) {
    assertThat(line).as("first line of the writer").startsWith("actor ");
    String[] words = line.split(" ");
    assertThat(words).hasSize(ACTOR_LINE_WORDS);
    assertThat(actors.add(words[1])).as("a new actor after a kill").isTrue();
    assertThat(Long.parseLong(words[2])).as("incarnation").isGreaterThan(incarnation);
    incarnation = Long.parseLong(words[2]);
  }

  private void noteChange(String line) {
    assertThat(line).as("the writer goes on until it is killed").isNotNull();
    if (line.length() == CHANGE_LINE_LENGTH) {
      acknowledged.add(line);
    }
  }

  /** On a copy: the next writer is to find what a killed one leaves. */
  private void checkStore(String round) {
    Path copy = files.copyOf(temp.resolve("data"));
    try (SqliteStore store = open(copy)) {
      assertThat(store.replica().cleanStop()).as(round).isFalse();
      Set<String> kept = new HashSet<>();
      Recovered found = Recovered.from(store);
      checkJournal(round, found, store.replica().nextSequence());
      List<List<ChangeHash>> contents = KilledWriter.contents(found);
      for (int document = 0; document < KilledWriter.DOCUMENTS; document++) {
        List<ChangeHash> hashes = contents.get(document);
        assertThat(hashes)
            .as(round + ", document " + document + ": no gap, nothing twice, in order")
            .isEqualTo(written(document, hashes.size()));
        for (ChangeHash hash : hashes) {
          kept.add(document + " " + hash);
        }
      }
      checkNoneLacks(round + ": acknowledged, and not there", acknowledged, kept);
    }
    files.delete(copy);
  }

  /** A change and its entry are kept together, and no number is given out again. */
  private static void checkJournal(String round, Recovered found, long nextSequence) {
    Set<ChangeHash> entries = new HashSet<>();
    long last = 0;
    for (JournalEntry entry : found.journal) {
      assertThat(entry.sequence()).as(round + ": ascending").isGreaterThan(last);
      last = entry.sequence();
      entries.addAll(entry.newHeads());
    }
    assertThat(nextSequence).as(round).isGreaterThanOrEqualTo(last + 1_000_000);
    if (found.journal.size() < StoreLimits.DEFAULT.journalEntriesMax()) {
      found.changes.forEach(
          (key, hashes) ->
              checkNoneLacks(round + ": changes of " + key + " without entry", hashes, entries));
    }
  }

  /** By hash: AssertJ compares each with each, and there are tens of thousands. */
  private static <T> void checkNoneLacks(String what, Collection<T> wanted, Set<T> kept) {
    assertThat(wanted.stream().filter(one -> !kept.contains(one))).as(what).isEmpty();
  }

  private List<ChangeHash> written(int document, int count) {
    List<ChangeHash> known = written.computeIfAbsent(document, none -> new ArrayList<>());
    for (int number = known.size(); number < count; number++) {
      known.add(KilledWriter.change(document, number).chunk().hash());
    }
    return known.subList(0, count);
  }

  private SqliteStore open(Path directory) {
    return SqliteStore.open(directory, Samples.SETTINGS, random, InstantSource.system());
  }

  private Process startWriter() throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx128m",
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Djava.io.tmpdir=" + Files.createDirectories(temp.resolve("tmp")),
            "-Dpeatmesh.native.cache=" + temp.resolve("cache"),
            "-cp",
            System.getProperty("java.class.path"),
            KilledWriter.class.getName(),
            temp.resolve("data").toString())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  private static BufferedReader lines(Process child) {
    return new BufferedReader(
        new InputStreamReader(child.getInputStream(), StandardCharsets.US_ASCII));
  }

  private static void kill(Process child) throws InterruptedException {
    child.destroyForcibly();
    assertThat(child.waitFor(30, TimeUnit.SECONDS)).as("the writer ended").isTrue();
  }
}
