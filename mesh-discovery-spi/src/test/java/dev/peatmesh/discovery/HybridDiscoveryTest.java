package dev.peatmesh.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * What a hybrid tells and does, on virtual time. Ids mean one peer when all but the first is equal.
 */
class HybridDiscoveryTest {
  private static final Duration GRACE = HybridSettings.DEFAULT.grace();

  private final VirtualDriver driver = new VirtualDriver();
  private final Mirror mirror = new Mirror();
  private final ScriptedStrategy k8s = new ScriptedStrategy("k8s");
  private final ScriptedStrategy dns = new ScriptedStrategy("dns");

  // One peer.

  @Test
  void peerThatTwoStrategiesShowIsOneEntryUnderItsFirstId() {
    HybridDiscovery hybrid = started(k8s, dns);

    dns.finds("n1", "dns.host");
    k8s.finds("x1", "10.0.0.1");
    k8s.finds("n2", "10.0.0.2");

    assertThat(mirror.heard)
        .containsExactly("found n1 [dns]", "updated n1 [dns, k8s]", "found n2 [k8s]");
    assertThat(hybrid.discoveredPeers()).isEqualTo(mirror.told());
    assertThat(mirror.peers.get("n1").addresses())
        .as("the order of the strategies, not of the events")
        .containsExactly(new PeerAddress("10.0.0.1", 1), new PeerAddress("dns.host", 1));
  }

  @Test
  void provenanceSaysWhatEachStrategySays() {
    HybridDiscovery hybrid = started(k8s, dns);
    dns.finds("n1", "dns.host");
    dns.finds("x1", "other.host");
    k8s.finds("n1", "10.0.0.1");

    assertThat(hybrid.provenance("x1"))
        .isEqualTo(
            Map.of(
                "k8s", List.of(ScriptedStrategy.peer("n1", "10.0.0.1")),
                "dns",
                    List.of(
                        ScriptedStrategy.peer("n1", "dns.host"),
                        ScriptedStrategy.peer("x1", "other.host"))));
    assertThat(hybrid.provenance("n1").keySet()).containsExactly("k8s", "dns");
    assertThat(hybrid.provenance("n9")).isEmpty();
  }

  @Test
  void relayAndMetadataAreThoseOfTheFirstStrategyThatHasASay() {
    started(k8s, dns);

    dns.publish(found(new PeerInfo("n1", List.of(), "dns-relay", Mirror.NOW, Map.of("a", "dns"))));
    k8s.publish(
        found(new PeerInfo("n1", List.of(), null, Mirror.NOW, Map.of("a", "k8s", "b", "k8s"))));

    assertThat(mirror.peers.get("n1").relayUrl()).isEqualTo("dns-relay");
    assertThat(mirror.peers.get("n1").metadata()).isEqualTo(Map.of("a", "k8s", "b", "k8s"));

    k8s.loses("n1");
    assertThat(mirror.peers.get("n1").metadata()).isEqualTo(Map.of("a", "dns"));
  }

  @Test
  void addressesAreSharedFairlyUpToTheBound() {
    started(k8s, dns);

    k8s.finds("n1", hosts("a", 32));
    dns.finds("n1", hosts("b", 2));

    assertThat(mirror.peers.get("n1").addresses())
        .hasSize(PeerInfo.ADDRESSES_MAX)
        .startsWith(
            new PeerAddress("a0", 1),
            new PeerAddress("b0", 1),
            new PeerAddress("a1", 1),
            new PeerAddress("b1", 1),
            new PeerAddress("a2", 1));
  }

  @Test
  void whatChangesNothingIsNotTold() {
    started(k8s, dns);
    k8s.finds("n1", "10.0.0.1");

    k8s.publish(
        new DiscoveryEvent.PeerUpdated(
            PeerInfo.of(
                "n1", List.of(new PeerAddress("10.0.0.1", 1)), Mirror.NOW.plusSeconds(60))));
    k8s.finds("n1", "10.0.0.1");

    assertThat(mirror.heard).containsExactly("found n1 [k8s]");
  }

  // The grace.

