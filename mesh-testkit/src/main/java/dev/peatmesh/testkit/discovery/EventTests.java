package dev.peatmesh.testkit.discovery;

import static dev.peatmesh.testkit.discovery.DiscoverySource.Ability.CHANGE;
import static dev.peatmesh.testkit.discovery.DiscoverySource.Ability.COME_AND_GO;
import static dev.peatmesh.testkit.discovery.DiscoverySource.Ability.TELL_FORMATIONS;
import static dev.peatmesh.testkit.discovery.DiscoverySource.Ability.TELL_SELF;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peatmesh.discovery.DiscoveryEvent;
import dev.peatmesh.discovery.PeerInfo;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The tests of the contract about what is published and listed. */
abstract class EventTests extends LifeTests {
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

    // On the way there are moments with that very set: only the last one stays.
    trial.awaitPeers(probe, trial.pantry);
    trial.awaitQuiet(probe);
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
}
