package dev.peatmesh.internal.network;

import static dev.peatmesh.internal.network.TestNode.HOME;
import static dev.peatmesh.internal.network.TestNode.OTHER_SECRET;
import static dev.peatmesh.internal.network.TestNode.at;
import static dev.peatmesh.internal.network.TestNode.local;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.peatmesh.PeerError;
import dev.peatmesh.PeerState;
import dev.peatmesh.PeerStatus;
import dev.peatmesh.RefusalReason;
import dev.peatmesh.crypto.Formation;
import dev.peatmesh.internal.peers.PeerSettings;
import dev.peatmesh.internal.transport.Refusal;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What nodes come to when they meet over a network in memory, on virtual time. */
class PeerNetworkTest {
  private static final String ANN = "10.0.0.1";
  private static final String BOB = "10.0.0.2";

  private final VirtualTime time = new VirtualTime();
  private final FakeNetwork net = new FakeNetwork(time, false);

  // Finding each other.

  @Test
  void staticPeerOfOneSideOnlyIsLinkedBothWays() {
    TestNode ann = node("ann", ANN);
    TestNode bob = node("bob", BOB);

    ann.discovers("bob", BOB);
    time.advance(Duration.ofSeconds(1));
    ann.run(() -> ann.links.get("bob").send(sync("from ann")));
    bob.run(() -> bob.links.get("ann").send(sync("from bob")));
    time.advance(Duration.ofSeconds(1));

    assertThat(ann.heard()).containsExactly("up bob", "frame bob @from bob");
    assertThat(bob.heard()).containsExactly("up ann", "frame ann @from ann");
    assertThat(bob.status("ann").state()).isEqualTo(PeerState.CONNECTED);
    assertThat(bob.status("ann").sources()).containsExactly(PeerStatus.INBOUND);
    assertThat(bob.status("ann").addresses()).isEmpty();
  }

  @Test
  void linkedPeerIsDescribed() {
    TestNode ann = node("ann", ANN);
    TestNode bob = node("bob", BOB);

    ann.discovers("bob", BOB);
    time.advance(Duration.ofSeconds(30));

    PeerStatus status = ann.status("bob");
    assertThat(status.endpointId()).contains(bob.id());
    assertThat(status.deviceId()).contains(bob.self.identity().deviceId());
    assertThat(status.sources()).containsExactly("static");
    assertThat(status.addresses()).containsExactly(BOB + ":4433");
    assertThat(status.since()).isEqualTo(time.instant().minusSeconds(30).plusMillis(6));
    assertThat(status.lastError()).isEmpty();
    assertThat(status.nextDialAt()).isEmpty();
  }

  @Test
  void fiveDeadAddressesDelayALiveOneByLessThanOneAndAHalfSeconds() {
    TestNode ann = node("ann", ANN);
    node("bob", BOB);

    ann.discovers("bob", "10.9.0.1", "10.9.0.2", "10.9.0.3", "10.9.0.4", "10.9.0.5", BOB);
    time.advance(Duration.ofMillis(1_500));

    assertThat(ann.heard()).containsExactly("up bob");
  }

  @Test
  void unreachableIpv6AddressDelaysByOneStagger() {
    TestNode ann = node("ann", ANN);
    node("bob", BOB);

    ann.discovers("bob", BOB, "2001:db8::1");
    time.advance(Duration.ofMillis(300));

    assertThat(ann.heard()).containsExactly("up bob");
  }

  @Test
  void peerDownAtBootIsReachedLater() {
    TestNode ann = node("ann", ANN);
    ann.discovers("bob", BOB);
    time.advance(Duration.ofMinutes(30));
    assertThat(ann.status("bob").state()).isEqualTo(PeerState.BACKING_OFF);
    assertThat(error(ann, "bob").reason()).isEqualTo(RefusalReason.UNREACHABLE);
    assertThat(ann.status("bob").nextDialAt())
        .hasValueSatisfying(next -> assertThat(next).isBefore(time.instant().plusSeconds(61)));

    node("bob", BOB);
    time.advance(Duration.ofSeconds(61));

    assertThat(ann.heard()).containsExactly("up bob");
  }

