package dev.peatmesh.sync.internal.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peatmesh.runtime.MeshException;
import dev.peatmesh.sync.CollectionSettings;
import dev.peatmesh.sync.DeletePolicy;
import dev.peatmesh.sync.DocumentCollection;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Documents expire everywhere, and deletes go as far as they may. */
class ExpiryTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Duration MOMENT = Duration.ofSeconds(5);

  private final TestMesh mesh = new TestMesh();

  @AfterEach
  void everythingIsFreed() {
    mesh.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"lists", "tracks"})
  void anExpiredDocumentGoesEverywhereAndStaysGone(String collection) {
    TestMesh.Node one = mesh.node(1, new TestDisk(1));
    TestMesh.Node two = mesh.node(2, new TestDisk(2));
    mesh.join(one, two);
    one.collection(collection).put("a", Map.of("x", 1));

    assertThat(one.collection(collection).expire("a", MINUTE).changed()).isTrue();
    mesh.advance(MINUTE.minus(MOMENT));
    assertThat(two.collection(collection).get("a")).isPresent();
    mesh.advance(MOMENT.multipliedBy(2));

    assertThat(one.collection(collection).get("a")).isEmpty();
    assertThat(two.collection(collection).get("a")).isEmpty();
    assertThat(one.fingerprint()).isEqualTo(two.fingerprint());
  }

  @ParameterizedTest
  @ValueSource(strings = {"lists", "tracks"})
  void oneOfTheConnectedNodesDeletesAndTheOthersNeedNot(String collection) {
    TestMesh.Node one = mesh.node(1, new TestDisk(1));
    TestMesh.Node two = mesh.node(2, new TestDisk(2));
    mesh.join(one, two);
    two.collection(collection).put("a", Map.of("x", 1));
    two.collection(collection).expire("a", MINUTE);
    two.collection(collection).subscribe(two.events::add);
    one.collection(collection).subscribe(one.events::add);
    one.events.clear();
    two.events.clear();

    mesh.advance(MINUTE.plus(MOMENT));

    assertThat(one.events).hasSize(collection.equals("lists") ? 2 : 1);
    assertThat(two.events).hasSize(collection.equals("lists") ? 2 : 1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"lists", "tracks"})
  void aRefreshThatTheDeletingNodeHasNotSeenKeepsTheDocument(String collection) {
    TestMesh.Node one = mesh.node(1, new TestDisk(1));
    TestMesh.Node two = mesh.node(2, new TestDisk(2));
    mesh.join(one, two);
    one.collection(collection).put("a", Map.of("x", 1));
    one.collection(collection).expire("a", MINUTE);
    mesh.settle();
    mesh.part(one, two);
    two.collection(collection).expire("a", MINUTE.multipliedBy(10));

    mesh.advance(MINUTE.multipliedBy(2));
    assertThat(one.collection(collection).get("a")).isEmpty();
    mesh.join(one, two);

    assertThat(one.fingerprint()).isEqualTo(two.fingerprint());
    assertThat(one.collection(collection).get("a")).isEqualTo(two.collection(collection).get("a"));
    assertThat(two.collection(collection).get("a")).isPresent();
  }

  @ParameterizedTest
  @ValueSource(strings = {"lists", "tracks"})
  void everyWriteExtendsTheTimeToLiveOfItsCollection(String collection) {
    TestMesh.Node one = mesh.node(1, new TestDisk(1), timeToLive(collection));
    DocumentCollection documents = one.collection(collection);
    documents.put("a", Map.of("x", 1));
    for (int i = 0; i < 3; i++) {
      mesh.advance(MINUTE.minus(MOMENT));
      int value = i;
      documents.change("a", doc -> doc.put("y", value));
    }
    mesh.advance(MINUTE.minus(MOMENT));
    assertThat(documents.get("a")).isPresent();

    mesh.advance(MOMENT.multipliedBy(2));
    assertThat(documents.get("a")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"lists", "tracks"})
  void aDocumentThatExpiredWhileTheNodeWasDownGoesWhenItIsUpAgain(String collection) {
    TestDisk disk = new TestDisk(1);
    TestMesh.Node one = mesh.node(1, disk, timeToLive(collection));
    one.collection(collection).put("a", Map.of("x", 1));
    one.stop();
    mesh.advance(MINUTE.multipliedBy(2));

    TestMesh.Node again = mesh.node(1, disk, timeToLive(collection));
    assertThat(again.collection(collection).list()).containsExactly("a");
    mesh.advance(MOMENT);

    assertThat(again.collection(collection).list()).isEmpty();
  }

  @Test
  void aTimeThatNobodyCanKeepIsRefused() {
    TestMesh.Node one = mesh.node(1, new TestDisk(1));

    assertThatThrownBy(() -> one.lists.expire("a", Duration.ofMillis(1)))
        .isInstanceOf(MeshException.Refused.class)
        .hasMessageStartingWith("expire(lists/a, PT0.001S): is outside");
    assertThat(one.lists.expire("a", MINUTE).changed()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"lists", "tracks"})
  void whereDeletesWinAConcurrentEditIsLost(String collection) {
    SyncSettings deletes = deletesWin(collection);
    TestMesh.Node one = mesh.node(1, new TestDisk(1), deletes);
    TestMesh.Node two = mesh.node(2, new TestDisk(2), deletes);
    mesh.join(one, two);
    one.collection(collection).put("a", Map.of("x", 1));
    mesh.settle();
    mesh.part(one, two);

    one.collection(collection).delete("a");
    two.collection(collection).change("a", doc -> doc.put("y", 2));
    mesh.join(one, two);

    assertThat(one.collection(collection).list()).isEmpty();
    assertThat(two.collection(collection).list()).isEmpty();
    assertThat(one.fingerprint()).isEqualTo(two.fingerprint());
    two.collection(collection).put("a", Map.of("z", 3));
    mesh.settle();
    assertThat(one.collection(collection).get("a")).contains(Map.of("z", 3L));
  }

  @ParameterizedTest
  @ValueSource(strings = {"lists", "tracks"})
  void whereDeletesWinThatIsSoAfterARestart(String collection) {
    SyncSettings deletes = deletesWin(collection);
    TestDisk disk = new TestDisk(1);
    TestMesh.Node one = mesh.node(1, disk, deletes);
    TestMesh.Node two = mesh.node(2, new TestDisk(2), deletes);
    mesh.join(one, two);
    one.collection(collection).put("a", Map.of("x", 1));
    mesh.settle();
    mesh.part(one, two);
    one.collection(collection).delete("a");
    two.collection(collection).change("a", doc -> doc.put("y", 2));
    mesh.join(one, two);
    String before = one.fingerprint();
    one.stop();

    TestMesh.Node again = mesh.node(1, disk, deletes);

    assertThat(again.fingerprint()).isEqualTo(before);
    assertThat(again.collection(collection).list()).isEmpty();
  }

  @Test
  void nodesThatKeepACollectionDifferentlySaySoAndExchangeTheRest() {
    TestMesh.Node one = mesh.node(1, new TestDisk(1), deletesWin("lists"));
    TestMesh.Node two = mesh.node(2, new TestDisk(2));
    one.lists.put("a", Map.of("x", 1));
    one.collection("notes").put("n", Map.of("x", 1));
    mesh.join(one, two);

    assertThat(two.lists.get("a")).isEmpty();
    assertThat(two.collection("notes").get("n")).isPresent();
    assertThat(one.status().reasons())
        .singleElement()
        .asString()
        .startsWith(
            "collection lists is not exchanged with 1 peers: here it is FULL_HISTORY with"
                + " DELETE_WINS, there it is FULL_HISTORY with EDIT_WINS.");
    assertThat(two.status().reasons()).hasSize(1);
  }

  private static SyncSettings timeToLive(String collection) {
    return SyncSettings.DEFAULT.withCollections(
        Map.of(collection, CollectionSettings.forCollection(collection).withTimeToLive(MINUTE)));
  }

  private static SyncSettings deletesWin(String collection) {
    return SyncSettings.DEFAULT.withCollections(
        Map.of(
            collection,
            CollectionSettings.forCollection(collection).withDeletes(DeletePolicy.DELETE_WINS)));
  }
}
