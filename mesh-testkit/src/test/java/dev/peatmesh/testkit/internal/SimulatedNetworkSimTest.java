package dev.peatmesh.testkit.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.peatmesh.RefusalReason;
import dev.peatmesh.internal.transport.Refusal;
import dev.peatmesh.testkit.NetworkRules;
import dev.peatmesh.testkit.Seeds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SimulatedNetworkSimTest {
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final NetworkRules ROUGH =
      new NetworkRules(0.5, Duration.ofMillis(5), Duration.ofMillis(20), 0.3, 0.3);

  /** Idle for so long that loss alone never ends a connection. */
  private static final TransportSettings PATIENT =
      TransportSettings.DEFAULTS
          .withHandshakeTimeout(Duration.ofMinutes(1))
          .withIdleTimeout(Duration.ofMinutes(1));

  @Test
  void deliversEverythingOnceAndInOrderOverARoughNetwork() {
    Seeds.forEachSeed(
        1000,
        seed -> {
          VirtualTime time = new VirtualTime(seed);
          SimulatedNetwork network = new SimulatedNetwork(time, ROUGH);
          TestNode one = new TestNode(network, time, 1, PATIENT);
          TestNode two = new TestNode(network, time, 2, PATIENT);
          TestNode.Pair pair = TestNode.connect(one, two);
          List<Integer> numbers = IntStream.range(0, 30).boxed().toList();
          numbers.forEach(pair.dialler()::sendNumber);
          numbers.forEach(pair.acceptor()::sendNumber);

          assertThat(time.runUntilIdle(Duration.ofMinutes(5))).isTrue();
          assertThat(pair.acceptor().numbers()).isEqualTo(numbers);
          assertThat(pair.dialler().numbers()).isEqualTo(numbers);
        });
  }

  @Test
  void roughNetworksDoLoseDoubleAndReorder() {
    VirtualTime time = new VirtualTime(1);
    SimulatedNetwork network = new SimulatedNetwork(time, ROUGH);
    TestNode one = new TestNode(network, time, 1, PATIENT);
    TestNode two = new TestNode(network, time, 2, PATIENT);
    TestNode.Pair pair = TestNode.connect(one, two);
    IntStream.range(0, 500).forEach(pair.dialler()::sendNumber);
    time.runUntilIdle(Duration.ofMinutes(5));

    List<String> data =
        time.log().last(Integer.MAX_VALUE).stream()
            .filter(line -> line.contains(" data "))
            .toList();
    long sent = data.stream().filter(line -> line.contains("n1>n2")).count();
    long lost =
        data.stream().filter(line -> line.contains("n1>n2") && line.endsWith("lost")).count();
    List<String> arrived =
        data.stream()
            .filter(line -> line.contains("n2<"))
            .map(line -> line.substring(line.indexOf("data")))
            .toList();
    assertThat((double) lost / sent).isBetween(0.4, 0.6);
    assertThat(arrived.size()).isGreaterThan((int) (1.2 * arrived.stream().distinct().count()));
    assertThat(arrived).isNotEqualTo(arrived.stream().distinct().sorted().toList());
  }

  @Test
  void theSameSeedGivesTheSameLog() {
    assertThat(chaos(11)).isEqualTo(chaos(11));
    assertThat(chaos(12)).isEqualTo(chaos(12)).isNotEqualTo(chaos(11));
  }

  /** A bit of everything; gives the hash of all that happened. */
  private static String chaos(long seed) {
    VirtualTime time = new VirtualTime(seed);
    SimulatedNetwork network = new SimulatedNetwork(time, ROUGH.withLoss(0.3));
    SeededRandom random = time.random("test");
    List<TestNode> nodes = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      nodes.add(new TestNode(network, time, i));
    }
    List<TestNode.Call> calls = new ArrayList<>();
    for (int round = 0; round < 40; round++) {
      TestNode from = nodes.get(random.nextInt(nodes.size()));
      TestNode to = nodes.get(random.nextInt(nodes.size()));
      if (from.host.up()) {
        calls.add(from.dial(to));
      }
      if (round % 10 == 5) {
        network.cut(from.host, to.host);
      } else if (round % 10 == 9) {
        network.heal();
      }
      if (round % 13 == 7 && to.host.up()) {
        to.host.crash();
      } else if (!to.host.up()) {
        to.host.restart();
        to.start();
      }
      calls.forEach(call -> call.connected.forEach(side -> side.sendNumber(calls.size())));
      time.advance(Duration.ofMillis(random.upTo(2000)));
    }
    assertThat(time.log().lines()).isGreaterThan(500);
    return time.log().hash();
  }

  @Test
  void aPartitionEndsConnectionsOnBothSidesByThemselves() {
    Seeds.forEachSeed(
        100,
        seed -> {
          VirtualTime time = new VirtualTime(seed);
          SimulatedNetwork network = new SimulatedNetwork(time, NetworkRules.LAN);
          List<TestNode> nodes = nodes(network, time, 4);
          TestNode.Pair across = TestNode.connect(nodes.get(0), nodes.get(2));
          TestNode.Pair within = TestNode.connect(nodes.get(0), nodes.get(1));
          TestNode.Pair rest = TestNode.connect(nodes.get(2), nodes.get(3));
          time.advance(Duration.ofNanos(seed * 37_000_000));
          network.partition(List.of(List.of(nodes.get(0).host, nodes.get(1).host)));

          time.advance(Duration.ofMillis(3900));
          assertThat(reasons(across)).isEmpty();
          time.advance(Duration.ofMillis(1200));
          assertThat(reasons(across))
              .containsExactly(RefusalReason.TIMED_OUT, RefusalReason.TIMED_OUT);
          time.advance(SECOND.multipliedBy(30));
          assertThat(reasons(within)).isEmpty();
          assertThat(reasons(rest)).isEmpty();

          network.heal();
          TestNode.connect(nodes.get(0), nodes.get(2));
        });
  }

  @Test
  void aShortPartitionIsOutlivedAndWhatWasSentArrives() {
    VirtualTime time = new VirtualTime(5);
    SimulatedNetwork network = new SimulatedNetwork(time, NetworkRules.LAN);
    List<TestNode> nodes = nodes(network, time, 2);
    TestNode.Pair pair = TestNode.connect(nodes.get(0), nodes.get(1));
    network.partition(List.of(List.of(nodes.get(0).host)));
    pair.dialler().sendNumber(1);
    time.advance(SECOND.multipliedBy(3));
    assertThat(pair.acceptor().frames).isEmpty();
    network.heal();
    time.advance(SECOND.multipliedBy(2));

    assertThat(pair.acceptor().numbers()).containsExactly(1);
    assertThat(reasons(pair)).isEmpty();
  }

  @Test
  void inAOneWayCutTheDeafSideEndsFirstAndTheOtherAfterIt() {
    VirtualTime time = new VirtualTime(5);
    SimulatedNetwork network = new SimulatedNetwork(time, NetworkRules.LAN);
    List<TestNode> nodes = nodes(network, time, 2);
    TestNode.Pair pair = TestNode.connect(nodes.get(0), nodes.get(1));
    time.advance(SECOND.multipliedBy(10));
    network.cut(nodes.get(0).host, nodes.get(1).host);
    pair.dialler().sendNumber(1);
    pair.acceptor().sendNumber(2);

    time.advance(Duration.ofMillis(5100));
    assertThat(pair.acceptor().closed)
        .extracting(Refusal::reason)
        .containsOnly(RefusalReason.TIMED_OUT);
    assertThat(pair.acceptor().frames).isEmpty();
    assertThat(pair.dialler().closed).isEmpty();
    assertThat(pair.dialler().numbers()).containsExactly(2);

    time.advance(SECOND.multipliedBy(5));
    assertThat(pair.dialler().closed)
        .extracting(Refusal::reason)
        .containsOnly(RefusalReason.TIMED_OUT);
  }

  @Test
  void aCutIsMendedAlone() {
    VirtualTime time = new VirtualTime(5);
    SimulatedNetwork network = new SimulatedNetwork(time, NetworkRules.LAN);
    List<TestNode> nodes = nodes(network, time, 2);
    SimulatedHost a = nodes.get(0).host;
    SimulatedHost b = nodes.get(1).host;
    network.cut(a, b);
    network.cut(b, a);
    network.mend(a, b);
    TestNode.Call call = nodes.get(0).dial(nodes.get(1));
    time.advance(SECOND);
    assertThat(call.connected).isEmpty();

    network.mend(b, a);
    time.advance(SECOND.multipliedBy(2));
    assertThat(call.connected).hasSize(1);
  }

  @Test
  void rulesOfOneDirectionLeaveTheOtherAlone() {
    VirtualTime time = new VirtualTime(5);
    NetworkRules even = new NetworkRules(0, Duration.ofMillis(10), Duration.ZERO, 0, 0);
    SimulatedNetwork network = new SimulatedNetwork(time, even);
    List<TestNode> nodes = nodes(network, time, 2);
    TestNode.Pair pair = TestNode.connect(nodes.get(0), nodes.get(1));
    network.rules(nodes.get(0).host, nodes.get(1).host, even.withLatency(Duration.ofMillis(300)));
    pair.dialler().sendNumber(1);
    pair.acceptor().sendNumber(2);

    time.advance(Duration.ofMillis(10));
    assertThat(pair.dialler().numbers()).containsExactly(2);
    time.advance(Duration.ofMillis(289));
    assertThat(pair.acceptor().frames).isEmpty();
    time.advance(Duration.ofMillis(1));
    assertThat(pair.acceptor().numbers()).containsExactly(1);
  }

  @Test
  void aCrashIsNoticedBySilenceAloneAndTheNodeComesBackAsItself() {
    Seeds.forEachSeed(
        100,
        seed -> {
          VirtualTime time = new VirtualTime(seed);
          SimulatedNetwork network = new SimulatedNetwork(time, NetworkRules.LAN);
          List<TestNode> nodes = nodes(network, time, 2);
          TestNode.Pair pair = TestNode.connect(nodes.get(0), nodes.get(1));
          time.advance(Duration.ofNanos(seed * 41_000_000));
          pair.dialler().sendNumber(1);
          nodes.get(1).host.crash();

          time.advance(Duration.ofMillis(3900));
          assertThat(pair.dialler().closed).isEmpty();
          time.advance(Duration.ofMillis(1200));
          assertThat(pair.dialler().closed)
              .extracting(Refusal::reason)
              .containsExactly(RefusalReason.TIMED_OUT);
          assertThat(pair.acceptor().closed).isEmpty();
          assertThat(nodes.get(0).transport.connections()).isZero();

          nodes.get(1).host.restart();
          nodes.get(1).start();
          TestNode.Pair again = TestNode.connect(nodes.get(0), nodes.get(1));
          assertThat(again.dialler().connection.remoteId()).isEqualTo(nodes.get(1).id);
        });
  }

  @Test
  void lossSeldomEndsAConnectionAndTotalLossAlways() {
    VirtualTime time = new VirtualTime(9);
    SimulatedNetwork network = new SimulatedNetwork(time, NetworkRules.LAN);
    List<TestNode> nodes = nodes(network, time, 20);
    List<TestNode.Pair> pairs = new ArrayList<>();
    for (int i = 0; i < 20; i += 2) {
      pairs.add(TestNode.connect(nodes.get(i), nodes.get(i + 1)));
    }
    network.rules(NetworkRules.LAN.withLoss(0.3));
    time.advance(Duration.ofMinutes(1));
    assertThat(pairs).filteredOn(pair -> !reasons(pair).isEmpty()).hasSizeLessThan(3);

    network.rules(NetworkRules.LAN.withLoss(1));
    time.advance(SECOND.multipliedBy(6));
    assertThat(pairs).allSatisfy(pair -> assertThat(reasons(pair)).hasSize(2));
  }

  /** The fate of keep-alives is drawn late; that must not show. */
  @Test
  void asManyConnectionsEndBySilenceAsIfEveryKeepAliveWereSent() {
    double loss = 0.65;
    Duration life = SECOND.multipliedBy(20);

    double counted = shareAliveWhenEveryKeepAliveIsDrawn(loss, life);
    double undisturbed = shareAlive(loss, life, life);
    double lookedAtOften = shareAlive(loss, life, Duration.ofMillis(130));

    assertThat(counted).isBetween(0.1, 0.9);
    assertThat(undisturbed).isCloseTo(counted, within(0.04));
    assertThat(lookedAtOften).isCloseTo(counted, within(0.04));
  }

  private static double shareAlive(double loss, Duration life, Duration step) {
    int pairs = 1000;
    VirtualTime time = new VirtualTime(1);
    SimulatedNetwork network = new SimulatedNetwork(time, NetworkRules.LAN);
    List<TestNode> nodes = nodes(network, time, 2);
    List<TestNode.Pair> all = new ArrayList<>();
    for (int i = 0; i < pairs; i++) {
      all.add(TestNode.connect(nodes.get(0), nodes.get(1)));
    }
    time.advance(SECOND);
    for (Duration left = life; !left.isNegative(); left = left.minus(step)) {
      network.rules(NetworkRules.LAN.withLoss(loss));
      time.advance(left.compareTo(step) < 0 ? left : step);
    }
    return all.stream().filter(pair -> reasons(pair).isEmpty()).count() / (double) pairs;
  }

  private static double shareAliveWhenEveryKeepAliveIsDrawn(double loss, Duration life) {
    SeededRandom random = new SeededRandom(1);
    int pairs = 20_000;
    int alive = 0;
    for (int i = 0; i < pairs; i++) {
      boolean one = outlives(loss, life, random);
      boolean other = outlives(loss, life, random);
      alive += one && other ? 1 : 0;
    }
    return alive / (double) pairs;
  }

  private static boolean outlives(double loss, Duration life, SeededRandom random) {
    int heardAt = 0;
    for (int second = 1; second <= life.toSeconds(); second++) {
      boolean theirs = !random.chance(loss);
      boolean ours = !random.chance(loss);
      boolean confirmation = !random.chance(loss);
      heardAt = theirs || (ours && confirmation) ? second : heardAt;
      if (second - heardAt >= 5) {
        return false;
      }
    }
    return true;
  }

  @Test
  void aThousandNodesWithFiveConnectionsEachLiveAMinuteCheaply() {
    VirtualTime time = new VirtualTime(1);
    SimulatedNetwork network = new SimulatedNetwork(time, NetworkRules.LAN.withLoss(0.1));
    List<TestNode> nodes = nodes(network, time, 1000);
    List<TestNode.Call> calls = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      for (int offset = 1; offset <= 5; offset++) {
        TestNode from = nodes.get(i);
        TestNode to = nodes.get((i + offset * 37) % 1000);
        TestNode.Call call = from.new Call();
        from.loop.execute(
            () -> call.dial = from.transport.dial(to.address, java.util.Set.of(to.id), call));
        calls.add(call);
      }
    }
    time.advance(SECOND.multipliedBy(5));
    long tasksBefore = time.tasksRun();
    time.advance(Duration.ofMinutes(1));

    // 10,000 sides, 60 keep-alives each: with one event per packet it would be over a million.
    assertThat(time.tasksRun() - tasksBefore).isLessThan(200_000);
    List<TestNode.Call> connected =
        calls.stream().filter(call -> call.connected.size() == 1).toList();
    assertThat(connected.size()).as("but for those that lost five packets").isGreaterThan(4990);
    assertThat(connected.stream().filter(call -> call.connected.get(0).closed.isEmpty()).count())
        .isGreaterThan(4900);
  }

  @Test
  void tenThousandConnectionsLeaveNothingBehind() {
    VirtualTime time = new VirtualTime(1);
    SimulatedNetwork network = new SimulatedNetwork(time, NetworkRules.LAN);
    List<TestNode> nodes = nodes(network, time, 2);
    Refusal left = Refusal.ours(RefusalReason.LEFT, "");
    for (int i = 0; i < 10_000; i++) {
      TestNode.Call call = nodes.get(i % 2).dial(nodes.get(1 - i % 2));
      time.advance(Duration.ofMillis(10));
      call.connected.get(0).close(left);
      nodes.forEach(node -> node.accepted.clear());
    }
    time.advance(SECOND.multipliedBy(10));

    assertThat(nodes).allSatisfy(node -> assertThat(node.transport.connections()).isZero());
    assertThat(time.timersHeld()).isZero();
  }

  private static List<RefusalReason> reasons(TestNode.Pair pair) {
    List<RefusalReason> reasons = new ArrayList<>();
    pair.dialler().closed.forEach(refusal -> reasons.add(refusal.reason()));
    pair.acceptor().closed.forEach(refusal -> reasons.add(refusal.reason()));
    return reasons;
  }

  private static List<TestNode> nodes(SimulatedNetwork network, VirtualTime time, int count) {
    List<TestNode> nodes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      nodes.add(new TestNode(network, time, i));
    }
    return nodes;
  }
}