  @Test
  void namesAreResolvedAtEveryDial() {
    TestNode ann = node("ann", ANN);
    ann.discovers("bob", "bob.mesh.example");
    time.advance(Duration.ofSeconds(10));
    assertThat(error(ann, "bob").reason()).isEqualTo(RefusalReason.UNRESOLVED);
    int before = ann.resolved.size();

    node("bob", BOB);
    ann.names.put("bob.mesh.example", List.of(at(BOB).getAddress()));
    time.advance(Duration.ofMinutes(1));

    assertThat(ann.resolved).hasSizeGreaterThan(before);
    assertThat(ann.heard()).containsExactly("up bob");
  }

  @Test
  void hintsByNameAndByEndpointIdMeetInOnePeer() {
    TestNode ann = node("ann", ANN);
    TestNode bob = node("bob", BOB);

    ann.discovers(Set.of("mdns"), "bob", BOB);
    ann.discovers(Set.of("mdns", "static"), bob.id().hex(), BOB, "10.9.0.1");
    time.advance(Duration.ofSeconds(1));

    assertThat(ann.statuses()).hasSize(1);
    assertThat(ann.status("bob").sources()).containsExactly("mdns", "static");
    assertThat(ann.status("bob").addresses()).containsExactly(BOB + ":4433", "10.9.0.1:4433");
  }

  @Test
  void ownNameIsShownAsSelfAndNotDialled() {
    TestNode ann = node("ann", ANN);

    ann.discovers("ann", ANN);
    ann.discovers(Set.of("mdns"), "ann", ANN);
    time.advance(Duration.ofMinutes(5));

    assertThat(ann.statuses()).hasSize(1);
    assertThat(ann.status("ann").state()).isEqualTo(PeerState.REFUSED);
    assertThat(error(ann, "ann").reason()).isEqualTo(RefusalReason.SELF);
    assertThat(net.dialsMade).isZero();
  }

  // Healing.

  @Test
  void linkThatTimedOutIsBackWithinAThirdOfASecond() {
    TestNode ann = node("ann", ANN);
    TestNode bob = node("bob", BOB);
    ann.discovers("bob", BOB);
    time.advance(Duration.ofSeconds(30));

    net.cut(ann.transport, bob.transport);
    time.advance(Duration.ofMillis(4_900));
    net.mend();
    time.advance(Duration.ofMillis(433));

    assertThat(ann.heard()).containsExactly("up bob", "down bob TIMED_OUT", "up bob");
  }

  @Test
  void discoveredPeerIsDialledAgainAfterALongBlackout() {
    TestNode ann = node("ann", ANN);
    TestNode bob = node("bob", BOB);
    ann.discovers(Set.of("mdns"), "bob", BOB);
    time.advance(Duration.ofSeconds(30));

    net.cut(ann.transport, bob.transport);
    time.advance(Duration.ofHours(1));
    assertThat(ann.links).isEmpty();
    net.mend();
    time.advance(Duration.ofSeconds(66));

    assertThat(ann.links).containsOnlyKeys("bob");
    assertThat(bob.links).containsOnlyKeys("ann");
  }

  @Test
  void peerThatWasLostForAMinuteIsBackWithinFiveSecondsOfItsReturn() {
    TestNode ann = node("ann", ANN);
    TestNode bob = node("bob", BOB);
    ann.discovers("bob", BOB);
    time.advance(Duration.ofSeconds(30));

    net.cut(ann.transport, bob.transport);
    time.advance(Duration.ofMinutes(1));
    assertThat(ann.links).isEmpty();
    net.mend();
    time.advance(Duration.ofSeconds(5));

    assertThat(ann.links).containsOnlyKeys("bob");
  }

