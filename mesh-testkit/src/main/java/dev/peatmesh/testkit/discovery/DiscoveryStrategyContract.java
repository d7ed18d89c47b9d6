package dev.peatmesh.testkit.discovery;

import static dev.peatmesh.testkit.discovery.DiscoverySource.Ability.COME_AND_GO;
import static dev.peatmesh.testkit.discovery.DiscoverySource.Ability.FAIL;
import static org.assertj.core.api.Assertions.assertThat;

import dev.peatmesh.discovery.DiscoveryStatus;
import dev.peatmesh.discovery.PeerInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What every {@link dev.peatmesh.discovery.DiscoveryStrategy} keeps to, as JUnit 5 tests. Extend
 * it, hand over a {@link DiscoverySource}, and the tests run; those that the source cannot serve
 * are skipped and say so.
 *
 * <p>Nothing here sleeps: what must come is awaited for {@link DiscoverySource#patience}, what must
 * not come is watched for during {@link DiscoverySource#quiet}.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
public abstract class DiscoveryStrategyContract extends EventTests {
  private static final int CALLERS = 8;

  /**
   * A source that shows exactly these peers, in that formation. Called once per test, before a
   * strategy is made; the ids are empty only where the source has {@link
   * DiscoverySource.Ability#COME_AND_GO}.
   */
  @Override
  protected abstract DiscoverySource openSource(String formationId, Set<String> nodeIds)
      throws Exception;

  @Test
  void statusIsOkWhenTheSourceAnswers() throws Exception {
    Trial trial = open();
    StrategyProbe probe = trial.started();

    trial.awaitStatus(probe, DiscoveryStatus.Ok.class);
  }

  @Test
  void startsWhileTheSourceIsAwayAndFindsPeersWhenItIsBack() throws Exception {
    Trial trial = open(FAIL);
    StrategyProbe probe = trial.made();
    trial.source.fail();
    probe.start();
    trial.awaitStatus(probe, DiscoveryStatus.Degraded.class);
    assertThat(probe.peers()).isEmpty();
    trial.source.heal();

    trial.awaitPeers(probe, trial.pantry, trial.cellar);
    trial.awaitStatus(probe, DiscoveryStatus.Ok.class);
  }

  @Test
  void keepsPeersWhileTheSourceIsAway() throws Exception {
    Trial trial = open(FAIL);
    StrategyProbe probe = trial.started();
    trial.source.fail();
    trial.awaitStatus(probe, DiscoveryStatus.Degraded.class);
    trial.nothingHappens(probe);
    trial.awaitAgreement(probe);
    trial.awaitPeers(probe, trial.pantry, trial.cellar);
    trial.source.heal();
    trial.awaitStatus(probe, DiscoveryStatus.Ok.class);

    trial.nothingHappens(probe);
    trial.noFaults(probe);
  }

  @Test
  void seesAfterwardsWhatChangedWhileTheSourceWasAway() throws Exception {
    Trial trial = open(FAIL, COME_AND_GO);
    StrategyProbe probe = trial.started();
    trial.source.fail();
    trial.awaitStatus(probe, DiscoveryStatus.Degraded.class);
    trial.source.appear(trial.attic);
    trial.source.vanish(trial.pantry);
    trial.source.heal();

    trial.awaitPeers(probe, trial.cellar, trial.attic);
    trial.awaitAgreement(probe);
    trial.noFaults(probe);
  }

  @Test
  void saysWhatIsWrongAndWhatToDoWithoutSecrets() throws Exception {
    Trial trial = open(FAIL);
    StrategyProbe probe = trial.made();
    trial.source.fail();
    probe.start();
    trial.awaitStatus(probe, DiscoveryStatus.Degraded.class);
    DiscoveryStatus.Degraded degraded = (DiscoveryStatus.Degraded) probe.status();

    assertThat(degraded.cause()).as("one sentence").doesNotContain("\n").hasSizeLessThan(1000);
    assertThat(degraded.remedy()).isNotEqualTo(degraded.cause()).hasSizeLessThan(4000);
    for (String secret : trial.source.secrets()) {
      assertThat(List.of(degraded.toString(), probe.strategy().toString()))
          .noneMatch(text -> text.contains(secret));
    }
  }

  @Test
  void stopsInTimeWhileTheSourceIsAway() throws Exception {
    Trial trial = open(FAIL);
    StrategyProbe probe = trial.started();
    trial.source.fail();
    trial.awaitStatus(probe, DiscoveryStatus.Degraded.class);
    probe.stop();

    assertThat(probe.status()).isEqualTo(new DiscoveryStatus.Stopped());
    trial.awaitNoThreads(probe);
  }

  @Test
  void slowContextHoldsUpNoAnswer() throws Exception {
    Trial trial = open();
    StrategyProbe probe = trial.made();
    probe.context().hold();
    FutureTask<?> starting = probe.beginStart();
    trial.await("an event", () -> probe.context().waiting() > 0, probe::status);

    // Each has a deadline of its own.
    assertThat(probe.status()).isNotEqualTo(new DiscoveryStatus.Stopped());
    assertThat(probe.peers()).doesNotHaveDuplicates();
    probe.context().release();
    starting.get(StrategyProbe.START_MAX.toSeconds(), TimeUnit.SECONDS);
    trial.awaitPeers(probe, trial.pantry, trial.cellar);
  }

  @Test
  void slowContextDoesNotHoldUpStop() throws Exception {
    Trial trial = open(COME_AND_GO);
    StrategyProbe probe = trial.started();
    probe.context().hold();
    trial.source.appear(trial.attic);
    trial.await("an event", () -> probe.context().waiting() > 0, probe::status);
    probe.stop();
    probe.context().release();

    assertThat(probe.status()).isEqualTo(new DiscoveryStatus.Stopped());
    trial.awaitNoThreads(probe);
    trial.noFaults(probe);
  }

  @Test
  void severalSideBySideDoNotDisturbEachOther() throws Exception {
    Trial trial = open();
    StrategyProbe first = trial.started();
    StrategyProbe second = trial.started();
    StrategyProbe third = trial.started();
    second.stop();
    if (trial.source.abilities().contains(COME_AND_GO)) {
      trial.source.appear(trial.attic);
      trial.awaitPeers(first, trial.pantry, trial.cellar, trial.attic);
      trial.awaitPeers(third, trial.pantry, trial.cellar, trial.attic);
    }

    assertThat(second.peers()).isEmpty();
    for (StrategyProbe other : List.of(first, third)) {
      assertThat(other.status()).isNotEqualTo(new DiscoveryStatus.Stopped());
      assertThat(trial.others(Set.copyOf(ids(other)))).contains(trial.pantry, trial.cellar);
    }
    List.of(first, second, third).forEach(trial::noFaults);
  }

  @Test
  void answersManyThreadsAtOnce() throws Exception {
    Trial trial = open();
    StrategyProbe probe = trial.made();
    AtomicBoolean done = new AtomicBoolean();
    ExecutorService callers = Executors.newFixedThreadPool(CALLERS);
    try {
      List<Future<?>> asking = new ArrayList<>();
      for (int i = 0; i < CALLERS; i++) {
        asking.add(callers.submit(() -> askUntil(done, probe)));
      }
      for (int i = 0; i < RESTARTS; i++) {
        probe.start();
        trial.awaitPeers(probe, trial.pantry, trial.cellar);
        probe.stop();
      }
      done.set(true);
      for (Future<?> asked : asking) {
        asked.get(trial.source.patience().toSeconds(), TimeUnit.SECONDS);
      }
      trial.noFaults(probe);
    } finally {
      done.set(true);
      callers.shutdownNow();
    }
  }

  private static void askUntil(AtomicBoolean done, StrategyProbe probe) {
    while (!done.get()) {
      assertThat(probe.strategy().name()).isNotBlank();
      assertThat(probe.strategy().status()).isNotNull();
      assertThat(probe.strategy().discoveredPeers())
          .extracting(PeerInfo::nodeId)
          .doesNotHaveDuplicates();
    }
  }
}
