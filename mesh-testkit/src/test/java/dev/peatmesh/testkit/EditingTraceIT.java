package dev.peatmesh.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peatmesh.PeatMesh;
import dev.peatmesh.sync.DocumentCollection;
import dev.peatmesh.sync.DocumentKey;
import dev.peatmesh.sync.Text;
import dev.peatmesh.sync.TextEditor;
import dev.peatmesh.sync.internal.guard.ChunkReader;
import dev.peatmesh.sync.internal.guard.GuardLimits;
import dev.peatmesh.sync.internal.store.Actors;
import dev.peatmesh.sync.internal.store.SqliteStore;
import dev.peatmesh.sync.internal.store.StoreSettings;
import dev.peatmesh.sync.internal.store.StoreWrite;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What people really typed, through real nodes. Needs the fixtures. */
class EditingTraceIT {
  private static final DocumentKey PAPER = new DocumentKey("papers", "paper");
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  /** About what a fast typist does in ten seconds: an editor that saves that often. */
  private static final int EDITS_PER_CHANGE = 100;

  /** After so many steps of friendsforever both friends lack most of each other's. */
  private static final int MOST_PARTED = 15_265;

  private final RealMeshes meshes = new RealMeshes();

  @AfterEach
  void close() {
    meshes.close();
  }

  @Test
  void aPaperTypedOnOneNodeArrivesWholeOnTheOther() {
    arrivesWhole(EditingTrace.read("automerge-paper"), EDITS_PER_CHANGE);
  }

  @Test
  @Tag("heavy")
  void aPaperArrivesWholeWhenEveryKeystrokeIsAChange() {
    arrivesWhole(EditingTrace.read("automerge-paper"), 1);
  }

  /** The traces are ASCII; where every e is an emoji, only code points hit the right places. */
  @Test
  @Tag("heavy")
  void positionsAreCodePoints() {
    EditingTrace trace =
        EditingTrace.read("sveltecomponent").typedAs(text -> text.replace("e", "\uD83D\uDE00"));
    assertThat(trace.end().length() - trace.end().codePointCount(0, trace.end().length()))
        .as("characters that are two UTF-16 units")
        .isGreaterThan(1_000);

    arrivesWhole(trace, EDITS_PER_CHANGE);
  }

  /** Automerge orders what they inserted at one place as the trace does; another CRDT need not. */
  @Test
  void friendsWhoTypedAtTheSameTimeEndWithTheTextOfTheTrace(@TempDir Path one, @TempDir Path two) {
    EditingTrace trace = EditingTrace.read("friendsforever");
    String merged = meetAfter(trace, trace.steps().size(), one, two);
    assertThat(merged).isEqualTo(trace.end());
  }

  @Test
  void friendsPartedInTheMiddleOfTheirWorkMeetAgain(@TempDir Path one, @TempDir Path two) {
    meetAfter(EditingTrace.read("friendsforever"), MOST_PARTED, one, two);
  }

  /**
   * Lets each friend write on a replica of its own, then starts two nodes on what the replicas had
   * seen; returns what both end with.
   */
  private String meetAfter(EditingTrace trace, int steps, Path one, Path two) {
    String merged;
    try (TraceReplay replay = new TraceReplay(trace)) {
      replay.playUntil(steps);
      say("after %d steps they lack %d and %d", steps, replay.lacking(0), replay.lacking(1));
      keep(one, replay.changes(0));
      keep(two, replay.changes(1));
      replay.exchangeTheRest();
      merged = replay.text(0);
      assertThat(replay.text(1)).isEqualTo(merged);
    }
    PeatMesh ann = meshes.start("ann", one);
    PeatMesh bob = meshes.start("bob", two, ann);
    awaitEqual(ann, bob, merged);
    return merged;
  }

  private void arrivesWhole(EditingTrace trace, int editsPerChange) {
    PeatMesh ann = meshes.start("ann");
    PeatMesh bob = meshes.start("bob", ann);
    RealMeshes.await("linked", PATIENCE, () -> RealMeshes.linked(ann, bob));

    long begin = System.nanoTime();
    type(trace.patches(), editsPerChange, ann.collection(PAPER.collection()));
    long typed = System.nanoTime();
    awaitEqual(ann, bob, trace.end());
    say(
        "%d edits, %d a change: typed in %d ms, whole on the other node %d ms later",
        trace.patches().size(),
        editsPerChange,
        Duration.ofNanos(typed - begin).toMillis(),
        Duration.ofNanos(System.nanoTime() - typed).toMillis());
  }

  private static void type(
      List<EditingTrace.Patch> patches, int editsPerChange, DocumentCollection papers) {
    for (int from = 0; from < patches.size(); from += editsPerChange) {
      int to = Math.min(patches.size(), from + editsPerChange);
      List<EditingTrace.Patch> batch = patches.subList(from, to);
      papers.change(
          PAPER.id(),
          doc -> {
            TextEditor text = doc.text("text");
            batch.forEach(patch -> patch.applyTo(text));
          });
    }
  }

  private static void awaitEqual(PeatMesh ann, PeatMesh bob, String end) {
    Optional<Map<String, Object>> whole = Optional.of(Map.of("text", new Text(end)));
    DocumentCollection papers = bob.collection(PAPER.collection());
    RealMeshes.await("the whole text", PATIENCE, () -> papers.get(PAPER.id()).equals(whole));
    DocumentCollection origin = ann.collection(PAPER.collection());
    RealMeshes.await("the whole text", PATIENCE, () -> origin.get(PAPER.id()).equals(whole));
  }

  /** Leaves the changes in a store, as a node that was stopped does. */
  private static void keep(Path directory, byte[] changes) {
    List<StoreWrite.Change> stored =
        ChunkReader.readAll(ByteBuffer.wrap(changes), GuardLimits.DEFAULT).stream()
            .map(chunk -> new StoreWrite.Change(PAPER, chunk, 0))
            .toList();
    StoreSettings settings = StoreSettings.of(Actors.device(new byte[32]));
    try (SqliteStore store =
        SqliteStore.open(directory, settings, new Random(1), InstantSource.system())) {
      store.commit(stored);
    }
  }

  private static void say(String format, Object... figures) {
    System.out.println("EditingTraceIT: " + format.formatted(figures));
  }
}