  @Test
  void freshHintDialsAtOnceWhateverTheBackoff() {
    TestNode ann = node("ann", ANN);
    ann.discovers("bob", "10.9.0.1");
    time.advance(Duration.ofHours(1));
    node("bob", BOB);

    ann.discovers(Set.of("mdns"), "bob", BOB);
    time.advance(Duration.ofSeconds(6));

    assertThat(ann.links).containsOnlyKeys("bob");
  }

  @Test
  void repeatedHintOfADeadPeerDialsAtMostEveryTenSeconds() {
    TestNode ann = node("ann", ANN);
    ann.discovers("bob", BOB);
    time.advance(Duration.ofHours(1));
    int before = net.dialsMade;

    for (int second = 0; second < 100; second++) {
      ann.discovers("bob", BOB);
      time.advance(Duration.ofSeconds(1));
    }

    assertThat(net.dialsMade - before).isBetween(9, 11);
  }

  @Test
  void restartedPeerIsLinkedBeforeItsOldLinkTimesOut() {
    TestNode ann = node("ann", ANN);
    TestNode bob = node("bob", BOB);
    ann.discovers("bob", BOB);
    time.advance(Duration.ofSeconds(30));

    bob.transport.vanish();
    TestNode restarted = node("bob", 2, HOME, BOB);
    restarted.discovers("ann", ANN);
    time.advance(Duration.ofMillis(100));

    assertThat(ann.heard()).containsExactly("up bob", "down bob DUPLICATE_IDENTITY", "up bob");
    time.advance(Duration.ofMinutes(1));
    assertThat(ann.links).containsOnlyKeys("bob");
    assertThat(restarted.heard()).containsExactly("up ann");
    assertThat(ann.status("bob").lastError()).isEmpty();
  }

  @Test
  void olderTwinIsRefusedAndBothSidesSayWhy() {
    TestNode ann = node("ann", ANN);
    TestNode bob = node("bob", 2, HOME, BOB);
    bob.discovers("ann", ANN);
    time.advance(Duration.ofSeconds(1));

    TestNode twin = node("bob", 1, HOME, "10.0.0.3");
    twin.discovers("ann", ANN);
    time.advance(Duration.ofSeconds(1));

    assertThat(bob.links).containsOnlyKeys("ann");
    assertThat(twin.status("ann").state()).isEqualTo(PeerState.REFUSED);
    assertThat(error(twin, "ann").reason()).isEqualTo(RefusalReason.DUPLICATE_IDENTITY);
    assertThat(error(twin, "ann").remote()).isTrue();
    assertThat(ann.status("bob").state()).isEqualTo(PeerState.CONNECTED);
    assertThat(error(ann, "bob").reason()).isEqualTo(RefusalReason.DUPLICATE_IDENTITY);
    assertThat(error(ann, "bob").remote()).isFalse();
  }

  @Test
  void endOfAReplacedConnectionDoesNotRemoveTheNewerLink() {
    TestNode ann = node("ann", ANN);
    TestNode bob = node("bob", BOB);
    bob.discovers("ann", ANN);
    time.advance(Duration.ofSeconds(1));

    bob.transport.vanish();
    time.advance(Duration.ofSeconds(4));
    node("bob", 1, HOME, BOB).discovers("ann", ANN);
    time.advance(Duration.ofSeconds(60));

    assertThat(ann.heard()).containsExactly("up bob", "down bob DUPLICATE_LINK", "up bob");
  }

