package dev.peatmesh.benchmarks.child;

import dev.peatmesh.PeatMesh;
import dev.peatmesh.PeatMeshBuilder;
import dev.peatmesh.PeerStatus;
import dev.peatmesh.sync.DocumentCollection;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** A mesh node as a user would start it, bound to the loopback interface. Thread-safe. */
final class BenchNode implements AutoCloseable {
  static final String COLLECTION = "benchmark";

  private static final byte[] SECRET =
      "a secret of the benchmarks alone".getBytes(StandardCharsets.UTF_8);
  private static final long NANOS_MAX = 120_000_000_000L;

  private final PeatMesh mesh;

  private BenchNode(PeatMesh mesh) {
    this.mesh = mesh;
  }

  /** A node that waits for others. */
  static BenchNode start(String name, Optional<Path> directory) {
    return start(name, directory, "");
  }

  /** A node that dials the other one. */
  static BenchNode dialling(String name, Optional<Path> directory, String peer, int port) {
    return start(name, directory, peer + "@127.0.0.1:" + port);
  }

  int port() {
    return mesh.localAddress().getPort();
  }

  PeatMesh mesh() {
    return mesh;
  }

  DocumentCollection documents() {
    return mesh.collection(COLLECTION);
  }

  boolean connected() {
    return mesh.peers().stream().anyMatch(PeerStatus::isConnected);
  }

  void awaitConnected() throws InterruptedException {
    await("connected", this::connected);
  }

  /** The number in this field of the document; empty when either is not there. */
  OptionalInt number(String id, String field) {
    Map<String, @Nullable Object> value = documents().get(id).orElse(Map.of());
    return value.get(field) instanceof Number number
        ? OptionalInt.of(number.intValue())
        : OptionalInt.empty();
  }

  /** Looks once a millisecond: for what lasts much longer. */
  static void await(String what, BooleanSupplier condition) throws InterruptedException {
    long start = System.nanoTime();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - start > NANOS_MAX) {
        throw new IllegalStateException("not " + what + " within two minutes");
      }
      Thread.sleep(1);
    }
  }

  @Override
  public void close() {
    mesh.close();
  }

  private static BenchNode start(String name, Optional<Path> directory, String peers) {
    PeatMeshBuilder builder =
        PeatMesh.builder()
            .nodeName(name)
            .formation("benchmarks", SECRET)
            .bindHost("127.0.0.1")
            .staticPeers(peers);
    directory.ifPresent(builder::dataDirectory);
    return new BenchNode(builder.start());
  }
}
