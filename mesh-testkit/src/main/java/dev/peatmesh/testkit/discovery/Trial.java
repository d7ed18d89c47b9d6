package dev.peatmesh.testkit.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.peatmesh.discovery.DiscoveryEvent;
import dev.peatmesh.discovery.DiscoveryStatus;
import dev.peatmesh.discovery.PeerInfo;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** One test of the contract: its source, the strategies that look at it, and what is awaited. */
final class Trial {
  /** How often something may still come after the right set was seen. */
  private static final int QUIET_TRIES = 1_000;

  private static final AtomicInteger TRIALS = new AtomicInteger();

  /** Trials of processes side by side must not meet, should the source be a real network. */
  private final String tag = ProcessHandle.current().pid() + "-" + TRIALS.incrementAndGet();

  /** The formation of every node here. */
  final String formation = "contract-" + tag;

  /** A peer that the source shows from the beginning. */
  final String pantry = "pantry-" + tag;

  /** The other peer that the source shows from the beginning. */
  final String cellar = "cellar-" + tag;

  /** A peer that the source does not show until it is made to. */
  final String attic = "attic-" + tag;

  final DiscoverySource source;

  private final List<StrategyProbe> probes = new ArrayList<>();

  /** Opens a source. */
  interface Opener {
    DiscoverySource open(String formationId, Set<String> nodeIds) throws Exception;
  }

  private Trial(Opener opener, boolean empty) throws Exception {
    source = opener.open(formation, empty ? Set.of() : Set.of(pantry, cellar));
  }

  /** With two peers: {@link #pantry} and {@link #cellar}. */
  static Trial withPeers(Opener opener) throws Exception {
    return new Trial(opener, false);
  }

  static Trial withoutPeers(Opener opener) throws Exception {
    return new Trial(opener, true);
  }

  /** Skips the test, visibly, where the source cannot do what it needs. */
  void needs(DiscoverySource.Ability... abilities) {
    for (DiscoverySource.Ability ability : abilities) {
      assumeTrue(
          source.abilities().contains(ability),
          () -> "skipped: the source cannot " + ability + ", so this stays untested");
    }
  }

  /** A strategy that is not started. */
  StrategyProbe made() {
    RecordingContext context =
        new RecordingContext("self-" + tag + "-" + (probes.size() + 1), formation);
    StrategyProbe probe = new StrategyProbe(context, source::isShared, source::newStrategy);
    probes.add(probe);
    return probe;
  }

  /** A strategy that has found {@link #pantry} and {@link #cellar}. */
  StrategyProbe started() throws InterruptedException {
    StrategyProbe probe = made();
    probe.start();
    awaitPeers(probe, pantry, cellar);
    return probe;
  }

  /** Waits until the events add up to exactly these peers; nodes of this trial do not count. */
  void awaitPeers(StrategyProbe probe, String... nodeIds) throws InterruptedException {
    Set<String> expected = Set.of(nodeIds);
    await(
        "peers " + expected,
        () -> others(probe.context().peers().keySet()).equals(expected),
        () -> probe.context().events() + ", " + probe.status());
  }

  void awaitStatus(StrategyProbe probe, Class<? extends DiscoveryStatus> status)
      throws InterruptedException {
    await(
        "status " + status.getSimpleName(), () -> status.isInstance(probe.status()), probe::status);
  }

  /** Waits until the strategy's list is what its events add up to. */
  void awaitAgreement(StrategyProbe probe) throws InterruptedException {
    await(
        "discoveredPeers() as the events say",
        () -> agree(probe.peers(), probe.context().peers()),
        () -> "listed " + probe.peers() + ", published " + probe.context().events());
  }

  void awaitUpdate(StrategyProbe probe, String nodeId) throws InterruptedException {
    await(
        "an update of " + nodeId,
        () ->
            probe.context().events(nodeId).stream()
                .anyMatch(DiscoveryEvent.PeerUpdated.class::isInstance),
        () -> probe.context().events());
  }

  /** Waits until nothing runs any more that the strategy started. */
  void awaitNoThreads(StrategyProbe probe) throws InterruptedException {
    Duration most =
        Duration.ofNanos(Math.min(source.patience().toNanos(), StrategyProbe.STOP_MAX.toNanos()));
    boolean none = RecordingContext.await(most, () -> probe.threads().isEmpty());
    assertThat(none).as("threads left:%n%s", StrategyProbe.describe(probe.threads())).isTrue();
  }

  /** Watches for a while whether anything is published or done that must not be. */
  void nothingHappens(StrategyProbe probe) throws InterruptedException {
    List<DiscoveryEvent> before = probe.context().events();
    boolean happened =
        RecordingContext.await(
            source.quiet(), () -> probe.context().events().size() > before.size());
    assertThat(happened)
        .as("something was published: %s after %s", probe.context().events(), before)
        .isFalse();
  }

  /** Waits until nothing has been published for a while. */
  void awaitQuiet(StrategyProbe probe) throws InterruptedException {
    boolean quiet = false;
    for (int i = 0; i < QUIET_TRIES && !quiet; i++) {
      int before = probe.context().events().size();
      quiet =
          !RecordingContext.await(source.quiet(), () -> probe.context().events().size() > before);
    }
    assertThat(quiet).as("never quiet: %s", probe.context().events()).isTrue();
  }

  void noFaults(StrategyProbe probe) {
    assertThat(probe.context().faults()).isEmpty();
  }

  /** Waits for a condition. */
  void await(String what, BooleanSupplier condition, Supplier<?> instead)
      throws InterruptedException {
    boolean came = RecordingContext.await(source.patience(), condition);
    assertThat(came)
        .as("%s within %s; instead: %s", what, source.patience(), came ? "" : instead.get())
        .isTrue();
  }

  /** Stops what runs still; whether that works is a test of its own. */
  void close() throws Exception {
    for (StrategyProbe probe : probes) {
      probe.context().release();
      try {
        probe.stop();
      } catch (RuntimeException | AssertionError failure) {
        System.getLogger(Trial.class.getName())
            .log(System.Logger.Level.DEBUG, "strategy did not stop after the test", failure);
      }
    }
    source.close();
  }

  private static boolean agree(List<PeerInfo> listed, Map<String, PeerInfo> published) {
    return listed.size() == published.size()
        && listed.stream()
            .allMatch(
                peer -> {
                  PeerInfo told = published.get(peer.nodeId());
                  return told != null && RecordingContext.sameBut(peer, told);
                });
  }

  /** Strategies that advertise find one another: that is right, and not what a test looks at. */
  Set<String> others(Set<String> nodeIds) {
    Set<String> ours =
        probes.stream().map(probe -> probe.context().nodeId()).collect(Collectors.toSet());
    Set<String> others = new HashSet<>(nodeIds);
    others.removeAll(ours);
    return others;
  }
}
