package dev.peatmesh.sync.internal.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peatmesh.runtime.MeshException;
import dev.peatmesh.sync.DocumentEvent;
import dev.peatmesh.sync.DocumentKey;
import dev.peatmesh.sync.WriteReceipt;
import dev.peatmesh.sync.internal.crdt.NativeDocument;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ReplicatorTest {
  private final TestMesh mesh = new TestMesh();

  @AfterEach
  void everyNativeDocumentIsFreed() {
    mesh.close();
  }

  @Test
  void aChangeOfOneNodeIsSeenOnTheOther() {
    TestMesh.Node one = mesh.node(1, new TestDisk(1));
    TestMesh.Node two = mesh.node(2, new TestDisk(2));
    mesh.join(one, two);

    one.lists.change("shopping", doc -> doc.put("milk", 2));
    mesh.settle();

    assertThat(two.lists.get("shopping")).contains(Map.of("milk", 2L));
    assertThat(two.events)
        .containsExactly(
            new DocumentEvent(
                new DocumentKey("lists", "shopping"),
                DocumentEvent.Kind.CHANGED,
                DocumentEvent.Origin.REMOTE));
  }

  @Test
  void editsOfDifferentNestedFieldsBothSurvive() {
    TestMesh.Node one = mesh.node(1, new TestDisk(1));
    TestMesh.Node two = mesh.node(2, new TestDisk(2));
    one.lists.put("pantry", Map.of("flour", Map.of("kg", 3, "brand", "A")));
    mesh.join(one, two);
    mesh.part(one, two);

    one.lists.put("pantry", Map.of("flour", Map.of("kg", 5, "brand", "A")));
    two.lists.put("pantry", Map.of("flour", Map.of("kg", 3, "brand", "B")));
    mesh.join(one, two);

    Map<String, Object> merged = Map.of("flour", Map.of("kg", 5L, "brand", "B"));
    assertThat(one.lists.get("pantry")).contains(merged);
    assertThat(two.lists.get("pantry")).contains(merged);
  }

  @Test
  void aDeleteTravelsAndAConcurrentEditSurvivesIt() {
    TestMesh.Node one = mesh.node(1, new TestDisk(1));
    TestMesh.Node two = mesh.node(2, new TestDisk(2));
    one.lists.put("a", Map.of("x", 1));
    one.lists.put("b", Map.of("x", 1));
    mesh.join(one, two);
    one.lists.delete("a");
    mesh.settle();
    assertThat(two.lists.list()).containsExactly("b");
    mesh.part(one, two);

    one.lists.delete("b");
    two.lists.change("b", doc -> doc.put("y", 2));
    mesh.join(one, two);

    assertThat(one.lists.get("b")).contains(Map.of("x", 1L, "y", 2L));
    assertThat(two.lists.get("b")).contains(Map.of("x", 1L, "y", 2L));
  }

  @Test
  void aDocumentWrittenAgainAfterItsDeleteStartsEmpty() {
    TestMesh.Node one = mesh.node(1, new TestDisk(1));
    TestMesh.Node two = mesh.node(2, new TestDisk(2));
    mesh.join(one, two);
    one.lists.put("a", Map.of("x", 1));
    one.lists.delete("a");

    two.lists.change("a", doc -> doc.put("y", 2));
    mesh.settle();

    assertThat(one.lists.get("a")).contains(Map.of("y", 2L));
    assertThat(two.lists.get("a")).contains(Map.of("y", 2L));
  }

  @Test
  void aChangeLeavesTheNodeOnlyOnceItIsDurable() {
    TestDisk slow = new TestDisk(1);
    TestMesh.Node one = mesh.node(1, slow);
    TestMesh.Node two = mesh.node(2, new TestDisk(2));
    mesh.join(one, two);
    slow.hold();

    CompletableFuture<WriteReceipt> write = one.lists.changeAsync("a", doc -> doc.put("x", 1));
    mesh.settle();
    assertThat(write).isNotDone();
    assertThat(two.lists.get("a")).isEmpty();

    slow.release(null);
    mesh.settle();
    assertThat(write).isCompleted();
    assertThat(two.lists.get("a")).isPresent();
  }

  @Test
  void aFailedWriteLeavesNoTraceAndTheNextOneSucceeds() {
    TestDisk log = new TestDisk(1);
    TestMesh.Node one = mesh.node(1, log);
    one.lists.put("a", Map.of("x", 1));
    log.failure = new MeshException.StoreFailure("disk full", null);

    assertThatThrownBy(() -> one.lists.put("a", Map.of("x", 2)))
        .isInstanceOf(MeshException.StoreFailure.class);
    assertThat(one.lists.get("a")).contains(Map.of("x", 1L));
    assertThat(one.status().storeProblem()).contains("disk full");

    log.failure = null;
    one.lists.put("a", Map.of("x", 3));
    assertThat(one.lists.get("a")).contains(Map.of("x", 3L));
    assertThat(one.status().storeProblem()).isEmpty();
  }

  @Test
  void goesOnReadingWhileTheDiskIsFullAndKeepsWhatItReadOnceThereIsRoom() {
    TestDisk log = new TestDisk(1);
    TestMesh.Node one = mesh.node(1, log);
    TestMesh.Node two = mesh.node(2, new TestDisk(2));
    mesh.join(one, two);
    log.failure = new MeshException.StoreFailure("disk full", null);

    two.lists.put("a", Map.of("x", 1));
    mesh.settle();
    assertThat(one.lists.get("a")).contains(Map.of("x", 1L));
    assertThat(one.status().unsaved()).isEqualTo(1);

    log.failure = null;
    mesh.advance(Duration.ofSeconds(2));
    assertThat(one.status().unsaved()).isZero();
    assertThat(log.changes()).isEqualTo(1);
  }

  @Test
  void aWriteThatStandsOnAnUnsavedChangeReachesTheDiskTogetherWithIt() {
    TestDisk log = new TestDisk(1);
    TestMesh.Node one = mesh.node(1, log);
    TestMesh.Node two = mesh.node(2, new TestDisk(2));
    mesh.join(one, two);
    log.failure = new MeshException.StoreFailure("disk full", null);
    two.lists.put("a", Map.of("x", 1));
    mesh.loop.run();
    log.failure = null;

    one.lists.change("a", doc -> doc.put("y", 2));
    one.stop(); // before the unsaved change was tried again
    TestMesh.Node again = mesh.node(1, log);

    assertThat(again.lists.get("a")).contains(Map.of("x", 1L, "y", 2L));
  }

  @Test
  void failedFirstWritesLeaveNoNativeDocumentBehind() {
    TestDisk log = new TestDisk(1);
    TestMesh.Node one = mesh.node(1, log);
    long before = NativeDocument.openCount();
    log.failure = new MeshException.StoreFailure("disk full", null);

    for (int i = 0; i < 10; i++) {
      String id = "d" + i;
      assertThatThrownBy(() -> one.lists.put(id, Map.of("x", 1)))
          .isInstanceOf(MeshException.StoreFailure.class);
    }

    assertThat(NativeDocument.openCount()).isEqualTo(before);
  }

  @Test
  void callsAfterTheEndAreAnswered() {
    TestMesh.Node one = mesh.node(1, new TestDisk(1));
    one.stop();

    assertThatThrownBy(() -> one.lists.put("a", Map.of("x", 1)))
        .isInstanceOf(MeshException.Closed.class);
    assertThatThrownBy(() -> one.lists.get("a")).isInstanceOf(MeshException.Closed.class);
  }

  @Test
  void anEditThatFailsWithAnErrorComesBack() {
    TestMesh.Node one = mesh.node(1, new TestDisk(1));

    assertThatThrownBy(
            () ->
                one.lists.change(
                    "a",
                    doc -> {
                      throw new AssertionError("mine");
                    }))
        .isInstanceOf(AssertionError.class);
    assertThat(one.lists.list()).isEmpty();
  }

  @Test
  void anEditThatThrowsChangesNothingAndComesBack() {
    TestMesh.Node one = mesh.node(1, new TestDisk(1));

    assertThatThrownBy(
            () ->
                one.lists.change(
                    "a",
                    doc -> {
                      doc.put("x", 1);
                      throw new IllegalArgumentException("mine");
                    }))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("mine");
    assertThat(one.lists.list()).isEmpty();
  }

  @Test
  void callingTheCollectionFromInsideAnEditIsRefused() {
    TestMesh.Node one = mesh.node(1, new TestDisk(1));

    assertThatThrownBy(() -> one.lists.change("a", doc -> one.lists.get("b")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("inside an edit");
  }

  @Test
  void everythingIsThereAfterARestart() {
    TestDisk log = new TestDisk(1);
    TestMesh.Node one = mesh.node(1, log);
    for (int i = 0; i < 1_200; i++) {
      int value = i;
      one.lists.change("a", doc -> doc.put("x", value));
    }
    one.lists.put("b", Map.of("y", 1));
    assertThat(log.snapshots).isEqualTo(1);
    one.stop();

    TestMesh.Node again = mesh.node(1, log);
    TestMesh.Node two = mesh.node(2, new TestDisk(2));
    mesh.join(again, two);

    assertThat(again.lists.get("a")).contains(Map.of("x", 1_199L));
    assertThat(two.lists.get("a")).contains(Map.of("x", 1_199L));
    assertThat(two.lists.get("b")).contains(Map.of("y", 1L));
  }

  @Test
  void takesANewActorWhenAPeerReturnsAForgottenChangeOfItsOwn() {
    TestDisk log = new TestDisk(1);
    TestMesh.Node one = mesh.node(1, log);
    TestMesh.Node two = mesh.node(2, new TestDisk(2));
    mesh.join(one, two);
    one.lists.put("a", Map.of("x", 1));
    mesh.settle();
    one.stop();
    log.setBack(); // the disk was set back

    TestMesh.Node setBack = mesh.node(1, log);
    mesh.join(setBack, two);
    setBack.lists.put("a", Map.of("x", 2));
    mesh.settle();

    assertThat(two.lists.get("a")).contains(Map.of("x", 2L));
    assertThat(two.status().refused()).isZero();
  }
}
