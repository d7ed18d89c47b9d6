package dev.peatmesh.sync.internal.replica;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peatmesh.sync.CollectionSettings;
import dev.peatmesh.sync.DocumentKey;
import dev.peatmesh.sync.internal.crdt.NativeDocument;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A bounded number of documents is open, and nobody can tell. */
class EvictionTest {
  /** Room for about three small documents. */
  private static final SyncSettings SMALL = SyncSettings.DEFAULT.withOpenBytesMax(40_000);

  private static final int SEEDS = 12;

  /** They take more memory than the bound of the test, and less than four times of it. */
  private static final int LARGE_CHANGES = 1_000;

  @Test
  void nodesThatKeepFewDocumentsOpenEndAsThoseThatKeepAll() {
    for (long seed = 1; seed <= SEEDS; seed++) {
      assertThat(play(seed, SMALL)).as("seed " + seed).isEqualTo(play(seed, SyncSettings.DEFAULT));
    }
  }

  /** Random work on two nodes; answers with what both hold in the end. */
  private static Map<String, Optional<?>> play(long seed, SyncSettings settings) {
    Random random = new Random(seed);
    try (TestMesh mesh = new TestMesh()) {
      TestMesh.Node one = mesh.node(1, new TestDisk(1), settings);
      TestMesh.Node two = mesh.node(2, new TestDisk(2), settings);
      mesh.join(one, two);
      for (int step = 0; step < 150; step++) {
        TestMesh.Node node = random.nextBoolean() ? one : two;
        String id = "d" + random.nextInt(12);
        String collection = random.nextBoolean() ? "lists" : "tracks";
        int value = random.nextInt(1_000);
        switch (random.nextInt(8)) {
          case 0 -> node.collection(collection).delete(id);
          case 1, 2 -> node.collection(collection).put(id, Map.of("a", value));
          case 3 -> mesh.advance(Duration.ofMillis(value));
          default -> node.collection(collection).change(id, doc -> doc.put("k" + value % 5, value));
        }
        if (step == 50) {
          mesh.part(one, two);
        }
        if (step == 100) {
          mesh.join(one, two);
        }
      }
      mesh.settle();
      assertThat(one.fingerprint()).isEqualTo(two.fingerprint());
      Map<String, Optional<?>> held = new LinkedHashMap<>();
      for (String collection : new String[] {"lists", "tracks"}) {
        for (int i = 0; i < 12; i++) {
          Optional<?> there = two.collection(collection).get("d" + i);
          assertThat(one.collection(collection).get("d" + i)).isEqualTo(there);
          held.put(collection + i, there);
        }
      }
      return held;
    }
  }

  @Test
  void noMoreDocumentsAreOpenThanTheBoundAllows() {
    try (TestMesh mesh = new TestMesh()) {
      TestMesh.Node one = mesh.node(1, new TestDisk(1), SMALL);
      long before = NativeDocument.openCount();
      for (int i = 0; i < 200; i++) {
        one.lists.put("d" + i, Map.of("x", i));
        assertThat(NativeDocument.openCount() - before).isLessThanOrEqualTo(4);
      }
      for (int i = 0; i < 200; i++) {
        assertThat(one.lists.get("d" + i)).contains(Map.of("x", (long) i));
        assertThat(NativeDocument.openCount() - before).isLessThanOrEqualTo(4);
      }
      assertThat(one.status().openBytes()).isLessThanOrEqualTo(40_000);
      assertThat(one.lists.list()).hasSize(200);
    }
  }

  @Test
  @Tag("heavy")
  void aHundredThousandDocumentsNeedNoMoreOfThemOpenThanTen() {
    TestDisk disk = new TestDisk(1);
    try (TestMesh mesh = new TestMesh()) {
      TestMesh.Node one = mesh.node(1, disk, SMALL);
      for (int i = 0; i < 100_000; i++) {
        one.lists.put("d" + i, Map.of("x", i));
      }
      one.stop();

      TestMesh.Node again = mesh.node(1, disk, SMALL);
      assertThat(disk.reads).isLessThan(100_000);
      assertThat(again.lists.list()).hasSize(100_000);
      assertThat(again.lists.get("d77777")).contains(Map.of("x", 77_777L));
      assertThat(again.status().openBytes()).isLessThanOrEqualTo(40_000);
    }
  }

  @Test
  void aDocumentWhoseChangesAreNotDurableStaysOpenUntilTheyAre() {
    try (TestMesh mesh = new TestMesh()) {
      TestDisk slow = new TestDisk(1);
      TestMesh.Node one = mesh.node(1, slow, SMALL);
      long before = NativeDocument.openCount();
      slow.hold();
      for (int i = 0; i < 20; i++) {
        int value = i;
        one.lists.changeAsync("d" + i, doc -> doc.put("x", value));
      }
      mesh.loop.run();
      assertThat(NativeDocument.openCount() - before).isEqualTo(20);

      slow.release(null);
      mesh.settle();
      one.lists.get("d0");
      one.lists.get("d1");

      assertThat(NativeDocument.openCount() - before).isLessThanOrEqualTo(4);
      assertThat(one.lists.list()).hasSize(20);
    }
  }

