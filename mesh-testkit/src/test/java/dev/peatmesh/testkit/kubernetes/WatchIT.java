package dev.peatmesh.testkit.kubernetes;

import static dev.peatmesh.testkit.kubernetes.ApiClient.IN_MESH;
import static org.assertj.core.api.Assertions.assertThat;

import dev.peatmesh.testkit.kubernetes.ApiClient.Watch;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Watches, from their first line to their last. */
class WatchIT {
  private final FakeKubernetesApi api = FakeKubernetesApi.builder().start();
  private final ApiClient client = new ApiClient(api.httpUrl(), api.adminToken());

  @AfterEach
  void stop() {
    api.close();
  }

  @Test
  void listThenWatchSeesEveryLaterChange() throws Exception {
    api.put(slice("a"));
    long version = client.get(IN_MESH).version();
    try (Watch watch = client.watch(IN_MESH + "?watch=true&resourceVersion=" + version)) {
      assertThat(api.awaitWatches(1, Duration.ofSeconds(5))).isTrue();
      api.put(slice("b"));
      api.put(slice("a").endpoint("10.0.0.9", "peat-mesh-9"));
      api.delete("mesh", "b");
      assertThat(watch.nextInShort()).isEqualTo("ADDED b");
      assertThat(watch.nextInShort()).isEqualTo("MODIFIED a");
      assertThat(watch.nextInShort()).isEqualTo("DELETED b");
    }
    assertThat(api.awaitWatches(0, Duration.ofSeconds(5))).isTrue();
  }

  private static Slice slice(String name) {
    return Slice.named(name)
        .namespace("mesh")
        .service("peat-mesh")
        .port("iroh-quic", "UDP", 11204)
        .endpoint("10.0.0.1", "peat-mesh-0");
  }
}
