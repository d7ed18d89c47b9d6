package dev.peatmesh.e2e.lan;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Ten thousand strangers announce themselves. */
@Tag("e2e")
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class FloodIT {
  private static final int SERVICES = 10_000;
  private static final Duration WINDOW = Duration.ofSeconds(10);

  /** What a window may cost more after the flood than before: a twentieth of one processor. */
  private static final Duration NOISE = WINDOW.dividedBy(20);

  @BeforeAll
  static void needTools() {
    Tools.need("ip", "sysctl");
  }

  @Test
  void tenThousandForeignServicesRaiseTheCpuForNoLongerThanTheFlood() throws Exception {
    try (Lan lan = Lan.create();
        NodeProcess kitchen = NodeProcess.start(lan.host("n1"), "kitchen", Duration.ofSeconds(10));
        NodeProcess cellar = NodeProcess.start(lan.host("n2"), "cellar", Duration.ofSeconds(10))) {
      Lan.Host stranger = lan.host("stranger");
      kitchen.awaitSees("cellar");
      cellar.awaitSees("kitchen");
      Duration before = cpuOfAWindow(kitchen);
      Duration atStart = kitchen.cpu();
      long since = System.nanoTime();
      flood(stranger);
      long floodMillis = (System.nanoTime() - since) / 1_000_000;
      Duration during = kitchen.cpu().minus(atStart);
      Duration after = cpuOfAWindow(kitchen);
      Duration later = cpuOfAWindow(kitchen);
      System.out.printf(
          "cpu of a node: %d ms in %d s before; %d ms during %d services in %d ms; then %d and %d"
              + " ms in %d s%n",
          before.toMillis(),
          WINDOW.toSeconds(),
          during.toMillis(),
          SERVICES,
          floodMillis,
          after.toMillis(),
          later.toMillis(),
          WINDOW.toSeconds());

      assertThat(after).isLessThanOrEqualTo(before.plus(NOISE));
      assertThat(later).isLessThanOrEqualTo(before.plus(NOISE));
      assertThat(kitchen.sees("cellar")).isTrue();
      assertThat(kitchen.lines()).noneMatch(line -> line.contains("stranger"));
      try (NodeProcess late = NodeProcess.start(lan.host("n3"), "late", Duration.ofSeconds(10))) {
        kitchen.awaitSees("late");
        late.awaitSees("kitchen", "cellar");
      }
    }
  }

  private static void flood(Lan.Host stranger) throws IOException, InterruptedException {
    Process flood = NodeProcess.java(stranger, Flood.class, Integer.toString(SERVICES));
    flood.getInputStream().transferTo(System.out);
    assertThat(flood.waitFor()).isZero();
  }

  /** The window is what is measured, so it has to pass. */
  private static Duration cpuOfAWindow(NodeProcess node) throws InterruptedException {
    Duration before = node.cpu();
    assertThat(new CountDownLatch(1).await(WINDOW.toMillis(), TimeUnit.MILLISECONDS)).isFalse();
    return node.cpu().minus(before);
  }
}
