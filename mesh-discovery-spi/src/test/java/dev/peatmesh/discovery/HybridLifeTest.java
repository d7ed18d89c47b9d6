package dev.peatmesh.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Start, stop and restart of a hybrid, on virtual time. */
class HybridLifeTest {
  private static final Duration GRACE = HybridSettings.DEFAULT.grace();

  private final VirtualDriver driver = new VirtualDriver();
  private final Mirror mirror = new Mirror();
  private final ScriptedStrategy k8s = new ScriptedStrategy("k8s");
  private final ScriptedStrategy dns = new ScriptedStrategy("dns");

  @Test
  void stopLosesNobodyAndRestartFindsAnew() {
    HybridDiscovery hybrid = started(k8s, dns);
    k8s.finds("n1", "10.0.0.1");
    dns.finds("n2", "10.0.0.2");
    dns.loses("n2");
    hybrid.stop();
    hybrid.stop();
    driver.advance(GRACE);

    assertThat(mirror.heard).doesNotContain("lost n1", "lost n2");
    assertThat(hybrid.discoveredPeers()).isEmpty();
    assertThat(hybrid.status()).isEqualTo(new DiscoveryStatus.Stopped());
    assertThat(hybrid.statuses().values()).containsOnly(new DiscoveryStatus.Stopped());

    mirror.peers.clear();
    mirror.heard.clear();
    hybrid.start(mirror);
    k8s.finds("n1", "10.0.0.1");
    assertThat(mirror.heard).containsExactly("found n1 [k8s]");
    assertThat(k8s.calls).containsExactly("start", "stop", "start");
  }

  @Test
  void stopThatThrowsKeepsNobodyFromStopping() {
    k8s.onStop =
        () -> {
          throw new IllegalStateException("no");
        };
    HybridDiscovery hybrid = started(k8s, dns);
    hybrid.stop();

    assertThat(dns.calls).containsExactly("start", "stop");
    hybrid.start(mirror);
    assertThat(hybrid.status()).isEqualTo(new DiscoveryStatus.Ok());
  }

  @Test
  void stopDuringASlowStartStopsWhenTheStartIsOver() {
    HybridDiscovery hybrid =
        new HybridDiscovery(HybridSettings.DEFAULT, List.of(k8s), c -> driver.opened());
    k8s.onStart = context -> hybrid.stop();
    hybrid.start(mirror);

    assertThat(k8s.calls).containsExactly("start", "stop");
    assertThat(hybrid.status()).isEqualTo(new DiscoveryStatus.Stopped());
  }

  @Test
  void restartWhileAStopHangsStartsWhenTheStopIsOver() {
    HybridDiscovery hybrid = started(k8s, dns);
    driver.hold("k8s");
    hybrid.stop();
    hybrid.start(mirror);
    assertThat(dns.calls).containsExactly("start", "stop", "start");
    assertThat(k8s.calls).containsExactly("start");

    driver.release("k8s");
    assertThat(k8s.calls).containsExactly("start", "stop", "start");
    k8s.finds("n1", "10.0.0.1");
    assertThat(mirror.heard).containsExactly("found n1 [k8s]");
  }

  @Test
  void startedTwiceIsAnError() {
    HybridDiscovery hybrid = started();

    assertThatThrownBy(() -> hybrid.start(mirror))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("discovery(\"hybrid\"): is started already. Stop it first.");
    assertThat(hybrid.status()).as("nobody to look for: well").isEqualTo(new DiscoveryStatus.Ok());
  }

  private HybridDiscovery started(DiscoveryStrategy... strategies) {
    HybridDiscovery hybrid =
        new HybridDiscovery(HybridSettings.DEFAULT, List.of(strategies), c -> driver.opened());
    hybrid.start(mirror);
    return hybrid;
  }
}
