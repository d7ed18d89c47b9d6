package dev.peatmesh.internal.quic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peatmesh.RefusalReason;
import dev.peatmesh.crypto.EndpointId;
import dev.peatmesh.internal.transport.Refusal;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import io.netty.buffer.ByteBufUtil;
import io.netty.util.ResourceLeakDetector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Threads, sockets and native memory are given back. */
class QuicLeakIT {
  /** The allocator keeps some memory for reuse; what 200 connections might lose is far more. */
  private static final long POOL_BYTES = 4 << 20;

  private static final List<String> LEAKS = new CopyOnWriteArrayList<>();
  private static ResourceLeakDetector.Level before;

  @BeforeAll
  static void watchEveryBuffer() {
    before = ResourceLeakDetector.getLevel();
    ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
    ByteBufUtil.setLeakListener((type, records) -> LEAKS.add(type + records));
  }

  @AfterAll
  static void stopWatching() {
    ByteBufUtil.setLeakListener(null);
    ResourceLeakDetector.setLevel(before);
  }

  @AfterEach
  void noBufferWasForgotten() {
    // The detector reports when buffers are made after the collector has found lost ones.
    for (int i = 0; i < 3; i++) {
      System.gc();
      for (int j = 0; j < 100; j++) {
        ByteBufAllocator.DEFAULT.directBuffer(16).release();
      }
    }
    assertThat(LEAKS).isEmpty();
  }

  @Test
  void connectionsGiveBackWhatTheyTook() throws Exception {
    try (QuicNode a = new QuicNode("a");
        QuicNode b = new QuicNode("b")) {
      for (int i = 0; i < 20; i++) {
        cycle(a, b, i);
      }
      Usage start = Usage.now();
      for (int i = 0; i < 200; i++) {
        cycle(a, b, i);
      }
      assertThat(a.stats().connectionsOpen() + a.stats().handshakesUnderWay()).isZero();
      QuicNode.await("b has let go", () -> b.stats().connectionsOpen() == 0);
      QuicNode.await(
          "as before: " + start + ", now " + Usage.now(), () -> Usage.now().isAtMost(start));
    }
  }

  @Test
  void nodesGiveBackWhatTheyTook() throws Exception {
    nodes(2);
    Usage start = Usage.now();
    nodes(10);
    QuicNode.await(
        "as before: " + start + ", now " + Usage.now(), () -> Usage.now().isAtMost(start));
    assertThat(Usage.now().threads()).noneMatch(name -> name.startsWith("mesh-"));
  }

  private static void nodes(int count) throws Exception {
    for (int i = 0; i < count; i++) {
      try (QuicNode a = new QuicNode("a");
          QuicNode b = new QuicNode("b")) {
        QuicNode.Pair pair = a.connect(b);
        pair.near().send(new byte[100_000]);
        pair.far().inbox().next();
      }
    }
  }

  /** A connection that carries frames, or a refusal, ended from either side. */
  private static void cycle(QuicNode a, QuicNode b, int round) throws Exception {
    if (round % 5 == 4) {
      EndpointId nobody = QuicNode.id("nobody");
      assertThat(a.dial(b.address(), nobody).failed().reason()).isEqualTo(RefusalReason.WRONG_KEY);
      b.nextRefused();
      return;
    }
    QuicNode.Pair pair = a.connect(b);
    pair.near().send(new byte[50_000]);
    pair.far().inbox().next();
    pair.far().send(new byte[3]);
    Refusal bye = Refusal.ours(RefusalReason.LEFT, "bye");
    if (round % 2 == 0) {
      a.close(pair.near(), bye);
    } else {
      b.close(pair.far(), bye);
    }
    pair.near().inbox().end();
    pair.far().inbox().end();
  }

  /** What a process holds that the garbage collector does not give back. */
  private record Usage(Set<String> threads, long files, long directBytes) {
    static Usage now() {
      Set<String> threads =
          Thread.getAllStackTraces().keySet().stream()
              .map(Thread::getName)
              .collect(Collectors.toSet());
      ByteBufAllocatorMetricProvider buffers =
          (ByteBufAllocatorMetricProvider) ByteBufAllocator.DEFAULT;
      return new Usage(threads, openFiles(), buffers.metric().usedDirectMemory());
    }

    boolean isAtMost(Usage start) {
      return start.threads.containsAll(threads)
          && files <= start.files
          && directBytes <= start.directBytes + POOL_BYTES;
    }

    private static long openFiles() {
      Path descriptors = Path.of("/proc/self/fd");
      Assumptions.assumeTrue(Files.isDirectory(descriptors), "counts files on Linux only");
      try (Stream<Path> open = Files.list(descriptors)) {
        return open.count();
      } catch (IOException failure) {
        throw new AssertionError(failure);
      }
    }
  }
}
