package dev.peatmesh.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class NetworkRulesTest {
  @Test
  void changesOneRuleAndKeepsTheOthers() {
    NetworkRules rules =
        NetworkRules.LAN
            .withLoss(0.3)
            .withLatency(Duration.ofMillis(20))
            .withJitter(Duration.ofMillis(5))
            .withDuplicate(0.1)
            .withReorder(0.2);

    assertThat(rules)
        .isEqualTo(new NetworkRules(0.3, Duration.ofMillis(20), Duration.ofMillis(5), 0.1, 0.2));
  }

  @Test
  void refusesWhatIsNoShare() {
    assertThatThrownBy(() -> NetworkRules.LAN.withLoss(30))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("loss(30.0): is not a share. Give a number from 0 to 1.");
    assertThatThrownBy(() -> NetworkRules.LAN.withReorder(Double.NaN))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void refusesDelaysOutOfRange() {
    assertThatThrownBy(() -> NetworkRules.LAN.withLatency(Duration.ofNanos(-1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("latency(PT-0.000000001S): is out of range. Give 0 to PT1M.");
    assertThatThrownBy(() -> NetworkRules.LAN.withJitter(Duration.ofSeconds(61)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
