package dev.peatmesh.testkit.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peatmesh.discovery.DiscoveryStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The tests of the contract about start, stop and what is between them. */
abstract class LifeTests extends TrialPerTest {
  static final int RESTARTS = 5;

  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,31}");

  @Test
  void nameIsValidAndConstant() throws Exception {
    Trial trial = open();
    StrategyProbe probe = trial.made();
    String name = probe.name();
    List<String> later = new ArrayList<>(List.of(trial.made().name()));
    probe.start();
    later.add(probe.name());
    probe.stop();
    later.add(probe.name());

    assertThat(name).matches(NAME);
    assertThat(later).containsOnly(name);
  }

  @Test
  void beforeStartItIsStoppedEmptyAndWithoutThreads() throws Exception {
    Trial trial = open();
    StrategyProbe probe = trial.made();

    assertThat(probe.status()).isEqualTo(new DiscoveryStatus.Stopped());
    assertThat(probe.peers()).isEmpty();
    trial.nothingHappens(probe);
    trial.awaitNoThreads(probe);
  }

  @Test
  void stopBeforeStartIsHarmless() throws Exception {
    Trial trial = open();
    StrategyProbe probe = trial.made();
    probe.stop();
    probe.stop();
    assertThat(probe.status()).isEqualTo(new DiscoveryStatus.Stopped());

    probe.start();

    trial.awaitPeers(probe, trial.pantry, trial.cellar);
  }

  @Test
  void secondStartIsRefusedAndChangesNothing() throws Exception {
    Trial trial = open();
    StrategyProbe probe = trial.started();

    assertThatThrownBy(probe::start)
        .isInstanceOf(IllegalStateException.class)
        .message()
        .isNotBlank();
    trial.nothingHappens(probe);
    trial.awaitAgreement(probe);
    assertThat(probe.status()).isNotEqualTo(new DiscoveryStatus.Stopped());
  }

  @Test
  void stopIsIdempotent() throws Exception {
    Trial trial = open();
    StrategyProbe probe = trial.started();
    probe.stop();
    probe.stop();
    probe.stop();

    assertThat(probe.status()).isEqualTo(new DiscoveryStatus.Stopped());
    trial.noFaults(probe);
  }

  @Test
  void afterStopItIsStoppedAndEmpty() throws Exception {
    Trial trial = open();
    StrategyProbe probe = trial.started();
    probe.stop();

    assertThat(probe.status()).isEqualTo(new DiscoveryStatus.Stopped());
    assertThat(probe.peers()).isEmpty();
  }

  @Test
  void startsAgainAfterStopAndFindsAllAnew() throws Exception {
    Trial trial = open();
    StrategyProbe probe = trial.started();
    probe.stop();
    int before = probe.context().events().size();

    probe.start();

    trial.awaitPeers(probe, trial.pantry, trial.cellar);
    assertThat(probe.context().events().size()).isGreaterThan(before);
    trial.awaitAgreement(probe);
    trial.noFaults(probe);
  }

  @Test
  void quickRestartsLeaveNothingBehind() throws Exception {
    Trial trial = open();
    StrategyProbe probe = trial.made();
    for (int i = 0; i < RESTARTS; i++) {
      probe.start();
      probe.stop();
    }

    trial.awaitNoThreads(probe);
    trial.noFaults(probe);
    probe.start();
    trial.awaitPeers(probe, trial.pantry, trial.cellar);
  }

  @Test
  void stopLeavesNoThreadBehind() throws Exception {
    Trial trial = open();
    StrategyProbe probe = trial.started();
    probe.stop();

    trial.awaitNoThreads(probe);
  }
}
