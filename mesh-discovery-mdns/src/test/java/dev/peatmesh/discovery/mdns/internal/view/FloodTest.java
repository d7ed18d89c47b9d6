package dev.peatmesh.discovery.mdns.internal.view;

import static dev.peatmesh.discovery.mdns.internal.view.Bench.ETH0;
import static org.assertj.core.api.Assertions.assertThat;

import dev.peatmesh.discovery.PeerInfo;
import dev.peatmesh.discovery.mdns.internal.wire.MessageBytes;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Whoever shouts fills nobody's memory. */
class FloodTest {
  private final Bench bench = Bench.withEth0();

  @Test
  void keepsThePeersItHasWhenTooManyCome() {
    bench.show(ETH0, "kitchen", "10.0.0.7");
    for (int i = 0; i < 3 * Sightings.PEERS_MAX; i++) {
      hear("liar-" + i, "liar-" + i);
    }

    assertThat(bench.view.peers()).hasSize(Sightings.PEERS_MAX);
    assertThat(bench.view.peers().get(0).nodeId()).isEqualTo("kitchen");
    assertThat(bench.cause()).startsWith("more than 1024 nodes announce themselves");
    bench.pass(Bench.EXPIRY);
    assertThat(bench.view.peers()).extracting(PeerInfo::nodeId).containsExactly("kitchen");
    assertThat(bench.cause()).isEmpty();
  }

  @Test
  void oneNodeIdWithThousandsOfInstancesIsOnePeerWithFewAddresses() {
    for (int i = 0; i < 5_000; i++) {
      bench.hear(
          ETH0,
          MessageBytes.node(
              "i" + i,
              "h" + i,
              1,
              "10.1." + i / 250 + "." + (1 + i % 250),
              120,
              "node_id=kitchen",
              "formation_id=alpha"));
    }

    assertThat(bench.view.peers()).hasSize(1);
    assertThat(bench.view.peers().get(0).addresses())
        .hasSizeLessThanOrEqualTo(PeerInfo.ADDRESSES_MAX);
  }

  @Test
  void instancesOfWhichTheRestNeverComesAreAskedForAFewTimesOnly() {
    for (int i = 0; i < 10_000; i++) {
      bench.hear(
          ETH0,
          MessageBytes.response()
              .ptr(Announcement.SERVICE, 120, Announcement.SERVICE.child("ghost-" + i)));
    }
    bench.asks.clear();
    bench.pass(Duration.ofMinutes(5));

    assertThat(bench.asks)
        .as("256 instances, eight to a question, three times, and the calls")
        .hasSizeLessThan(3 * 256 / 8 + 25);
    assertThat(bench.told()).isEmpty();
  }

  @Test
  void largestTextIsTakenOrLeftWhole() {
    String[] texts = new String[30];
    for (int i = 0; i < texts.length; i++) {
      texts[i] = "k" + i + "=" + "v".repeat(250);
    }
    texts[0] = "node_id=kitchen";
    texts[1] = "formation_id=alpha";
    texts[2] = "evil=a\u0000b";
    bench.hear(ETH0, MessageBytes.node("k", "h", 1, "10.0.0.7", 120, texts));

    assertThat(bench.view.peers().get(0).metadata()).hasSize(27).doesNotContainKey("evil");
  }

  private void hear(String label, String nodeId) {
    bench.hear(
        ETH0,
        MessageBytes.node(
            label, "h", 1, "10.0.0.9", 120, "node_id=" + nodeId, "formation_id=alpha"));
  }
}
