package dev.peatmesh.sync.internal.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peatmesh.runtime.MeshException;
import dev.peatmesh.sync.Bytes;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How large documents may become, and what is said about it. */
class LimitsTest {
  private static final SyncSettings TIGHT =
      SyncSettings.DEFAULT.withLimits(new SizeLimits(8_000, 20_000));

  private final TestMesh mesh = new TestMesh();
  private final Random random = new Random(7);

  @AfterEach
  void everythingIsFreed() {
    mesh.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"lists", "tracks"})
  void aWriteThatMakesADocumentTooLargeIsRefusedAndChangesNothing(String collection) {
    TestMesh.Node one = mesh.node(1, new TestDisk(1), TIGHT);
    one.collection(collection).put("a", Map.of("x", noise(10_000)));

    assertThatThrownBy(
            () -> one.collection(collection).change("a", doc -> doc.put("y", noise(12_000))))
        .isInstanceOf(MeshException.Refused.class)
        .hasMessageContaining("document(" + collection + "/a): would take ")
        .hasMessageContaining("documentBytesMax is 20000. Split it");
    assertThat(one.collection(collection).get("a").orElseThrow()).containsOnlyKeys("x");

    one.collection(collection).change("a", doc -> doc.put("z", 1));
    assertThat(one.collection(collection).get("a").orElseThrow()).containsOnlyKeys("x", "z");
  }

  @Test
  void manySmallChangesOfAFieldAreNoLargeDocument() {
    TestMesh.Node one = mesh.node(1, new TestDisk(1), TIGHT);

    for (int i = 0; i < 600; i++) { // 600 changes take 60,000 bytes one by one
      int value = i;
      one.lists.change("a", doc -> doc.put("x", value));
    }

    assertThat(one.lists.get("a")).contains(Map.of("x", 599L));
    assertThat(one.status().reasons()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"lists", "tracks"})
  void whatPeersSendBeyondTheLimitIsRefusedCountedAndTold(String collection) {
    TestMesh.Node one = mesh.node(1, new TestDisk(1));
    TestMesh.Node two = mesh.node(2, new TestDisk(2), TIGHT);
    one.collection(collection).put("a", Map.of("x", noise(50_000)));
    one.collection(collection).put("b", Map.of("x", 1));

    mesh.join(one, two);
    mesh.advance(Duration.ofMinutes(2));

    assertThat(two.collection(collection).get("a")).isEmpty();
    assertThat(two.collection(collection).get("b")).isPresent();
    assertThat(two.status().refused()).isBetween(1L, 20L);
    assertThat(two.status().reasons())
        .anyMatch(reason -> reason.contains("documentBytesMax is 20000"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"lists", "tracks"})
  void aLargeDocumentIsNamedUntilItShrinks(String collection) {
    TestMesh.Node one = mesh.node(1, new TestDisk(1), TIGHT);
    one.collection(collection).put("a", Map.of("x", noise(9_000)));

    assertThat(one.status().reasons())
        .singleElement()
        .asString()
        .isEqualTo(
            "1 documents are larger than documentBytesWarn(8000), such as "
                + collection
                + "/a. Split them");
    if (collection.equals("tracks")) { // with history it keeps what it was
      one.collection(collection).put("a", Map.of("x", 1));
      assertThat(one.status().reasons()).isEmpty();
    }
  }

  @Test
  void noMoreDocumentsThanTheLimitAllows() {
    TestMesh.Node one = mesh.node(1, new TestDisk(1), SyncSettings.DEFAULT.withDocumentsMax(2));
    one.lists.put("a", Map.of("x", 1));
    one.lists.put("b", Map.of("x", 1));

    assertThatThrownBy(() -> one.lists.put("c", Map.of("x", 1)))
        .isInstanceOf(MeshException.Refused.class)
        .hasMessageContaining("documentsMax");
    one.lists.put("a", Map.of("x", 2));
    assertThat(one.lists.list()).containsExactly("a", "b");
  }

  private Bytes noise(int size) {
    byte[] bytes = new byte[size];
    random.nextBytes(bytes);
    return Bytes.of(bytes);
  }
}