  @Test
  void linkThatOnlyOneSideLostHealsWhenTheOtherNoticesAtTheLatest() {
    TestNode ann = node("ann", ANN);
    TestNode bob = node("bob", BOB);
    TestNode lower = ann.id().compareTo(bob.id()) < 0 ? ann : bob;
    TestNode higher = lower == ann ? bob : ann;
    String higherHost = higher == ann ? ANN : BOB;
    String lowerHost = lower == ann ? ANN : BOB;
    // The hard case: the link was dialled by the lower id, and the higher one re-dials.
    lower.discovers(higher.name, higherHost);
    time.advance(Duration.ofSeconds(20));
    higher.discovers(lower.name, lowerHost);

    net.cut(ann.transport, bob.transport);
    net.mend();
    higher.run(() -> higher.links.get(lower.name).close(ours(RefusalReason.TIMED_OUT)));
    time.advance(Duration.ofSeconds(7));

    assertThat(lower.links).containsOnlyKeys(higher.name);
    assertThat(higher.links).containsOnlyKeys(lower.name);
  }

  @Test
  void withoutRedialNothingHeals() {
    TestNode ann =
        new TestNode(
            time, net, local(HOME, "ann", 1), PeerSettings.DEFAULT.withRedial(false), at(ANN));
    TestNode bob = node("bob", BOB);
    ann.discovers("bob", BOB);
    time.advance(Duration.ofSeconds(30));

    net.cut(ann.transport, bob.transport);
    time.advance(Duration.ofSeconds(10));
    net.mend();
    time.advance(Duration.ofMinutes(10));

    assertThat(ann.heard()).containsExactly("up bob", "down bob TIMED_OUT");
  }

  @Test
  void lostPeerIsStillDialledInItsGraceAndThenForgotten() {
    TestNode ann = node("ann", ANN);
    ann.discovers("bob", BOB);
    time.advance(Duration.ofSeconds(1));
    ann.loses("bob");
    time.advance(Duration.ofSeconds(59));
    assertThat(ann.statuses()).hasSize(1);
    int dials = net.dialsMade;
    assertThat(dials).isGreaterThan(2);

    time.advance(Duration.ofMinutes(10));

    assertThat(ann.statuses()).isEmpty();
    assertThat(net.dialsMade).isEqualTo(dials);
    assertThat(time.pending()).isZero();
  }

  @Test
  void peerLostByOneSourceIsKeptByAnother() {
    TestNode ann = node("ann", ANN);
    ann.discovers(Set.of("mdns", "static"), "bob", BOB);
    ann.discovers(Set.of("static"), "bob", BOB);
    time.advance(Duration.ofMinutes(10));

    assertThat(ann.status("bob").sources()).containsExactly("static");
  }

  @Test
  void linkOutlivesItsSources() {
    TestNode ann = node("ann", ANN);
    node("bob", BOB);
    ann.discovers("bob", BOB);
    time.advance(Duration.ofSeconds(1));

    ann.loses("bob");
    time.advance(Duration.ofHours(1));

    assertThat(ann.links).containsOnlyKeys("bob");
    assertThat(ann.status("bob").sources()).isEmpty();
  }

  @Test
  void peerThatOnlyDialsUsIsRememberedForTheGraceAfterItsLink() {
    TestNode ann = node("ann", ANN);
    TestNode bob = node("bob", BOB);
    bob.discovers("ann", ANN);
    time.advance(Duration.ofSeconds(1));

    bob.transport.vanish();
    time.advance(Duration.ofSeconds(10));
    assertThat(ann.status("bob").state()).isEqualTo(PeerState.KNOWN);
    assertThat(error(ann, "bob").reason()).isEqualTo(RefusalReason.TIMED_OUT);
    time.advance(Duration.ofSeconds(60));

    assertThat(ann.statuses()).isEmpty();
  }

  // Refusals.

