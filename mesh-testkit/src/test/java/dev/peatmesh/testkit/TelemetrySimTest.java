package dev.peatmesh.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peatmesh.sync.MapEditor;
import dev.peatmesh.sync.internal.crdt.NativeDocument;
import java.lang.ref.PhantomReference;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.function.ToLongFunction;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Telemetry at 10 Hz grows nothing: neither disks, nor memory, nor what an update costs. */
class TelemetrySimTest {
  private static final Duration PERIOD = Duration.ofMillis(100);
  private static final Percentage SAME = Percentage.withPercentage(1);

  @Test
  @Tag("heavy")
  void afterADayNothingIsLargerThanAfterAnHour() {
    staysFlat(Duration.ofHours(1), 24);
  }

  @Test
  void afterAnHourNothingIsLargerThanAfterHalfAnHour() {
    staysFlat(Duration.ofMinutes(30), 2);
  }

  private static void staysFlat(Duration window, int windows) {
    try (SimulatedMesh mesh = SimulatedMesh.builder().nodes(2).start()) {
      Random random = new Random(mesh.seed());
      Measured first = measure(mesh, random, window);
      Measured last = first;
      for (int i = 1; i < windows; i++) {
        last = measure(mesh, random, window);
      }
      System.out.printf("telemetry, window 1:  %s%n", first);
      System.out.printf("telemetry, window %d: %s%n", windows, last);
      assertThat(last.bytesPerUpdate()).isCloseTo(first.bytesPerUpdate(), SAME);
      assertThat(last.storedBytes()).isCloseTo(first.storedBytes(), SAME);
      assertThat(last.journalEntries()).isEqualTo(first.journalEntries());
      assertThat(last.openBytes()).isCloseTo(first.openBytes(), SAME);
      assertThat(last.nativeDocuments()).isEqualTo(first.nativeDocuments());
      assertThat(last.timers()).isCloseTo(first.timers(), Percentage.withPercentage(10));
      // Less is no fault: what tests before this one have left may be collected meanwhile.
      assertThat(last.heapBytes()).isLessThan(first.heapBytes() + first.heapBytes() / 100);
    }
  }

  /** Writes for so long, lets all arrive, and looks. */
  private static Measured measure(SimulatedMesh mesh, Random random, Duration window) {
    Traffic before = mesh.traffic();
    long updates = window.dividedBy(PERIOD);
    for (long i = 0; i < updates; i++) {
      mesh.node(0).collection("tracks").changeAsync("t1", track -> observe(track, random));
      mesh.advance(PERIOD);
    }
    assertThat(mesh.settle(Duration.ofMinutes(1))).isTrue();
    mesh.advance(Duration.ofSeconds(5));
    Map<String, ?> there = mesh.node(1).collection("tracks").get("t1").orElseThrow();
    assertThat(there).isEqualTo(mesh.node(0).collection("tracks").get("t1").orElseThrow());
    Traffic said = mesh.traffic().since(before);
    return new Measured(
        (double) said.documentBytes() / updates,
        (double) said.documentFrames() / updates,
        sum(mesh, SimulatedNode::storedBytes),
        sum(mesh, SimulatedNode::journalEntries),
        sum(mesh, node -> node.documents().openBytes()),
        NativeDocument.openCount(),
        mesh.timersWaiting(),
        usedHeap());
  }

  private static void observe(MapEditor track, Random random) {
    track.put("lat", random.nextDouble() * 90);
    track.put("lon", random.nextDouble() * 180);
    track.put("speed", random.nextDouble());
    track.put("heading", random.nextInt(1 << 20) | 1 << 20);
    track.put("seen", 1_700_000_000_000L + random.nextInt(1 << 30));
  }

  private static long sum(SimulatedMesh mesh, ToLongFunction<SimulatedNode> figure) {
    return mesh.nodes().stream().mapToLong(figure).sum();
  }

  /** What is reachable, once what cleaners hold has been let go. */
  private static long usedHeap() {
    long used = Long.MAX_VALUE;
    for (int i = 0; i < 5; i++) {
      ReferenceQueue<Object> collected = new ReferenceQueue<>();
      Reference<Object> witness = new PhantomReference<>(new Object(), collected);
      System.gc();
      assertThat(nextOf(collected)).isSameAs(witness);
      Runtime runtime = Runtime.getRuntime();
      used = Math.min(used, runtime.totalMemory() - runtime.freeMemory());
    }
    return used;
  }

  private static Reference<?> nextOf(ReferenceQueue<Object> collected) {
    try {
      return collected.remove();
    } catch (InterruptedException interrupted) {
      throw new AssertionError(interrupted);
    }
  }

  /** Both nodes together. */
  private record Measured(
      double bytesPerUpdate,
      double framesPerUpdate,
      long storedBytes,
      long journalEntries,
      long openBytes,
      long nativeDocuments,
      int timers,
      long heapBytes) {}
}
