package dev.peatmesh.testkit.discovery;

import static dev.peatmesh.testkit.discovery.DiscoverySource.Ability.COME_AND_GO;

import dev.peatmesh.discovery.PeerInfo;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;

/** One trial per test, ended after it. */
abstract class TrialPerTest {
  private @Nullable Trial trial;

  /** Opens what the strategies of one test look at. */
  protected abstract DiscoverySource openSource(String formationId, Set<String> nodeIds)
      throws Exception;

  /** A source with two peers; skips the test when it cannot do what is needed. */
  final Trial open(DiscoverySource.Ability... needed) throws Exception {
    Trial opened = Trial.withPeers(this::openSource);
    trial = opened;
    opened.needs(needed);
    return opened;
  }

  /** A source without peers. */
  final Trial openEmpty() throws Exception {
    Trial probing = open(COME_AND_GO);
    probing.close();
    Trial opened = Trial.withoutPeers(this::openSource);
    trial = opened;
    return opened;
  }

  static List<String> ids(StrategyProbe probe) {
    return probe.peers().stream().map(PeerInfo::nodeId).toList();
  }

  @AfterEach
  void closeTrial() throws Exception {
    if (trial != null) {
      trial.close();
    }
  }
}
