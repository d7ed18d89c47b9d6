package dev.peatmesh.testkit;

import dev.peatmesh.PeatMesh;
import dev.peatmesh.PeatMeshBuilder;
import dev.peatmesh.PeerStatus;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Real nodes of one formation, on loopback; close it to close them. */
final class RealMeshes implements AutoCloseable {
  private static final byte[] SECRET =
      "test-formation-secret-32-bytes!!".getBytes(StandardCharsets.US_ASCII);

  private final List<PeatMesh> meshes = new ArrayList<>();

  /** Starts a node that dials the given ones. */
  PeatMesh start(String name, PeatMesh... peers) {
    return start(base(name, peers));
  }

  /** Starts a node that keeps its documents in the directory. */
  PeatMesh start(String name, Path directory, PeatMesh... peers) {
    return start(base(name, peers).dataDirectory(directory));
  }

  /** Closes one node. */
  void stop(PeatMesh mesh) {
    mesh.close();
    meshes.remove(mesh);
  }

  @Override
  public void close() {
    meshes.forEach(PeatMesh::close);
    meshes.clear();
  }

  static boolean linked(PeatMesh one, PeatMesh other) {
    return one.peers().stream()
        .anyMatch(peer -> peer.isConnected() && peer.nodeName().equals(other.nodeName()));
  }

  static boolean alone(PeatMesh mesh) {
    return mesh.peers().stream().noneMatch(PeerStatus::isConnected);
  }

  /** Waits until it is so. Only for tests on real sockets. */
  static void await(String what, Duration deadline, BooleanSupplier condition) {
    long begin = System.nanoTime();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - begin > deadline.toNanos()) {
        throw new AssertionError(what + ": not so within " + deadline);
      }
      LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
    }
  }

  private PeatMesh start(PeatMeshBuilder builder) {
    PeatMesh mesh = builder.start();
    meshes.add(mesh);
    return mesh;
  }

  private static PeatMeshBuilder base(String name, PeatMesh... peers) {
    List<String> addresses = new ArrayList<>();
    for (PeatMesh peer : peers) {
      addresses.add(peer.nodeName() + "@127.0.0.1:" + peer.localAddress().getPort());
    }
    return PeatMesh.builder()
        .nodeName(name)
        .formation("home", SECRET)
        .bindHost("127.0.0.1")
        .staticPeers(String.join(",", addresses));
  }
}
