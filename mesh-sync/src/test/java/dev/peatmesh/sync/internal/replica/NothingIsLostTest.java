package dev.peatmesh.sync.internal.replica;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peatmesh.runtime.MeshException;
import dev.peatmesh.sync.DocumentKey;
import dev.peatmesh.sync.WriteReceipt;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What must not cost an acknowledged write. */
class NothingIsLostTest {
  private static final Duration LONG = Duration.ofDays(9);

  private final TestMesh mesh = new TestMesh();

  @AfterEach
  void everythingIsFreed() {
    mesh.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4})
  void aDocumentThatCannotBeReadCostsNothingOfTheOthers(int reads) {
    TestMesh.Node one = mesh.node(1, new TestDisk(1));
    TestDisk disk = new TestDisk(2);
    TestMesh.Node two = mesh.node(2, disk, SyncSettings.DEFAULT.withOpenBytesMax(0));
    mesh.join(one, two);
    DocumentKey bad = new DocumentKey("lists", "bad");
    one.lists.put("bad", Map.of("x", 1));
    mesh.settle();
    mesh.part(one, two);
    List<WriteReceipt> receipts = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      receipts.add(one.lists.put("a" + i, Map.of("x", i)));
    }
    one.lists.put("bad", Map.of("x", 2));
    disk.unreadableAfter.put(bad, reads);
    mesh.join(one, two);
    disk.unreadableAfter.clear();
    mesh.advance(Duration.ofMinutes(3));

    receipts.forEach(receipt -> receipt.awaitReplicated(1, Duration.ofSeconds(5)));
    two.kill();
    TestMesh.Node again = mesh.node(2, disk);
    for (int i = 0; i < 10; i++) {
      assertThat(again.lists.get("a" + i)).as("a" + i).isPresent();
    }
  }

  @Test
  void aWriteThatWasOnItsWayToTheDiskWhenTwoAgreedIsNoPartOfTheAgreement() {
    TestDisk disk = new TestDisk(1);
    TestMesh.Node one = mesh.node(1, disk);
    TestMesh.Node two = mesh.node(2, new TestDisk(2));
    one.lists.put("old", Map.of("x", 1));
    mesh.join(one, two);
    mesh.part(one, two);
    disk.hold();
    CompletableFuture<WriteReceipt> write = one.lists.changeAsync("new", doc -> doc.put("x", 1));
    mesh.join(one, two);
    mesh.part(one, two);
    disk.release(null);
    mesh.settle();
    assertThat(write).isCompleted();

    mesh.jumpClocks(LONG);
    mesh.join(one, two);

    assertThat(one.lists.get("new")).isPresent();
    assertThat(two.lists.get("new")).isPresent();
  }

  @Test
  void aWriteThatIsOnItsWayToTheDiskSurvivesAStaleReunion() {
    TestDisk disk = new TestDisk(1);
    TestMesh.Node one = mesh.node(1, disk);
    TestMesh.Node two = mesh.node(2, new TestDisk(2));
    one.lists.put("d", Map.of("x", 1));
    mesh.join(one, two);
    mesh.part(one, two);
    two.lists.delete("d");
    mesh.jumpClocks(LONG);
    mesh.advance(Duration.ofMinutes(2));

    disk.hold();
    CompletableFuture<WriteReceipt> write = one.lists.changeAsync("d", doc -> doc.put("x", 2));
    mesh.join(one, two);
    disk.release(null);
    mesh.settle();

    assertThat(write).isCompleted();
    assertThat(one.lists.get("d")).contains(Map.of("x", 2L));
    assertThat(two.lists.get("d")).contains(Map.of("x", 2L));
  }

  @Test
  void aDocumentWrittenAnewIsNotForgottenLate() {
    TestDisk disk = new TestDisk(1);
    TestMesh.Node one = mesh.node(1, disk);
    one.lists.put("d", Map.of("x", 1));
    one.lists.delete("d");
    disk.failure = new MeshException.StoreFailure("disk full", null);
    mesh.jumpClocks(LONG);
    mesh.advance(Duration.ofMinutes(2));
    disk.failure = null;
    one.lists.put("d", Map.of("x", 2));
    mesh.advance(Duration.ofMinutes(2));

    one.kill();
    TestMesh.Node again = mesh.node(1, disk);
    assertThat(again.lists.get("d")).contains(Map.of("x", 2L));
  }

  @Test
  void statesThatTogetherAreTooLargeEndNoLink() {
    TestMesh.Node one = mesh.node(1, new TestDisk(1));
    TestMesh.Node two = mesh.node(2, new TestDisk(2));
    one.collection("tracks").put("t", fields("a"));
    two.collection("tracks").put("t", fields("b"));
    one.lists.put("other", Map.of("x", 1));
    mesh.join(one, two); // Violations throw.

    assertThat(two.lists.get("other")).isPresent();
    assertThat(one.status().refused() + two.status().refused()).isPositive();
  }

  private static Map<String, Object> fields(String prefix) {
    Map<String, Object> fields = new HashMap<>();
    for (int i = 0; i < 2_500; i++) {
      fields.put(prefix + i, i);
    }
    return fields;
  }

  @Test
  void whatANodeLostByDamageIsNotTakenForDeleted() {
    TestMesh.Node one = mesh.node(1, new TestDisk(1));
    TestDisk disk = new TestDisk(2);
    TestMesh.Node two = mesh.node(2, disk);
    one.lists.put("d", Map.of("x", 1));
    mesh.join(one, two);
    two.stop();
    disk.damage(new DocumentKey("lists", "d"));
    mesh.jumpClocks(LONG);
    TestMesh.Node again = mesh.node(2, disk);
    assertThat(again.lists.get("d")).isEmpty();
    mesh.join(one, again);

    assertThat(one.lists.get("d")).isPresent();
    assertThat(again.lists.get("d")).isPresent();
  }

  @Test
  void whatANodeLostByAnOldBackupIsNotTakenForDeleted() {
    TestMesh.Node one = mesh.node(1, new TestDisk(1));
    TestDisk disk = new TestDisk(2);
    TestMesh.Node two = mesh.node(2, disk);
    one.lists.put("d", Map.of("x", 1));
    mesh.join(one, two);
    two.stop();
    disk.setBack();
    mesh.jumpClocks(LONG);
    TestMesh.Node again = mesh.node(2, disk);
    for (int i = 0; i < 10; i++) {
      again.lists.put("n" + i, Map.of("x", 1));
    }
    mesh.join(one, again);

    assertThat(one.lists.get("d")).isPresent();
    assertThat(again.lists.get("d")).isPresent();
  }

  @Test
  void aDeleteOfANodeWhoseClockIsWrongIsNotForgottenBeforeOthersHeardOfIt() {
    mesh.skews.put(1, Duration.ofDays(-30));
    TestMesh.Node one = mesh.node(1, new TestDisk(1));
    TestMesh.Node two = mesh.node(2, new TestDisk(2));
    TestMesh.Node three = mesh.node(3, new TestDisk(3));
    mesh.join(one, two);
    mesh.join(two, three);
    two.lists.put("d", Map.of("x", 1));
    mesh.settle();
    mesh.part(two, three);
    one.lists.delete("d");
    mesh.advance(Duration.ofMinutes(2));
    assertThat(two.lists.get("d")).isEmpty();
    mesh.part(one, two);

    mesh.join(two, three);

    assertThat(two.lists.get("d")).isEmpty();
    assertThat(three.lists.get("d")).isEmpty();
  }

  @Test
  void statesThatAreTooLargeTogetherStillReachAThirdNode() {
    SyncSettings tight = SyncSettings.DEFAULT.withLimits(new SizeLimits(8_000, 20_000));
    TestMesh.Node one = mesh.node(1, new TestDisk(1), tight);
    TestMesh.Node two = mesh.node(2, new TestDisk(2), tight);
    TestMesh.Node three = mesh.node(3, new TestDisk(3), tight);
    one.collection("tracks").put("t", Map.of("x", "a".repeat(12_000)));
    two.collection("tracks").put("t", Map.of("y", "b".repeat(12_000)));
    mesh.join(one, two);
    mesh.join(two, three);
    mesh.advance(Duration.ofMinutes(5));

    assertThat(one.fingerprint()).isEqualTo(two.fingerprint());
    assertThat(three.fingerprint()).isEqualTo(two.fingerprint());
  }
}
