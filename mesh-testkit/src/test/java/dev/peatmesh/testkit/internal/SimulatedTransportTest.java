package dev.peatmesh.testkit.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peatmesh.RefusalReason;
import dev.peatmesh.internal.transport.Refusal;
import dev.peatmesh.runtime.MeshException;
import dev.peatmesh.testkit.NetworkRules;
import dev.peatmesh.testkit.Seeds;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SimulatedTransportTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final VirtualTime time = new VirtualTime(3);
  private final SimulatedNetwork network = new SimulatedNetwork(time, NetworkRules.LAN);
  private final TestNode one = new TestNode(network, time, 1);
  private final TestNode two = new TestNode(network, time, 2);

  @Test
  void theDiallerIsConnectedAfterOneRoundTripAndTheAcceptorHalfLater() {
    network.rules(new NetworkRules(0, Duration.ofMillis(100), Duration.ZERO, 0, 0));
    TestNode.Call call = one.dial(two);

    time.advance(Duration.ofMillis(199));
    assertThat(call.connected).isEmpty();
    time.advance(Duration.ofMillis(1));
    assertThat(call.connected).hasSize(1);
    assertThat(two.accepted).isEmpty();
    time.advance(Duration.ofMillis(100));
    assertThat(two.accepted).hasSize(1);
  }

  @Test
  void framesSentBeforeTheAcceptorKnowsArrive() {
    network.rules(new NetworkRules(0, Duration.ofMillis(100), Duration.ZERO, 0, 0));
    TestNode.Call call = one.dial(two);
    time.advance(Duration.ofMillis(200));
    call.connected.get(0).sendNumber(8);
    time.advance(SECOND);

    assertThat(two.accepted.get(0).numbers()).containsExactly(8);
  }

  @Test
  void anyKeyWillDoWhenNoneIsExpected() {
    TestNode.Call call = one.dial(two.address, Set.of());
    time.advance(SECOND);

    assertThat(call.connected.get(0).connection.remoteId()).isEqualTo(two.id);
  }

  @Test
  void aWrongKeyIsRefusedAndBothSidesSayWhy() {
    TestNode.Call call = one.dial(two.address, Set.of(one.id));
    time.advance(SECOND);

    assertThat(call.connected).isEmpty();
    assertThat(call.failed).hasSize(1);
    assertThat(call.failed.get(0).reason()).isEqualTo(RefusalReason.WRONG_KEY);
    assertThat(call.failed.get(0).detail()).contains(two.id.hex()).contains(one.id.hex());
    assertThat(two.accepted).isEmpty();
    assertThat(two.refused).hasSize(1);
    assertThat(two.refused.get(0).reason()).isEqualTo(RefusalReason.WRONG_KEY);
    assertThat(two.refused.get(0).remote()).isTrue();
    assertThat(two.transport.connections()).isZero();
  }

  @Test
  void anAcceptorWhoseDiallerFallsSilentGivesUpAndSaysWhy() {
    network.rules(new NetworkRules(0, Duration.ofMillis(10), Duration.ZERO, 0, 0));
    one.dial(two);
    time.advance(Duration.ofMillis(15));
    one.host.crash();
    time.advance(Duration.ofMillis(4990));
    assertThat(two.refused).isEmpty();
    assertThat(two.transport.connections()).isEqualTo(1);

    time.advance(Duration.ofMillis(10));
    assertThat(two.refused).hasSize(1);
    assertThat(two.refused.get(0).reason()).isEqualTo(RefusalReason.HANDSHAKE_TIMEOUT);
    assertThat(two.transport.connections()).isZero();
  }

  @Test
  void nobodyThereIsUnreachableAfterTheDialTimeout() {
    TestNode.Call call = one.dial(SimulatedNetwork.address(99), Set.of());
    time.advance(Duration.ofMillis(4999));
    assertThat(call.failed).isEmpty();

    time.advance(Duration.ofMillis(1));
    assertThat(call.failed).extracting(Refusal::reason).containsExactly(RefusalReason.UNREACHABLE);
    assertThat(call.failed.get(0).detail()).contains("10.0.0.100").contains("no answer in PT5S");
    assertThat(one.transport.connections()).isZero();
  }

  @Test
  void nobodyThereIsToldAtOnceWhereHostsSaySo() {
    network.portUnreachable(true);
    two.run(two.transport::close);
    TestNode.Call dead = one.dial(two);
    TestNode.Call never = one.dial(SimulatedNetwork.address(99), Set.of());
    time.advance(Duration.ofMillis(10));

    assertThat(dead.failed).extracting(Refusal::reason).containsExactly(RefusalReason.UNREACHABLE);
    assertThat(never.failed).extracting(Refusal::reason).containsExactly(RefusalReason.UNREACHABLE);
  }

  @Test
  void aDeadMachineSaysNothingEvenWhereHostsSaySo() {
    network.portUnreachable(true);
    two.host.crash();
    TestNode.Call call = one.dial(two);
    time.advance(SECOND);

    assertThat(call.failed).isEmpty();
  }

  @Test
  void aDialFindsWhoStartsToListenWhileItLasts() {
    two.host.crash();
    TestNode.Call call = one.dial(two);
    time.advance(SECOND.multipliedBy(2));
    two.host.restart();
    two.start();
    time.advance(SECOND.multipliedBy(2));

    assertThat(call.connected).hasSize(1);
    assertThat(two.accepted).hasSize(1);
  }

  @Test
  void anUnresolvedAddressIsRefusedAsSuch() {
    TestNode.Call call = one.dial(InetSocketAddress.createUnresolved("nowhere", 1), Set.of());
    time.advance(Duration.ZERO);

    assertThat(call.failed).extracting(Refusal::reason).containsExactly(RefusalReason.UNRESOLVED);
  }

  @Test
  void aCancelledDialIsHeardOfNoMore() {
    TestNode.Call early = one.dial(two);
    one.run(early.dial::cancel);
    TestNode.Call late = one.dial(two);
    time.runUntil(() -> two.transport.connections() > 0, SECOND);
    one.run(
        () -> {
          late.dial.cancel();
          late.dial.cancel();
        });
    time.advance(SECOND.multipliedBy(20));

    assertThat(early.connected).isEmpty();
    assertThat(early.failed).isEmpty();
    assertThat(late.connected).isEmpty();
    assertThat(late.failed).isEmpty();
    assertThat(one.transport.connections() + two.transport.connections()).isZero();
  }

  @Test
  void aDialCancelledAtTheMomentItComesThroughLeavesNoConnection() {
    Seeds.forEachSeed(
        50,
        seed -> {
          VirtualTime time = new VirtualTime(seed);
          NetworkRules steady = NetworkRules.LAN.withJitter(Duration.ZERO);
          SimulatedNetwork network = new SimulatedNetwork(time, steady);
          TestNode one = new TestNode(network, time, 1);
          TestNode two = new TestNode(network, time, 2);
          TestNode.Call call = one.dial(two);
          one.loop.schedule(steady.latency().multipliedBy(2), call.dial::cancel);
          time.advance(SECOND);

          assertThat(call.connected).isEmpty();
          assertThat(call.failed).isEmpty();
          assertThat(one.transport.connections() + two.transport.connections()).isZero();
        });
  }

  @Test
  void cancellingAfterTheConnectionLeavesItAlone() {
    TestNode.Call call = one.dial(two);
    time.advance(SECOND);
    one.run(call.dial::cancel);
    time.advance(SECOND.multipliedBy(20));

    assertThat(call.connected.get(0).closed).isEmpty();
  }

  @Test
  void closingSaysGoodbyeAndStopsListening() {
    TestNode.Pair pair = TestNode.connect(one, two);
    TestNode.Call under = one.dial(SimulatedNetwork.address(77), Set.of());
    one.run(
        () -> {
          one.transport.close();
          one.transport.close();
        });
    TestNode.Call afterwards = one.dial(two);
    TestNode.Call called = two.dial(one);
    time.advance(SECOND.multipliedBy(6));

    assertThat(pair.dialler().closed).extracting(Refusal::reason).containsOnly(RefusalReason.LEFT);
    assertThat(pair.acceptor().closed).hasSize(1);
    assertThat(pair.acceptor().closed.get(0).reason()).isEqualTo(RefusalReason.LEFT);
    assertThat(pair.acceptor().closed.get(0).remote()).isTrue();
    assertThat(under.failed).extracting(Refusal::reason).containsExactly(RefusalReason.CLOSED);
    assertThat(afterwards.failed).extracting(Refusal::reason).containsExactly(RefusalReason.CLOSED);
    assertThat(called.failed).extracting(Refusal::reason).containsOnly(RefusalReason.UNREACHABLE);
  }

  @Test
  void anAddressIsTakenUntilItsOwnerCloses() {
    assertThatThrownBy(
            () ->
                network.bind(
                    one.host, one.loop, two.address, one.id, TransportSettings.DEFAULTS, one))
        .isInstanceOf(MeshException.NetworkFailure.class)
        .hasMessageContaining("the port is in use");
    two.run(two.transport::close);

    two.start();
    assertThat(TestNode.connect(one, two).dialler().closed).isEmpty();
  }

  @Test
  void aNodeCanReachItself() {
    TestNode.Call call = one.dial(one);
    time.advance(SECOND);
    call.connected.get(0).sendNumber(4);
    time.advance(SECOND);

    assertThat(call.connected).hasSize(1);
    assertThat(call.connected.get(0).frames).isEmpty();
    assertThat(one.accepted).hasSize(1);
    assertThat(one.accepted.get(0).numbers()).containsExactly(4);
  }

  @Test
  void addressesAreMadeWithoutDns() {
    assertThat(SimulatedNetwork.address(0).getHostString()).isEqualTo("10.0.0.1");
    assertThat(SimulatedNetwork.address(299).getHostString()).isEqualTo("10.0.1.44");
    assertThat(SimulatedNetwork.address(299).getHostName()).isEqualTo("10.0.1.44");
    assertThat(SimulatedNetwork.address(5).getPort()).isEqualTo(SimulatedNetwork.PORT);
    assertThatThrownBy(() -> SimulatedNetwork.address(-1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> SimulatedNetwork.address(65_534))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void settingsThatCannotWorkAreListedTogether() {
    assertThatThrownBy(
            () -> new TransportSettings(Duration.ZERO, SECOND, SECOND, 1000, 10, 11, 0, true))
        .isInstanceOfSatisfying(
            MeshException.BadConfiguration.class, bad -> assertThat(bad.problems()).hasSize(5));
  }
}