  @Test
  void peerIsLostWhenItsLastStrategyHasLostItForTheGrace() {
    HybridDiscovery hybrid = started(k8s, dns);
    k8s.finds("n1", "10.0.0.1");
    dns.finds("n1", "dns.host");

    k8s.loses("n1");
    driver.advance(GRACE.multipliedBy(3));
    dns.loses("n1");
    driver.advance(GRACE.minusNanos(1));

    assertThat(mirror.heard).endsWith("updated n1 [dns]", "updated n1 []");
    assertThat(mirror.peers.get("n1").addresses())
        .as("where it was last")
        .containsExactly(new PeerAddress("dns.host", 1));
    assertThat(hybrid.provenance("n1")).isEmpty();

    driver.advance(Duration.ofNanos(1));
    assertThat(mirror.heard).endsWith("lost n1");
    assertThat(hybrid.discoveredPeers()).isEmpty();
  }

  @Test
  void peerThatComesBackInTimeWasNeverLost() {
    started(k8s, dns);
    k8s.finds("n1", "10.0.0.1");
    k8s.loses("n1");
    driver.advance(GRACE.minusNanos(1));

    dns.finds("x1", "10.0.0.9");
    driver.advance(GRACE.multipliedBy(10));

    assertThat(mirror.heard).containsExactly("found n1 [k8s]", "updated n1 []", "updated n1 [dns]");
    assertThat(mirror.peers.get("n1").addresses()).containsExactly(new PeerAddress("10.0.0.9", 1));
  }

  @Test
  void peerThatComesBackTooLateIsFoundAnew() {
    started(k8s);
    k8s.finds("n1", "10.0.0.1");
    k8s.loses("n1");
    driver.advance(GRACE);
    k8s.finds("x1", "10.0.0.1");

    assertThat(mirror.heard).endsWith("lost n1", "found x1 [k8s]");
  }

  @Test
  void noGraceLosesAtOnce() {
    started(HybridSettings.DEFAULT.withGrace(Duration.ZERO), k8s);
    k8s.finds("n1", "10.0.0.1");
    k8s.loses("n1");

    assertThat(mirror.heard).containsExactly("found n1 [k8s]", "lost n1");
  }

  // Bounds.

  @Test
  void peersBeyondTheBoundAreDroppedCountedAndShown() {
    HybridDiscovery hybrid = started(HybridSettings.DEFAULT.withPeersMax(2), k8s, dns);
    IntStream.range(0, 5).forEach(i -> k8s.finds("n" + i, "10.0.0." + i));

    assertThat(hybrid.discoveredPeers()).hasSize(2);
    assertThat(hybrid.statuses())
        .containsEntry(
            "k8s",
            new DiscoveryStatus.Degraded(
                "3 of the peers it found have no place; 2 are the most",
                "Narrow what it selects, or raise peersMax."))
        .containsEntry("dns", new DiscoveryStatus.Ok());

    IntStream.range(2, 5).forEach(i -> k8s.loses("n" + i));
    assertThat(hybrid.status()).isEqualTo(new DiscoveryStatus.Ok());
  }

  @Test
  void peerInItsGraceGivesWayToANewOne() {
    started(HybridSettings.DEFAULT.withPeersMax(2), k8s);
    k8s.finds("n1", "10.0.0.1");
    k8s.finds("n2", "10.0.0.2");
    k8s.loses("n1");
    k8s.finds("n3", "10.0.0.3");

    assertThat(mirror.heard).endsWith("lost n1", "found n3 [k8s]");
  }

  @Test
  void slowSubscriberGetsTheLatestOfEachPeer() {
    HybridDiscovery hybrid = started(k8s, dns);
    k8s.finds("n1", "10.0.0.1");
    driver.pause(true);
    k8s.finds("n2", "10.0.0.2");
    for (int i = 0; i < 1_000; i++) {
      k8s.updates("n1", "10.0.1." + i % 250);
      dns.finds("n3", "10.0.0.3");
      dns.loses("n3");
    }
    driver.pause(false);

    assertThat(mirror.heard)
        .containsExactly("found n1 [k8s]", "found n2 [k8s]", "updated n1 [k8s]", "found n3 []");
    assertThat(hybrid.discoveredPeers()).containsExactlyInAnyOrderElementsOf(mirror.told());
  }

  // Strategies that do wrong.

