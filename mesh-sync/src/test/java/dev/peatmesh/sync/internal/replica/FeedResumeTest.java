package dev.peatmesh.sync.internal.replica;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peatmesh.sync.CollectionSettings;
import dev.peatmesh.sync.CompactionReport;
import dev.peatmesh.sync.CompactionSettings;
import dev.peatmesh.sync.FeedEvent;
import dev.peatmesh.sync.Filter;
import dev.peatmesh.sync.Query;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Feed, queries and compaction over a node's documents and its disk. */
class FeedResumeTest {
  private final TestMesh mesh = new TestMesh();
  private final List<FeedEvent> heard = new ArrayList<>();

  @AfterEach
  void everythingIsFreed() {
    mesh.close();
  }

  @Test
  void aSubscriberGoesOnAfterARestartWhereItEnded() {
    TestDisk disk = new TestDisk(1);
    TestMesh.Node one = mesh.node(1, disk);
    one.lists.subscribe(Filter.all(), heard::add);
    one.lists.put("a", Map.of("x", 1));
    one.lists.put("b", Map.of("x", 1));
    mesh.settle();
    long last = sequences().get(sequences().size() - 1);
    one.lists.delete("a");
    one.stop();
    heard.clear();

    TestMesh.Node again = mesh.node(1, disk);
    again.lists.put("c", Map.of("x", 1));
    again.lists.subscribe(Filter.all(), last, heard::add);
    mesh.settle();

    assertThat(changes())
        .extracting(change -> change.key().id(), FeedEvent.Changed::kind)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("a", FeedEvent.Kind.DELETED),
            org.assertj.core.groups.Tuple.tuple("c", FeedEvent.Kind.CHANGED));
    assertThat(changes()).allMatch(change -> change.author().length() == 32);
    assertThat(heard).noneMatch(FeedEvent.Resync.class::isInstance);
  }

  @Test
  void aSubscriberThatWasAwayForTooLongIsToldSo() {
    TestDisk disk = new TestDisk(1);
    TestMesh.Node one = mesh.node(1, disk, SyncSettings.DEFAULT.withJournalEntriesMax(5));
    one.lists.put("first", Map.of("x", 1));
    for (int i = 0; i < 20; i++) {
      one.lists.put("d" + i, Map.of("x", i));
    }
    one.lists.subscribe(Filter.all(), 1, heard::add);
    mesh.settle();

    assertThat(heard.get(0)).isInstanceOf(FeedEvent.Resync.class);
    assertThat(heard).filteredOn(FeedEvent.Present.class::isInstance).hasSize(21);
  }

  @Test
  void eventsOfBothNodesComeOnceInOrder() {
    TestMesh.Node one = mesh.node(1, new TestDisk(1));
    TestMesh.Node two = mesh.node(2, new TestDisk(2));
    mesh.join(one, two);
    one.lists.subscribe(Filter.all(), heard::add);
    mesh.settle();
    for (int i = 0; i < 10; i++) {
      one.lists.put("one" + i, Map.of("x", i));
      two.lists.put("two" + i, Map.of("x", i));
      mesh.settle();
    }

    assertThat(sequences()).isSorted().doesNotHaveDuplicates();
    assertThat(changes()).hasSize(20);
    assertThat(changes())
        .filteredOn(each -> each.key().id().startsWith("two"))
        .allMatch(each -> each.author().equals(OwnActor.author(author(two))));
  }

  @Test
  void anIndexedQueryFindsWhatWasThereAndWhatCame() {
    SyncSettings indexed =
        SyncSettings.DEFAULT
            .withOpenBytesMax(40_000)
            .withCollections(
                Map.of(
                    "lists",
                    CollectionSettings.forCollection("lists").withIndexes(List.of("kind"))));
    TestDisk disk = new TestDisk(1);
    TestMesh.Node one = mesh.node(1, disk, indexed);
    for (int i = 0; i < 100; i++) {
      one.lists.put("d" + i, Map.of("kind", i % 10, "n", i));
    }
    one.stop();
    TestMesh.Node again = mesh.node(1, disk, indexed);
    again.lists.put("d3", Map.of("kind", 7, "n", 3));
    again.lists.delete("d7");
    mesh.settle();

    assertThat(again.lists.query(Query.where(Filter.eq("kind", 7))).documents())
        .extracting(document -> document.id())
        .containsExactly("d17", "d27", "d3", "d37", "d47", "d57", "d67", "d77", "d87", "d97");
  }

  @Test
  void compactionPacksWhatIsWorthItAndSaysWhatItDid() {
    SyncSettings settings =
        SyncSettings.DEFAULT.withCompaction(
            new CompactionSettings(false, Duration.ofMinutes(5), 1_000, Set.of()));
    TestDisk disk = new TestDisk(1);
    TestMesh.Node one = mesh.node(1, disk, settings);
    for (int i = 0; i < 50; i++) {
      int value = i;
      one.lists.change("a", doc -> doc.put("x", value));
    }
    one.lists.put("small", Map.of("x", 1));
    long before = disk.storedBytes();

    CompactionReport report = mesh.await(one.replicator.compact());

    assertThat(report.documents()).isEqualTo(1);
    assertThat(disk.storedBytes()).isLessThan(before / 2);
    assertThat(mesh.await(one.replicator.compact()).didSomething()).isFalse();
    one.stop();
    assertThat(mesh.node(1, disk, settings).lists.get("a")).contains(Map.of("x", 49L));
  }

  @Test
  void compactionRunsByItselfWhenItIsToAndFindsClosedDocuments() {
    SyncSettings settings =
        SyncSettings.DEFAULT
            .withOpenBytesMax(30_000)
            .withCompaction(
                new CompactionSettings(true, Duration.ofSeconds(10), 1_000, Set.of("lists")));
    TestDisk disk = new TestDisk(1);
    TestMesh.Node one = mesh.node(1, disk, settings);
    for (String collection : new String[] {"lists", "notes"}) {
      for (int i = 0; i < 50; i++) {
        int value = i;
        one.collection(collection).change("a", doc -> doc.put("x", value));
      }
    }
    one.lists.put("b", Map.of("x", 1));
    one.lists.put("c", Map.of("x", 1));

    mesh.advance(Duration.ofSeconds(25));

    assertThat(disk.snapshots).isEqualTo(1);
  }

  private static dev.peatmesh.sync.internal.guard.ActorId author(TestMesh.Node node) {
    return node.disk.replica().actor();
  }

  private List<FeedEvent.Changed> changes() {
    return heard.stream()
        .filter(FeedEvent.Changed.class::isInstance)
        .map(FeedEvent.Changed.class::cast)
        .toList();
  }

  private List<Long> sequences() {
    return changes().stream().map(FeedEvent.Changed::sequence).toList();
  }
}
