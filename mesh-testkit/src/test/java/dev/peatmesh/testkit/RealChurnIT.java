package dev.peatmesh.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peatmesh.PeatMesh;
import dev.peatmesh.sync.internal.crdt.NativeDocument;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Real nodes that come and go give back threads, files, buffers and native documents. */
class RealChurnIT {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** Netty keeps some memory for reuse; what 200 nodes might lose is far more. */
  private static final long POOL_BYTES = 8 << 20;

  private final RealMeshes meshes = new RealMeshes();

  @AfterEach
  void close() {
    meshes.close();
  }

  @Test
  void aNodeThatComesAndGoesLeavesNothingBehind() {
    comesAndGoes(20);
  }

  @Test
  @Tag("heavy")
  void twoHundredConnectsAndDisconnectsLeaveNothingBehind() {
    comesAndGoes(200);
  }

  private void comesAndGoes(int times) {
    Held beforeAll = Held.now();
    PeatMesh host = meshes.start("host");
    host.collection("c").put("d", Map.of("x", 1));
    for (int round = 0; round < 5; round++) {
      visit(host);
    }
    Held warm = Held.now();

    for (int round = 0; round < times; round++) {
      visit(host);
    }

    RealMeshes.await("held as before", PATIENCE, () -> Held.now().isAtMost(warm));
    System.out.printf("RealChurnIT: warm %s, after %d more %s%n", warm, times, Held.now());
    meshes.close();
    assertThat(Held.now().threads()).isEmpty();
    assertThat(Held.now().documents()).isEqualTo(beforeAll.documents());
  }

  /** Another node comes, is linked, gets the document, and leaves. */
  private void visit(PeatMesh host) {
    PeatMesh guest = meshes.start("guest", host);
    RealMeshes.await(
        "linked on both sides",
        PATIENCE,
        () -> RealMeshes.linked(host, guest) && RealMeshes.linked(guest, host));
    RealMeshes.await("synced", PATIENCE, () -> guest.collection("c").list().equals(List.of("d")));
    meshes.stop(guest);
    RealMeshes.await("the guest has left", PATIENCE, () -> RealMeshes.alone(host));
  }

  /** What a process holds that the garbage collector does not give back. */
  private record Held(List<String> threads, long files, long directBytes, long documents) {
    static Held now() {
      List<String> threads =
          Thread.getAllStackTraces().keySet().stream()
              .map(Thread::getName)
              .filter(name -> name.startsWith("mesh-"))
              .sorted()
              .toList();
      return new Held(threads, openFiles(), buffers(), NativeDocument.openCount());
    }

    boolean isAtMost(Held earlier) {
      return threads.equals(earlier.threads)
          && files <= earlier.files
          && directBytes <= earlier.directBytes + POOL_BYTES
          && documents == earlier.documents;
    }

    /** Where there is no /proc, files are not counted. */
    private static long openFiles() {
      Path descriptors = Path.of("/proc/self/fd");
      if (!Files.isDirectory(descriptors)) {
        return 0;
      }
      try (Stream<Path> open = Files.list(descriptors)) {
        return open.count();
      } catch (IOException unreadable) {
        throw new UncheckedIOException(unreadable);
      }
    }

    private static long buffers() {
      return ((ByteBufAllocatorMetricProvider) ByteBufAllocator.DEFAULT)
          .metric()
          .usedDirectMemory();
    }
  }
}
