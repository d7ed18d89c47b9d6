package dev.peatmesh.sync.internal.replica;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peatmesh.runtime.MeshException;
import dev.peatmesh.sync.CollectionSettings;
import dev.peatmesh.sync.DocumentKey;
import dev.peatmesh.sync.FeedEvent;
import dev.peatmesh.sync.Filter;
import dev.peatmesh.sync.Query;
import dev.peatmesh.sync.WriteReceipt;
import dev.peatmesh.sync.internal.engine.Agreement;
import dev.peatmesh.sync.internal.engine.PeerId;
import dev.peatmesh.sync.internal.engine.StoreId;
import dev.peatmesh.sync.internal.store.ChangeLog;
import dev.peatmesh.sync.internal.store.StoreLimits;
import dev.peatmesh.sync.internal.store.StoreWrite;
import dev.peatmesh.sync.internal.store.StoredRecords;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a disk that fails at the wrong moment must not cost. */
class FailingDiskTest {
  private static final MeshException.StoreFailure FULL =
      new MeshException.StoreFailure("store: the disk is full", null);

  private final TestMesh mesh = new TestMesh();
  private final List<FeedEvent> heard = new ArrayList<>();

  @AfterEach
  void everythingIsFreed() {
    mesh.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"lists", "tracks"})
  void aWriteAcknowledgedWhileADropWaitsForTheDiskIsKept(String collection) {
    SyncSettings settings = SyncSettings.DEFAULT.withTombstoneRetention(Duration.ofHours(1));
    TestDisk disk = new TestDisk(1);
    TestMesh.Node one = mesh.node(1, disk, settings);
    one.collection(collection).put("a", Map.of("x", 1));
    one.collection(collection).delete("a");
    mesh.settle();
    disk.failure = FULL;
    mesh.advance(Duration.ofHours(3)); // The tombstone is forgotten, which the disk refuses.
    disk.failure = null;

    assertThat(one.collection(collection).put("a", Map.of("x", 2)).changed()).isTrue();
    mesh.settle(); // What waited is tried again.
    assertThat(one.collection(collection).get("a")).contains(Map.of("x", 2L));
    one.stop();

    TestMesh.Node again = mesh.node(1, disk, settings);
    assertThat(again.collection(collection).get("a")).contains(Map.of("x", 2L));
  }

  @Test
  void anIndexForgetsWhatWasTakenBack() {
    SyncSettings indexed =
        SyncSettings.DEFAULT.withCollections(
            Map.of(
                "lists", CollectionSettings.forCollection("lists").withIndexes(List.of("kind"))));
    TestDisk disk = new TestDisk(1);
    TestMesh.Node one = mesh.node(1, disk, indexed);
    TestMesh.Node two = mesh.node(2, new TestDisk(2));
    mesh.join(one, two);
    one.lists.put("a", Map.of("kind", 1));
    mesh.settle();

    disk.hold();
    CompletableFuture<WriteReceipt> failing = one.lists.changeAsync("a", doc -> doc.put("kind", 2));
    mesh.loop.run();
    two.lists.change("a", doc -> doc.put("other", 1));
    mesh.settle();
    disk.release(FULL);
    disk.failure = null;
    mesh.settle();
    assertThat(failing).isCompletedExceptionally();

    assertThat(one.lists.get("a")).contains(Map.of("kind", 1L, "other", 1L));
    assertThat(one.lists.query(Query.where(Filter.eq("kind", 1))).documents()).hasSize(1);
  }

  @Test
  void aSubscriberThatMetADiskErrorIsStillTold() {
    SyncSettings small = SyncSettings.DEFAULT.withOpenBytesMax(20_000);
    TestDisk disk = new TestDisk(1);
    TestMesh.Node one = mesh.node(1, disk, small);
    for (int i = 0; i < 10; i++) {
      one.lists.put("d" + i, Map.of("x", i));
    }
    disk.readFailure = FULL;
    try {
      one.lists.subscribe(Filter.eq("x", 1), heard::add);
      mesh.loop.run();
    } catch (MeshException.StoreFailure thrownOnTheLoop) {
      // A ThreadLoop logs it.
    }
    disk.readFailure = null;
    mesh.settle();
    one.lists.put("new", Map.of("x", 1));
    mesh.settle();

    assertThat(heard).isNotEmpty();
  }

  @Test
  void numbersThatWereToldAreNotGivenAgainAfterACleanStop() {
    TestDisk disk = new TestDisk(1);
    TestMesh.Node one = mesh.node(1, disk);
    TestMesh.Node two = mesh.node(2, new TestDisk(2));
    mesh.join(one, two);
    one.lists.put("a", Map.of("x", 1));
    mesh.settle();
    one.lists.subscribe(Filter.all(), heard::add);
    mesh.settle();
    disk.failure = FULL;
    two.lists.put("b", Map.of("x", 1));
    two.lists.put("c", Map.of("x", 1));
    mesh.settle();
    long told = lastSequence();
    mesh.part(one, two);
    disk.failure = null; // There is room again, and the node is stopped within the second.
    one.stop();

    TestMesh.Node again = mesh.node(1, disk);
    again.lists.put("d", Map.of("x", 1));
    again.lists.put("e", Map.of("x", 1));
    again.lists.put("f", Map.of("x", 1));
    mesh.settle();
    heard.clear();
    again.lists.subscribe(Filter.all(), told, heard::add);
    mesh.settle();

    boolean resync = heard.stream().anyMatch(FeedEvent.Resync.class::isInstance);
    List<String> ids = new ArrayList<>();
    for (FeedEvent event : heard) {
      if (event instanceof FeedEvent.Changed changed) {
        ids.add(changed.key().id());
      }
    }
    assertThat(resync || ids.containsAll(List.of("d", "e", "f"))).as("" + heard).isTrue();
  }

  @Test
  void anExpiryThatTheDiskRefusedAtFirstIsKept() {
    TestDisk disk = new TestDisk(1);
    TestMesh.Node one = mesh.node(1, disk);
    TestMesh.Node two = mesh.node(2, new TestDisk(2));
    mesh.join(one, two);
    two.collection("tracks").put("a", Map.of("x", 1));
    mesh.settle();
    disk.failure = FULL;
    two.collection("tracks").expire("a", Duration.ofMinutes(10));
    mesh.settle();
    disk.failure = null;
    mesh.settle();
    mesh.part(one, two);
    one.stop();

    TestMesh.Node again = mesh.node(1, disk);
    mesh.advance(Duration.ofMinutes(12));
    assertThat(again.collection("tracks").list()).isEmpty();
  }

  @Test
  void aSnapshotShowsNothingThatIsTakenBackInSilence() {
    TestDisk disk = new TestDisk(1);
    TestMesh.Node one = mesh.node(1, disk);
    disk.hold();
    CompletableFuture<WriteReceipt> failing = one.lists.changeAsync("a", doc -> doc.put("x", 1));
    mesh.loop.run();
    one.lists.subscribe(Filter.all(), heard::add);
    mesh.settle();
    disk.release(FULL);
    disk.failure = null;
    mesh.settle();
    assertThat(failing).isCompletedExceptionally();
    assertThat(one.lists.list()).isEmpty();

    boolean holds = false;
    for (FeedEvent event : heard) {
      if (event instanceof FeedEvent.Present) {
        holds = true;
      } else if (event instanceof FeedEvent.Changed changed) {
        holds = changed.kind() != FeedEvent.Kind.DELETED;
      }
    }
    assertThat(holds).as("" + heard).isFalse();
  }

  @ParameterizedTest
  @MethodSource("readsBeforeTheFailure")
  void changesAppliedBeforeADiskErrorInTheSameFrameAreStoredAndTold(int reads) {
    SyncSettings small = SyncSettings.DEFAULT.withOpenBytesMax(20_000);
    TestDisk disk = new TestDisk(1);
    TestMesh.Node one = mesh.node(1, disk, small);
    TestMesh.Node two = mesh.node(2, new TestDisk(2));
    mesh.join(one, two);
    for (int i = 0; i < 10; i++) {
      two.lists.put("d" + i, Map.of("x", i));
    }
    mesh.settle();
    mesh.part(one, two);
    for (int i = 0; i < 10; i++) {
      two.lists.put("new" + i, Map.of("x", i));
      two.lists.put("d" + i, Map.of("x", i + 100));
    }
    one.lists.subscribe(Filter.all(), heard::add);
    mesh.settle();
    heard.clear();
    disk.readsUntilFailure = reads;
    mesh.join(one, two);
    mesh.advance(Duration.ofMinutes(10));
    assertThat(one.fingerprint()).isEqualTo(two.fingerprint());
    one.lists.put("last", Map.of("x", 1));
    mesh.settle();

    disk.readsUntilFailure = -1;
    List<String> missing = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      for (String id : List.of("new" + i, "d" + i)) {
        int stored = disk.read(new DocumentKey("lists", id)).chunks().size();
        if (stored < (id.startsWith("new") ? 1 : 2)) {
          missing.add(id);
        }
      }
    }
    assertThat(missing).as("applied, in no store").isEmpty();
    assertThat(heard.stream().filter(FeedEvent.Changed.class::isInstance)).hasSize(21);
  }

  static IntStream readsBeforeTheFailure() {
    return IntStream.range(0, 24);
  }

  @Test
  void aCompactionThatFailedIsNotTheLastOne() {
    TestDisk disk = new TestDisk(1);
    TestMesh.Node one = mesh.node(1, disk);
    one.lists.put("a", Map.of("x", 1));
    disk.failure = FULL;
    CompletableFuture<?> failed = one.replicator.compact();
    mesh.settle();
    assertThat(failed).as("the caller is told").isDone();
    disk.failure = null;

    CompletableFuture<?> again = one.replicator.compact();
    mesh.settle();
    assertThat(again).isDone();
  }

  @Test
  void agreementsWithPeersOfLongAgoDoNotFillTheStore() {
    TestMesh.Node one = mesh.node(1, new TestDisk(1));
    StoredRecords records = new StoredRecords(new StoreLimits(10, 1_200));
    ChangeLog log =
        new TestDisk(2) {
          @Override
          public void append(List<? extends StoreWrite> writes, Completion completion) {
            String refusal = records.refusal(writes);
            writes.forEach(records::add);
            completion.done(refusal == null ? null : new MeshException.StoreFailure(refusal, null));
          }
        };
    Unsaved unsaved = new Unsaved(mesh.loop, log);
    Agreed agreed = new Agreed(unsaved, List.of());
    for (int i = 0; i < 2_000; i++) {
      PeerId peer = new PeerId(String.format("%064x", i));
      agreed.note(new Agreement(peer, StoreId.of(new byte[16]), 1, 1, 1, 1_700_000_000_000L + i));
    }

    assertThat(unsaved.problem()).isEmpty();
    assertThat(one.lists.list()).isEmpty();
  }

  private long lastSequence() {
    long last = 0;
    for (FeedEvent event : heard) {
      if (event instanceof FeedEvent.Changed changed) {
        last = changed.sequence();
      }
    }
    return last;
  }
}