  @Test
  void eventsInTheWrongOrderAreMadeGood() {
    started(k8s);
    k8s.loses("n1");
    k8s.updates("n1", "10.0.0.1");
    k8s.finds("n1", "10.0.0.2");
    k8s.loses("n1");
    k8s.loses("n1");
    driver.advance(GRACE);

    assertThat(mirror.heard)
        .containsExactly("found n1 [k8s]", "updated n1 [k8s]", "updated n1 []", "lost n1");
  }

  @Test
  void sourcesThatAStrategyClaimsAreNotBelieved() {
    started(k8s);
    k8s.publish(
        found(new PeerInfo("n1", List.of(), null, Mirror.NOW, Map.of(), Set.of("dns", "root"))));

    assertThat(mirror.peers.get("n1").sources()).containsExactly("k8s");
  }

  @Test
  void strategyThatFailsToStartIsTriedAgainWithGrowingPausesAndHarmsNobody() {
    dns.onStart =
        context -> {
          context.publish(found(ScriptedStrategy.peer("n9", "10.0.0.9")));
          throw new NoClassDefFoundError("org/xbill/DNS/Resolver");
        };
    HybridDiscovery hybrid = started(dns, k8s);
    k8s.finds("n1", "10.0.0.1");

    assertThat(hybrid.statuses().get("k8s")).isEqualTo(new DiscoveryStatus.Ok());
    assertThat(hybrid.statuses().get("dns"))
        .isEqualTo(
            new DiscoveryStatus.Degraded(
                "did not start (attempt 1): java.lang.NoClassDefFoundError:"
                    + " org/xbill/DNS/Resolver",
                "It is started again by itself, with pauses that grow; repair what is named"
                    + " here."));
    assertThat(hybrid.status()).isInstanceOf(DiscoveryStatus.Degraded.class);
    assertThat(mirror.heard).containsExactly("found n9 [dns]", "updated n9 []", "found n1 [k8s]");

    driver.advance(Duration.ofMinutes(10));
    long starts = dns.calls.stream().filter("start"::equals).count();
    assertThat(starts).isBetween(15L, 30L);
    assertThat(dns.calls)
        .as("what a failed start left behind is stopped")
        .hasSize((int) starts * 2);

    dns.onStart = context -> {};
    driver.advance(Duration.ofMinutes(1));
    dns.finds("n2", "10.0.0.2");
    assertThat(hybrid.status()).isEqualTo(new DiscoveryStatus.Ok());
    assertThat(mirror.peers.keySet()).containsExactly("n1", "n2");
  }

  @Test
  void slowStartHoldsUpNobodyAndIsShown() {
    driver.hold("dns");
    HybridDiscovery hybrid = started(dns, k8s);
    k8s.finds("n1", "10.0.0.1");
    assertThat(hybrid.statuses().get("dns")).isEqualTo(new DiscoveryStatus.Stopped());
    assertThat(mirror.heard).containsExactly("found n1 [k8s]");

    driver.release("dns");
    dns.finds("n1", "10.0.0.1");
    assertThat(mirror.heard).endsWith("updated n1 [dns, k8s]");
  }

  @Test
  void startThatHangsIsSaid() {
    HybridDiscovery hybrid =
        new HybridDiscovery(HybridSettings.DEFAULT, List.of(k8s), c -> driver.opened());
    k8s.onStart =
        context -> {
          driver.advance(Duration.ofSeconds(11));
          assertThat(hybrid.statuses().get("k8s"))
              .isEqualTo(
                  new DiscoveryStatus.Degraded(
                      "start() has not returned for 11 s",
                      "See what its thread waits for: take a thread dump, the name ends with"
                          + " -k8s."));
        };
    hybrid.start(mirror);

    assertThat(hybrid.status()).isEqualTo(new DiscoveryStatus.Ok());
  }

  @Test
  void strategyThatCannotSayHowItFaresIsDegraded() {
    HybridDiscovery hybrid =
        started(
            new DelegatingStrategy(k8s) {
              @Override
              public DiscoveryStatus status() {
                throw new UnsupportedOperationException("no");
              }
            });

    assertThat(hybrid.status())
        .isEqualTo(
            new DiscoveryStatus.Degraded(
                "k8s: status() failed: java.lang.UnsupportedOperationException: no",
                "k8s: This is a fault of the strategy: update it, or tell its authors."));
  }

