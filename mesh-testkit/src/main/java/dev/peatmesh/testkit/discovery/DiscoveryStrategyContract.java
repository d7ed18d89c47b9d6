package dev.peatmesh.testkit.discovery;

import static dev.peatmesh.testkit.discovery.DiscoverySource.Ability.CHANGE;
import static dev.peatmesh.testkit.discovery.DiscoverySource.Ability.COME_AND_GO;
import static dev.peatmesh.testkit.discovery.DiscoverySource.Ability.FAIL;
import static dev.peatmesh.testkit.discovery.DiscoverySource.Ability.TELL_FORMATIONS;
import static dev.peatmesh.testkit.discovery.DiscoverySource.Ability.TELL_SELF;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peatmesh.discovery.DiscoveryEvent;
import dev.peatmesh.discovery.DiscoveryStatus;
import dev.peatmesh.discovery.PeerInfo;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
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
public abstract class DiscoveryStrategyContract {
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,31}");
  private static final int CALLERS = 8;
  private static final int RESTARTS = 5;

  private @Nullable Trial trial;

  /**
   * A source that shows exactly these peers, in that formation. Called once per test, before a
   * strategy is made; the ids are empty only where the source has {@link
   * DiscoverySource.Ability#COME_AND_GO}.
   */
  protected abstract DiscoverySource openSource(String formationId, Set<String> nodeIds)
      throws Exception;

  // Name

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

  // Life

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

  // Events

  @Test
  void findsTheInitialPeersOnceEachWithAnAddress() throws Exception {
    Trial trial = open();
    StrategyProbe probe = trial.started();
    trial.await(
        "an address of each peer",
        () -> probe.context().peers().values().stream().noneMatch(p -> p.addresses().isEmpty()),
        () -> probe.context().events());
    trial.nothingHappens(probe);

    for (String peer : List.of(trial.pantry, trial.cellar)) {
      assertThat(probe.context().events(peer)).first().isInstanceOf(DiscoveryEvent.PeerFound.class);
    }
    trial.noFaults(probe);
  }

  @Test
  void publishesNothingTwice() throws Exception {
    Trial trial = open();
    StrategyProbe probe = trial.started();
    if (trial.source.abilities().contains(COME_AND_GO)) {
      // Whoever looks at everything anew for one change is tempted to tell everything anew.
      trial.source.appear(trial.attic);
      trial.awaitPeers(probe, trial.pantry, trial.cellar, trial.attic);
    }
    trial.nothingHappens(probe);

    trial.noFaults(probe);
  }

  @Test
  void stopLosesNoPeer() throws Exception {
    Trial trial = open();
    StrategyProbe probe = trial.started();
    probe.stop();

    assertThat(probe.context().events()).noneMatch(DiscoveryEvent.PeerLost.class::isInstance);
  }

  @Test
  void publishesNothingAfterStop() throws Exception {
    Trial trial = open();
    StrategyProbe probe = trial.started();
    probe.stop();
    if (trial.source.abilities().contains(COME_AND_GO)) {
      trial.source.appear(trial.attic);
      trial.source.vanish(trial.pantry);
    }
    trial.nothingHappens(probe);

    trial.noFaults(probe);
    assertThat(probe.peers()).isEmpty();
  }

  @Test
  void newPeerIsFound() throws Exception {
    Trial trial = open(COME_AND_GO);
    StrategyProbe probe = trial.started();
    trial.source.appear(trial.attic);

    trial.awaitPeers(probe, trial.pantry, trial.cellar, trial.attic);
    trial.noFaults(probe);
  }

  @Test
  void firstPeerIsFoundWhereThereWasNone() throws Exception {
    Trial trial = openEmpty();
    StrategyProbe probe = trial.made();
    probe.start();
    trial.nothingHappens(probe);
    trial.source.appear(trial.attic);

    trial.awaitPeers(probe, trial.attic);
    trial.awaitAgreement(probe);
  }

  @Test
  void changedPeerIsUpdated() throws Exception {
    Trial trial = open(CHANGE);
    StrategyProbe probe = trial.started();
    trial.source.change(trial.pantry);

    trial.awaitUpdate(probe, trial.pantry);
    trial.awaitAgreement(probe);
    trial.noFaults(probe);
  }

  @Test
  void vanishedPeerIsLost() throws Exception {
    Trial trial = open(COME_AND_GO);
    StrategyProbe probe = trial.started();
    trial.source.vanish(trial.pantry);

    trial.awaitPeers(probe, trial.cellar);
    trial.awaitAgreement(probe);
    trial.noFaults(probe);
  }

  @Test
  void lostPeerIsFoundAgain() throws Exception {
    Trial trial = open(COME_AND_GO);
    StrategyProbe probe = trial.started();
    trial.source.vanish(trial.pantry);
    trial.awaitPeers(probe, trial.cellar);
    trial.source.appear(trial.pantry);
    trial.awaitPeers(probe, trial.cellar, trial.pantry);

    trial.awaitAgreement(probe);
    trial.noFaults(probe);
  }

  @Test
  void changesInQuickSuccessionEndInTheRightSet() throws Exception {
    Trial trial = open(COME_AND_GO, CHANGE);
    StrategyProbe probe = trial.started();
    for (int i = 0; i < RESTARTS; i++) {
      trial.source.appear(trial.attic);
      trial.source.change(trial.attic);
      trial.source.vanish(trial.cellar);
      trial.source.change(trial.pantry);
      trial.source.appear(trial.cellar);
      trial.source.vanish(trial.attic);
    }
    trial.source.vanish(trial.cellar);

    trial.awaitPeers(probe, trial.pantry);
    trial.nothingHappens(probe);
    trial.awaitPeers(probe, trial.pantry);
    trial.awaitAgreement(probe);
    trial.noFaults(probe);
  }

  @Test
  void timesComeFromTheClockOfTheContext() throws Exception {
    Trial trial = open();
    StrategyProbe probe = trial.started();
    List<PeerInfo> listed = probe.peers();
    Instant now = probe.context().clock().instant();

    assertThat(listed)
        .isNotEmpty()
        .allMatch(peer -> peer.lastSeen().isAfter(RecordingContext.EPOCH))
        .allMatch(peer -> peer.lastSeen().isBefore(now));
  }

  @Test
  void leavesOtherFormationsAlone() throws Exception {
    Trial trial = open(TELL_FORMATIONS);
    StrategyProbe probe = trial.made();
    trial.source.appearElsewhere(trial.attic, trial.formation + "-other");
    probe.start();
    trial.awaitPeers(probe, trial.pantry, trial.cellar);

    trial.nothingHappens(probe);
    trial.awaitPeers(probe, trial.pantry, trial.cellar);
  }

  @Test
  void leavesItselfOut() throws Exception {
    Trial trial = open(TELL_SELF, COME_AND_GO);
    StrategyProbe probe = trial.made();
    trial.source.appear(probe.context().nodeId());
    probe.start();
    trial.awaitPeers(probe, trial.pantry, trial.cellar);
    trial.nothingHappens(probe);

    assertThat(probe.context().events(probe.context().nodeId())).isEmpty();
    assertThat(probe.peers())
        .extracting(PeerInfo::nodeId)
        .containsExactlyInAnyOrder(trial.pantry, trial.cellar);
  }

  // The list

  @Test
  void discoveredPeersAreWhatTheEventsAddUpTo() throws Exception {
    Trial trial = open();
    StrategyProbe probe = trial.started();
    trial.awaitAgreement(probe);
    if (trial.source.abilities().contains(COME_AND_GO)) {
      trial.source.appear(trial.attic);
      trial.awaitPeers(probe, trial.pantry, trial.cellar, trial.attic);
      trial.awaitAgreement(probe);
      trial.source.vanish(trial.pantry);
      trial.awaitPeers(probe, trial.cellar, trial.attic);
      trial.awaitAgreement(probe);
    }

    assertThat(probe.peers()).extracting(PeerInfo::nodeId).doesNotHaveDuplicates();
  }

  @Test
  void discoveredPeersAreImmutable() throws Exception {
    Trial trial = open();
    StrategyProbe probe = trial.started();
    List<PeerInfo> listed = probe.peers();
    List<PeerInfo> copy = List.copyOf(listed);

    assertThatThrownBy(() -> listed.remove(0)).isInstanceOf(UnsupportedOperationException.class);
    if (trial.source.abilities().contains(COME_AND_GO)) {
      trial.source.vanish(trial.pantry);
      trial.awaitPeers(probe, trial.cellar);
    }
    probe.stop();
    assertThat(listed).isEqualTo(copy);
  }

  @Test
  void discoveredPeersKeepTheirOrder() throws Exception {
    Trial trial = open();
    StrategyProbe probe = trial.started();
    trial.awaitAgreement(probe);

    assertThat(List.of(ids(probe), ids(probe), ids(probe))).containsOnly(ids(probe));
  }

  // Status

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

  // Callers and subscribers

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

  @AfterEach
  void closeTrial() throws Exception {
    if (trial != null) {
      trial.close();
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

  private static List<String> ids(StrategyProbe probe) {
    return probe.peers().stream().map(PeerInfo::nodeId).toList();
  }

  private Trial open(DiscoverySource.Ability... needed) throws Exception {
    Trial opened = Trial.withPeers(this::openSource);
    trial = opened;
    opened.needs(needed);
    return opened;
  }

  private Trial openEmpty() throws Exception {
    Trial probing = open(COME_AND_GO);
    probing.close();
    Trial opened = Trial.withoutPeers(this::openSource);
    trial = opened;
    return opened;
  }
}