  @Test
  void aDocumentWithManyChangesIsPackedBeforeItIsClosed() {
    try (TestMesh mesh = new TestMesh()) {
      TestDisk disk = new TestDisk(1);
      TestMesh.Node one = mesh.node(1, disk, SMALL);
      for (int i = 0; i < 400; i++) {
        int value = i;
        one.lists.change("long", doc -> doc.put("x", value));
      }
      one.lists.put("a", Map.of("x", 1));
      one.lists.put("b", Map.of("x", 1));

      assertThat(disk.snapshots).isPositive();
      assertThat(one.lists.get("long")).contains(Map.of("x", 399L));
    }
  }

  @Test
  void aDocumentThatAloneExceedsTheBoundIsNotOpenedAgainForEachWrite() {
    try (TestMesh mesh = new TestMesh()) {
      TestDisk disk = new TestDisk(1);
      TestMesh.Node one = mesh.node(1, disk, SMALL);
      for (int i = 0; i < 500; i++) {
        int value = i;
        one.lists.change("long", doc -> doc.put("x", value));
      }

      assertThat(one.status().openBytes()).isGreaterThan(10 * SMALL.openBytesMax());
      assertThat(disk.reads).isLessThan(2);
    }
  }

  @Test
  void aLargeDocumentStaysOpenWhileItIsUsedAmongOthers() {
    try (TestMesh mesh = new TestMesh()) {
      TestDisk disk = new TestDisk(1);
      TestMesh.Node one =
          mesh.node(1, disk, SyncSettings.DEFAULT.withOpenBytesMax(LARGE_CHANGES * 1_000L));
      for (int i = 0; i < LARGE_CHANGES; i++) {
        int value = i;
        one.lists.change("long", doc -> doc.put("x", value));
      }
      int reads = disk.reads;
      for (int i = 0; i < 100; i++) {
        int value = i;
        one.lists.change("long", doc -> doc.put("x", value));
        one.lists.put("new" + i, Map.of("x", i));
      }
      assertThat(disk.reads).isEqualTo(reads);

      for (int i = 0; i < 100; i++) {
        one.lists.put("newer" + i, Map.of("x", i));
      }
      assertThat(one.status().openBytes())
          .as("nobody used the large one for long")
          .isLessThan(LARGE_CHANGES * 1_000L);
    }
  }

  @Test
  void readingADocumentAgainReadsNoDisk() {
    try (TestMesh mesh = new TestMesh()) {
      TestDisk disk = new TestDisk(1);
      mesh.node(1, disk).lists.put("a", Map.of("x", 1));
      TestMesh.Node one = mesh.node(1, disk);

      one.lists.get("a");
      int reads = disk.reads;
      one.lists.get("a");
      one.lists.get("never written");

      assertThat(disk.reads).isEqualTo(reads);
    }
  }

  @Test
  void everythingIsAsItWasAfterARestart() {
    for (long seed = 1; seed <= SEEDS; seed++) {
      Random random = new Random(seed);
      TestDisk disk = new TestDisk(1);
      try (TestMesh mesh = new TestMesh()) {
        TestMesh.Node one = mesh.node(1, disk, SMALL);
        for (int step = 0; step < 120; step++) {
          String id = "d" + random.nextInt(9);
          int value = random.nextInt(100);
          String collection = random.nextBoolean() ? "lists" : "tracks";
          if (random.nextInt(5) == 0) {
            one.collection(collection).delete(id);
          } else {
            one.collection(collection).change(id, doc -> doc.put("k" + value % 3, value));
          }
        }
        String before = one.fingerprint();
        if (random.nextBoolean()) {
          one.kill();
        } else {
          one.stop();
        }
        TestMesh.Node again = mesh.node(1, disk, SMALL);

        assertThat(again.fingerprint()).as("seed " + seed).isEqualTo(before);
      }
    }
  }

  @Test
  void whatIsDamagedOnTheDiskComesBackFromPeers() {
    try (TestMesh mesh = new TestMesh()) {
      TestDisk disk = new TestDisk(1);
      TestMesh.Node one = mesh.node(1, disk, SMALL);
      TestMesh.Node two = mesh.node(2, new TestDisk(2));
      mesh.join(one, two);
      one.lists.put("a", Map.of("x", 1));
      one.collection("tracks").put("t", Map.of("x", 1));
      for (int i = 0; i < 9; i++) {
        one.lists.put("other" + i, Map.of("x", i));
      }
      disk.damage(new DocumentKey("lists", "a"));
      disk.damage(new DocumentKey("tracks", "t"));

      one.lists.get("a");
      one.collection("tracks").get("t");
      mesh.advance(Duration.ofSeconds(40));

      assertThat(one.lists.get("a")).contains(Map.of("x", 1L));
      assertThat(one.status().damaged()).isPositive();
      one.lists.change("a", doc -> doc.put("y", 2));
      mesh.settle();
      assertThat(two.lists.get("a")).contains(Map.of("x", 1L, "y", 2L));
      assertThat(two.status().refused()).isZero();
    }
  }

  @Test
  void aCollectionThatIsStoredInAnotherModeIsRefusedAtTheStart() {
    TestDisk disk = new TestDisk(1);
    try (TestMesh mesh = new TestMesh()) {
      mesh.node(1, disk).lists.put("a", Map.of("x", 1));
      SyncSettings other =
          SyncSettings.DEFAULT.withCollections(
              Map.of("lists", CollectionSettings.forCollection("tracks")));

      assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> mesh.node(1, disk, other)))
          .hasMessageContaining("collection(lists): is stored as FULL_HISTORY");
    }
  }
}