  @Test
  void whatIsPublishedAfterTheStopIsDropped() {
    HybridDiscovery hybrid = started(k8s, dns);
    hybrid.stop();
    k8s.finds("n1", "10.0.0.1");
    hybrid.start(mirror);
    DiscoveryContext old = dns.context;
    hybrid.stop();
    hybrid.start(mirror);
    assertThat(old).isNotNull();
    old.publish(found(ScriptedStrategy.peer("n2", "10.0.0.1")));

    assertThat(mirror.heard).isEmpty();
  }

  @Test
  void hybridStandsInAHybrid() {
    HybridDiscovery inner =
        new HybridDiscovery(HybridSettings.DEFAULT, List.of(k8s, dns), c -> driver.opened());
    ScriptedStrategy mdns = new ScriptedStrategy("mdns");
    HybridDiscovery outer = started(inner, mdns);

    k8s.finds("n1", "10.0.0.1");
    mdns.finds("x1", "10.0.0.2");
    k8s.status = new DiscoveryStatus.Degraded("403", "kubectl apply ...");

    assertThat(mirror.heard).containsExactly("found n1 [hybrid]", "updated n1 [hybrid, mdns]");
    assertThat(outer.provenance("n1").get("hybrid").get(0).sources()).containsExactly("k8s");
    assertThat(outer.status())
        .isEqualTo(
            new DiscoveryStatus.Degraded("hybrid: k8s: 403", "hybrid: k8s: kubectl apply ..."));

    mdns.loses("x1");
    k8s.loses("n1");
    driver.advance(GRACE.multipliedBy(2));
    assertThat(mirror.heard).endsWith("updated n1 []", "lost n1");
  }

  @Test
  void namesMustTellStrategiesApart() {
    assertThatThrownBy(() -> HybridDiscovery.of(k8s, new ScriptedStrategy("k8s")))
        .hasMessage("hybrid(\"k8s\"): is the name of two strategies. Give each a name of its own.");
    assertThatThrownBy(() -> HybridDiscovery.of(new ScriptedStrategy(" ")))
        .hasMessageContaining("hybrid(\" \"): the name() of ");
    ScriptedStrategy[] many =
        IntStream.range(0, 17)
            .mapToObj(i -> new ScriptedStrategy("s" + i))
            .toArray(ScriptedStrategy[]::new);
    assertThatThrownBy(() -> HybridDiscovery.of(many))
        .hasMessageStartingWith("hybrid(17 strategies): has at most 16.");
  }

  @Test
  void settingsOutOfBoundsAreNamed() {
    HybridSettings settings = HybridSettings.DEFAULT;
    assertThatThrownBy(() -> settings.withGrace(Duration.ofSeconds(-1)))
        .hasMessage("grace(PT-1S): is out of bounds. Use PT0S to PT1H.");
    assertThatThrownBy(() -> settings.withRetries(Duration.ofSeconds(2), Duration.ofSeconds(1)))
        .hasMessage("retryMax(PT1S): is out of bounds. Use PT2S to PT1H.");
    assertThatThrownBy(() -> settings.withPeersMax(0))
        .hasMessage("peersMax(0): is out of bounds. Use 1 to 1000000.");
  }

  private HybridDiscovery started(DiscoveryStrategy... strategies) {
    return started(HybridSettings.DEFAULT, strategies);
  }

  private HybridDiscovery started(HybridSettings settings, DiscoveryStrategy... strategies) {
    HybridDiscovery hybrid =
        new HybridDiscovery(settings, List.of(strategies), c -> driver.opened());
    hybrid.start(mirror);
    return hybrid;
  }

  private static DiscoveryEvent found(PeerInfo peer) {
    return new DiscoveryEvent.PeerFound(peer);
  }

  private static String[] hosts(String prefix, int count) {
    return IntStream.range(0, count).mapToObj(i -> prefix + i).toArray(String[]::new);
  }

  /** Another strategy, but for what a test overrides. */
  private abstract static class DelegatingStrategy implements DiscoveryStrategy {
    private final DiscoveryStrategy other;

    DelegatingStrategy(DiscoveryStrategy other) {
      this.other = other;
    }

    @Override
    public String name() {
      return other.name();
    }

    @Override
    public void start(DiscoveryContext context) {
      other.start(context);
    }

    @Override
    public void stop() {
      other.stop();
    }

    @Override
    public List<PeerInfo> discoveredPeers() {
      return other.discoveredPeers();
    }
  }
}