  @Test
  void wrongSecretIsToldToBothSides() {
    TestNode ann = node("ann", ANN);
    TestNode eve = node("eve", 1, OTHER_SECRET, BOB);

    eve.discovers(ann.id().hex(), ANN);
    time.advance(Duration.ofSeconds(1));

    PeerStatus stranger = ann.status(PeerStatus.UNKNOWN_NAME);
    assertThat(stranger.state()).isEqualTo(PeerState.REFUSED);
    assertThat(stranger.endpointId()).contains(eve.id());
    assertThat(stranger.lastError().orElseThrow().reason()).isEqualTo(RefusalReason.WRONG_SECRET);
    assertThat(stranger.lastError().orElseThrow().remote()).isFalse();
    PeerStatus ours = eve.status(PeerStatus.UNKNOWN_NAME);
    assertThat(ours.state()).isEqualTo(PeerState.REFUSED);
    assertThat(ours.lastError().orElseThrow().reason()).isEqualTo(RefusalReason.WRONG_SECRET);
    assertThat(ours.lastError().orElseThrow().remote()).isTrue();
    assertThat(ann.heard()).isEmpty();
    assertThat(eve.heard()).isEmpty();
  }

  @Test
  void wrongSecretDialledByNameShowsAsAWrongKeyOnBothSides() {
    TestNode ann = node("ann", ANN);
    TestNode eve = node("eve", 1, OTHER_SECRET, BOB);

    eve.discovers("ann", ANN);
    time.advance(Duration.ofSeconds(1));

    assertThat(error(eve, "ann").reason()).isEqualTo(RefusalReason.WRONG_KEY);
    assertThat(error(eve, "ann").remote()).isFalse();
    assertThat(error(ann, PeerStatus.UNKNOWN_NAME).reason()).isEqualTo(RefusalReason.WRONG_KEY);
    assertThat(error(ann, PeerStatus.UNKNOWN_NAME).remote()).isTrue();
  }

  @Test
  void wrongFormationIsToldToBothSides() {
    TestNode ann = node("ann", ANN);
    Formation away = Formation.of("away", "formation-shared-secret-for-tests".getBytes(UTF_8));
    TestNode eve = node("eve", 1, away, BOB);

    eve.discovers(ann.id().hex(), ANN);
    time.advance(Duration.ofSeconds(1));

    assertThat(error(ann, PeerStatus.UNKNOWN_NAME).reason())
        .isEqualTo(RefusalReason.WRONG_FORMATION);
    assertThat(error(eve, PeerStatus.UNKNOWN_NAME).reason())
        .isEqualTo(RefusalReason.WRONG_FORMATION);
    assertThat(error(eve, PeerStatus.UNKNOWN_NAME).remote()).isTrue();
  }

  @Test
  void wrongNodeAtARightAddressGetsNothing() {
    TestNode ann = node("ann", ANN);
    TestNode carl = node("carl", BOB);

    ann.discovers("bob", BOB);
    time.advance(Duration.ofMinutes(1));

    assertThat(ann.status("bob").state()).isIn(PeerState.REFUSED, PeerState.DIALLING);
    assertThat(error(ann, "bob").reason()).isEqualTo(RefusalReason.WRONG_KEY);
    assertThat(carl.heard()).isEmpty();
    assertThat(net.dialsMade).isGreaterThan(3);
  }

  @Test
  void strangersAreForgottenAfterTheGrace() {
    TestNode ann = node("ann", ANN);
    TestNode eve = node("eve", 1, OTHER_SECRET, BOB);
    eve.discovers(ann.id().hex(), ANN);
    time.advance(Duration.ofSeconds(1));
    eve.close();

    time.advance(Duration.ofSeconds(61));

    assertThat(ann.statuses()).isEmpty();
    assertThat(time.pending()).isZero();
  }

  private TestNode node(String name, String host) {
    return node(name, 1, HOME, host);
  }

  private TestNode node(String name, long incarnation, Formation formation, String host) {
    return new TestNode(
        time, net, local(formation, name, incarnation), PeerSettings.DEFAULT, at(host));
  }

  private static PeerError error(TestNode node, String peer) {
    return node.status(peer).lastError().orElseThrow();
  }

  private static Refusal ours(RefusalReason reason) {
    return Refusal.ours(reason, "for this test");
  }

  private static ByteBuffer sync(String text) {
    return UTF_8.encode("@" + text);
  }
}
