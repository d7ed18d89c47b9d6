package dev.peatmesh.discovery.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peatmesh.discovery.DiscoveryEvent;
import dev.peatmesh.discovery.PeerAddress;
import dev.peatmesh.discovery.PeerInfo;
import dev.peatmesh.testkit.discovery.RecordingContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How fast changes arrive, and how many. */
@Timeout(120)
class WatchSpeedIT {
  private final FakeCluster cluster = new FakeCluster();

  @AfterEach
  void closesInGoodOrder() {
    cluster.close();
    assertThat(cluster.context.faults()).isEmpty();
  }

  /** A figure, not a judgement: it depends on what else the machine does. */
  @ParameterizedTest
  @ValueSource(ints = {5, 100})
  void peerIsFoundSoonAfterItsEvent(int pods) throws Exception {
    for (int i = 1; i < pods; i++) {
      cluster.pod("peat-mesh-" + i, "10.3.0." + i);
    }
    BlockingQueue<Long> found = new LinkedBlockingQueue<>();
    cluster.start(
        KubernetesDiscovery.of(
            FakeCluster.settings().withRelistInterval(KubernetesSettings.RELIST_INTERVAL),
            cluster.client(cluster.token())),
        event -> {
          if (event.nodeId().equals("latest") && event instanceof DiscoveryEvent.PeerFound) {
            found.add(System.nanoTime());
          }
        });
    cluster.awaitOk();
    cluster.api.awaitWatches(1, FakeCluster.PATIENCE);
    List<Long> micros = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      long from = System.nanoTime();
      cluster.pod("latest", "10.3.1.1");
      Long at = found.poll(FakeCluster.PATIENCE.toSeconds(), TimeUnit.SECONDS);
      assertThat(at).as("event %d", i).isNotNull();
      cluster.gone("latest");
      if (i >= 100) {
        micros.add((at - from) / 1000);
      }
    }
    Collections.sort(micros);
    System.out.printf(
        "kubernetes discovery, %d pods, write to the fake API until PeerFound:"
            + " p50 %d, p99 %d, max %d us%n",
        pods, micros.get(100), micros.get(197), micros.get(199));
  }

  @Test
  void floodOfChangesEndsInTheRightPeers() throws Exception {
    cluster.start();
    cluster.awaitOk();
    cluster.api.awaitWatches(1, FakeCluster.PATIENCE);
    IntStream.range(0, 2000)
        .forEach(
            i ->
                cluster.api.put(
                    FakeCluster.slice("flood").endpoint("10.4.0." + i % 250, "peat-mesh-flood")));
    cluster.await(
        "the last address",
        () -> {
          PeerInfo peer = cluster.context.peers().get("peat-mesh-flood");
          return peer != null
              && peer.addresses().equals(List.of(new PeerAddress("10.4.0.249", 11204)));
        });
    assertThat(RecordingContext.await(Duration.ofMillis(300), () -> false)).isFalse();
  }
}
