package dev.peatmesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peatmesh.sync.DocumentCollection;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole meshes in one process, on loopback. */
class PeatMeshIT {
  private static final byte[] SECRET =
      "test-formation-secret-32-bytes!!".getBytes(StandardCharsets.US_ASCII);

  private final List<PeatMesh> meshes = new ArrayList<>();

  @AfterEach
  void close() {
    meshes.forEach(PeatMesh::close);
    assertThat(Thread.getAllStackTraces().keySet().stream().map(Thread::getName))
        .noneMatch(name -> name.startsWith("mesh-"));
  }

  @Test
  void aChangeOfOneNodeIsSeenOnTheOther() {
    PeatMesh one = start("one", "");
    PeatMesh two = start("two", at(one));

    one.collection("lists").change("shopping", doc -> doc.put("milk", 2));

    DocumentCollection lists = two.collection("lists");
    Await.until(() -> lists.get("shopping").equals(Optional.of(Map.of("milk", 2L))));
    assertThat(two.health().state()).isEqualTo(MeshHealth.State.READY);
  }

  @Test
  void comesBackFromItsDiskWithTheSameIdentityAndCatchesUp(@TempDir Path directory) {
    PeatMesh one = start("one", "");
    PeatMesh two = start(base("two").staticPeers(at(one)).dataDirectory(directory));
    String device = two.deviceId().toString();
    two.collection("lists").put("a", Map.of("x", 1));
    Await.until(() -> one.collection("lists").list().equals(List.of("a")));
    two.close();

    one.collection("lists").put("b", Map.of("y", 2));
    PeatMesh again = start(base("two").staticPeers(at(one)).dataDirectory(directory));

    assertThat(again.deviceId().toString()).isEqualTo(device);
    assertThat(again.collection("lists").get("a")).contains(Map.of("x", 1L));
    Await.until(() -> again.collection("lists").list().equals(List.of("a", "b")));
  }

  @Test
  void aNodeWithAnotherSecretNeverGetsInAndBothSidesSayWhy() {
    PeatMesh one = start("one", "");
    byte[] other = SECRET.clone();
    other[0]++;
    PeatMesh stranger =
        start(
            PeatMesh.builder()
                .nodeName("two")
                .formation("home", other)
                .bindHost("127.0.0.1")
                .staticPeers(at(one)));

    Await.until(() -> reasons(stranger).contains(RefusalReason.WRONG_KEY));
    Await.until(() -> reasons(one).contains(RefusalReason.WRONG_KEY));
    assertThat(one.peers()).noneMatch(PeerStatus::isConnected);
  }

  @Test
  void aNodeOfAnotherFormationIsRefusedAndBothSidesSayWhy() {
    PeatMesh one = start("one", "");
    PeatMesh other = start(base("two").formation("office", SECRET).staticPeers(at(one)));

    Await.until(() -> reasons(other).contains(RefusalReason.WRONG_FORMATION));
    Await.until(() -> reasons(one).contains(RefusalReason.WRONG_FORMATION));
    assertThat(one.peers()).noneMatch(PeerStatus::isConnected);
  }

  @Test
  void aRightAddressWithAWrongKeyIsRefusedAndBothSidesSayWhy() {
    PeatMesh one = start("one", "");
    PeatMesh two = start("two", "somebody-else@127.0.0.1:" + one.localAddress().getPort());

    Await.until(() -> reasons(two).contains(RefusalReason.WRONG_KEY));
    Await.until(() -> reasons(one).contains(RefusalReason.WRONG_KEY));
    assertThat(two.peers()).noneMatch(PeerStatus::isConnected);
  }

  @Test
  void relaysBetweenNodesThatDoNotReachEachOther() {
    PeatMesh middle = start("middle", "");
    PeatMesh left = start("left", at(middle));
    PeatMesh right = start("right", at(middle));
    Await.until(() -> middle.peers().stream().filter(PeerStatus::isConnected).count() == 2);

    left.collection("c").put("a", Map.of("x", 1));

    Await.until(() -> right.collection("c").list().equals(List.of("a")));
    Await.until(() -> right.peers().stream().allMatch(PeerStatus::synchronised));
  }

  private static List<RefusalReason> reasons(PeatMesh mesh) {
    return mesh.peers().stream()
        .flatMap(peer -> peer.lastError().stream())
        .map(PeerError::reason)
        .toList();
  }

  private static String at(PeatMesh mesh) {
    return mesh.nodeName() + "@127.0.0.1:" + mesh.localAddress().getPort();
  }

  private static PeatMeshBuilder base(String name) {
    return PeatMesh.builder()
        .nodeName(name)
        .formation("home", SECRET)
        .bindHost("127.0.0.1")
        .keepAlive(Duration.ofMillis(200))
        .idleTimeout(Duration.ofSeconds(2));
  }

  private PeatMesh start(String name, String peers) {
    return start(base(name).staticPeers(peers));
  }

  private PeatMesh start(PeatMeshBuilder builder) {
    PeatMesh mesh = builder.start();
    meshes.add(mesh);
    return mesh;
  }
}
