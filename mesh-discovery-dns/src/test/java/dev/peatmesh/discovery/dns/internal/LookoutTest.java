package dev.peatmesh.discovery.dns.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peatmesh.discovery.DiscoveryEvent;
import dev.peatmesh.discovery.DiscoveryEvent.PeerFound;
import dev.peatmesh.discovery.DiscoveryEvent.PeerLost;
import dev.peatmesh.discovery.DiscoveryEvent.PeerUpdated;
import dev.peatmesh.discovery.DiscoveryStatus;
import dev.peatmesh.discovery.PeerAddress;
import dev.peatmesh.discovery.PeerInfo;
import dev.peatmesh.discovery.dns.internal.Answer.Absent;
import dev.peatmesh.discovery.dns.internal.Answer.Addresses;
import dev.peatmesh.discovery.dns.internal.Answer.Failed;
import dev.peatmesh.discovery.dns.internal.Answer.Services;
import dev.peatmesh.discovery.dns.internal.Answer.Target;
import dev.peatmesh.discovery.dns.internal.ServiceName.Kubernetes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The state machine against a DNS that is a map, on a clock that is a number. */
class LookoutTest {
  private static final String HOST = "peat-mesh.default.svc.cluster.local";
  private static final Question SRV = Question.service("_iroh-quic._udp." + HOST + ".");
  private static final Absent NO_NAME = new Absent(false, true, 5);
  private static final Absent NO_RECORD = new Absent(true, true, 5);
  private static final Failed SILENT = new Failed("10.0.0.10:53 does not answer", true);

  /** Random on purpose: the origin of nanoTime means nothing. */
  private long now = Long.MAX_VALUE - Duration.ofSeconds(3).toNanos();

  private final Map<Question, Answer> dns = new HashMap<>();
  private final List<Question> asked = new ArrayList<>();
  private final List<DiscoveryEvent> events = new ArrayList<>();
  private Lookout lookout = lookout();

  @Test
  void reportsWhatTheServiceShowsButNotItself() {
    dns.put(SRV, services(30, pod("peat-mesh-0", "10.0.0.1"), pod("peat-mesh-1", "10.0.0.2")));
    round();
    assertThat(events).containsExactly(new PeerFound(peer("peat-mesh-1", "10.0.0.2")));
    assertThat(lookout.peers()).containsExactly(peer("peat-mesh-1", "10.0.0.2"));
    assertThat(lookout.status()).isEqualTo(new DiscoveryStatus.Ok());
    assertThat(asked).containsExactly(SRV);
  }

  @Test
  void orderOfAnAnswerIsNoChange() {
    dns.put(SRV, services(30, pod("b", "10.0.0.2", "fd00::2"), pod("a", "10.0.0.1")));
    round();
    events.clear();
    dns.put(SRV, services(30, pod("a", "10.0.0.1"), pod("b", "fd00::2", "10.0.0.2")));
    pass(Duration.ofSeconds(60));
    assertThat(events).isEmpty();
    assertThat(lookout.peers().get(1).addresses())
        .containsExactly(new PeerAddress("10.0.0.2", 11204), new PeerAddress("fd00::2", 11204));
  }

  @Test
  void tellsEachChangeOnce() {
    dns.put(SRV, services(5, pod("a", "10.0.0.1"), pod("b", "10.0.0.2")));
    round();
    dns.put(SRV, services(5, pod("b", "10.0.0.3"), pod("c", "10.0.0.4")));
    pass(Duration.ofSeconds(30));
    assertThat(events)
        .containsExactly(
            new PeerFound(peer("a", "10.0.0.1")),
            new PeerFound(peer("b", "10.0.0.2")),
            new PeerLost("a"),
            new PeerUpdated(peer("b", "10.0.0.3")),
            new PeerFound(peer("c", "10.0.0.4")));
  }

  @Test
  void asksAgainWhenTheTimeToLiveEnds() {
    dns.put(SRV, services(7, pod("a", "10.0.0.1")));
    pass(Pace.SETTLING.multipliedBy(2));
    asked.clear();
    pass(Duration.ofSeconds(70));
    assertThat(asked).hasSizeBetween(9, 11);
  }

  @Test
  void asksEverySecondWhileThingsChange() {
    dns.put(SRV, services(3600, pod("a", "10.0.0.1")));
    pass(Duration.ofSeconds(9));
    assertThat(asked).hasSize(10);
  }

  @Test
  void keepsToItsBoundsWhateverTheTimeToLiveIs() {
    dns.put(SRV, services(Integer.MAX_VALUE, pod("a", "10.0.0.1")));
    pass(Duration.ofSeconds(20));
    asked.clear();
    pass(Duration.ofSeconds(300));
    assertThat(asked).hasSizeBetween(10, 11);

    dns.put(SRV, services(0, pod("a", "10.0.0.1")));
    pass(Duration.ofSeconds(31));
    asked.clear();
    pass(Duration.ofSeconds(10));
    assertThat(asked).hasSize(10);
  }

  @Test
  void seesNewPodsSoonWhenThereWereNone() {
    dns.put(SRV, new Absent(false, true, 86_400));
    pass(Duration.ofSeconds(100));
    dns.put(SRV, services(30, pod("a", "10.0.0.1")));
    pass(Pace.ABSENT_MAX);
    assertThat(lookout.peers()).hasSize(1);
  }

  @Test
  void failuresDropNobodyForEver() {
    dns.put(SRV, services(5, pod("a", "10.0.0.1")));
    round();
    for (Answer failure : List.of(SILENT, new Failed("says SERVFAIL", false))) {
      dns.put(SRV, failure);
      pass(Duration.ofHours(1));
      assertThat(lookout.peers()).hasSize(1);
      assertThat(lookout.status()).isInstanceOf(DiscoveryStatus.Degraded.class);
    }
    assertThat(events).hasSize(1);
  }

  @Test
  void peersAreGoneOnlyWhenTheZoneSaysSoAgainAndAgain() {
    dns.put(SRV, services(5, pod("a", "10.0.0.1")));
    pass(Duration.ofSeconds(20));
    dns.put(SRV, NO_NAME);
    pass(Duration.ofSeconds(9));
    assertThat(lookout.peers()).hasSize(1);
    pass(Duration.ofSeconds(8));
    assertThat(lookout.peers()).isEmpty();
    assertThat(events).last().isEqualTo(new PeerLost("a"));
  }

  @Test
  void oneAnswerBetweenMakesTheZoneSayItAllOverAgain() {
    dns.put(SRV, services(1, pod("a", "10.0.0.1")));
    round();
    for (int i = 0; i < 10; i++) {
      dns.put(SRV, NO_NAME);
      pass(Duration.ofSeconds(9));
      dns.put(SRV, services(1, pod("a", "10.0.0.1")));
      pass(Duration.ofSeconds(3));
    }
    assertThat(events).hasSize(1);
  }

  @Test
  void whatTheZoneDidNotSayItselfTakesNobodyAway() {
    dns.put(SRV, services(5, pod("a", "10.0.0.1")));
    round();
    dns.put(SRV, new Absent(false, false, 0));
    pass(Duration.ofHours(1));
    assertThat(lookout.peers()).hasSize(1);
    assertThat(lookout.status()).isInstanceOf(DiscoveryStatus.Degraded.class);
  }

  @Test
  void asksForAddressesThatAreNotThere() {
    dns.put(SRV, services(30, pod("a")));
    dns.put(address("a." + HOST), new Addresses(List.of("10.0.0.7"), true, 5));
    round();
    assertThat(lookout.peers()).containsExactly(peer("a", "10.0.0.7"));
  }

  @Test
  void peerWhoseAddressIsUnknownForNowKeepsTheOldOne() {
    dns.put(SRV, services(1, pod("a", "10.0.0.1")));
    round();
    dns.put(SRV, services(1, pod("a")));
    dns.put(address("a." + HOST), NO_NAME);
    pass(Duration.ofMinutes(5));
    assertThat(lookout.peers()).containsExactly(peer("a", "10.0.0.1"));
  }

  @Test
  void failureOfOneFamilyDoesNotTakeAwayItsAddresses() {
    dns.put(SRV, services(1, pod("a")));
    Question host = address("a." + HOST);
    dns.put(host, new Addresses(List.of("10.0.0.7", "fd00::7"), true, 1));
    round();
    dns.put(host, new Addresses(List.of("10.0.0.7"), false, 1));
    pass(Duration.ofSeconds(30));
    assertThat(lookout.peers().get(0).addresses()).hasSize(2);
    dns.put(host, new Addresses(List.of("10.0.0.7"), true, 1));
    pass(Duration.ofSeconds(30));
    assertThat(lookout.peers().get(0).addresses()).hasSize(1);
  }

  @Test
  void severalPortsOfOnePodAreAddressesOfOnePeer() {
    dns.put(
        SRV,
        new Services(
            List.of(
                new Target("a." + HOST, 1, List.of("10.0.0.1")),
                new Target("a." + HOST, 2, List.of("10.0.0.1"))),
            true,
            5));
    round();
    assertThat(lookout.peers().get(0).addresses())
        .containsExactly(new PeerAddress("10.0.0.1", 1), new PeerAddress("10.0.0.1", 2));
  }

  @Test
  void keepsAtMostAThousandPeersAndSaysSo() {
    Target[] pods =
        IntStream.range(0, 3000)
            .mapToObj(i -> pod("p-%04d".formatted(i), "10.0.0.1"))
            .toArray(Target[]::new);
    dns.put(SRV, services(30, pods));
    round();
    assertThat(lookout.peers()).hasSize(Plan.PEERS_MAX);
    assertThat(lookout.peers().get(999).nodeId()).isEqualTo("p-0999");
    assertThat(cause()).contains("more than 1000 peers");
  }

  @Test
  void answerThatIsCutTakesNobodyAwayAndIsSaid() {
    dns.put(SRV, services(1, pod("a", "10.0.0.1"), pod("b", "10.0.0.2")));
    round();
    dns.put(SRV, new Services(List.of(pod("b", "10.0.0.3"), pod("c", "10.0.0.4")), false, 1));
    pass(Duration.ofSeconds(30));
    assertThat(lookout.peers())
        .containsExactly(peer("a", "10.0.0.1"), peer("b", "10.0.0.3"), peer("c", "10.0.0.4"));
    assertThat(cause()).contains("more than one answer of the DNS holds");
    dns.put(SRV, services(1, pod("c", "10.0.0.4")));
    pass(Duration.ofSeconds(30));
    assertThat(lookout.peers()).containsExactly(peer("c", "10.0.0.4"));
  }

  @Test
  void namesAreLookedUpBesidesTheServiceAsFarAsItDoesNotShowThem() {
    lookout = lookout(Optional.of(service()), named("a"), named("b"), named("z"));
    dns.put(SRV, services(30, pod("a", "10.0.0.1")));
    dns.put(address("b.example"), new Addresses(List.of("10.0.0.2"), true, 300));
    dns.put(address("z.example"), NO_NAME);
    round();
    assertThat(lookout.peers()).containsExactly(peer("a", "10.0.0.1"), peer("b", "10.0.0.2"));
    assertThat(asked).doesNotContain(address("a.example"));
    assertThat(lookout.status()).isEqualTo(new DiscoveryStatus.Ok());
  }

  @Test
  void namesStandInWhereThereIsNoService() {
    lookout = lookout(Optional.of(service()), named("b"));
    dns.put(SRV, SILENT);
    dns.put(address("b.example"), new Addresses(List.of("10.0.0.2"), true, 300));
    pass(Duration.ofSeconds(5));
    assertThat(lookout.peers()).containsExactly(peer("b", "10.0.0.2"));
  }

  @Test
  void oneQuestionThatNobodyAnswersDoesNotHoldUpTheOthers() {
    lookout = lookout(Optional.empty(), named("a"), named("b"), named("c"));
    dns.put(address("a.example"), SILENT);
    dns.put(address("b.example"), new Addresses(List.of("10.0.0.2"), true, 1));
    dns.put(address("c.example"), new Addresses(List.of("10.0.0.3"), true, 1));
    pass(Duration.ofSeconds(10));
    assertThat(lookout.peers()).hasSize(2);
    asked.clear();
    pass(Duration.ofSeconds(30));
    assertThat(asked).contains(address("b.example"), address("c.example"));
  }

  @Test
  void pausesWhileNoServerAnswers() {
    lookout = lookout(Optional.empty(), named("a"), named("b"), named("c"));
    for (String name : List.of("a", "b", "c")) {
      dns.put(address(name + ".example"), SILENT);
    }
    pass(Duration.ofSeconds(60));
    assertThat(asked).hasSizeBetween(12, 15);
  }

  @Test
  void hostileTargetsNameNobody() {
    dns.put(
        SRV,
        services(
            5,
            new Target("a\\.b\\000." + HOST, 1, List.of("10.0.0.1")),
            new Target("*." + HOST, 1, List.of("10.0.0.1")),
            new Target("", 1, List.of("10.0.0.1")),
            pod("good", "10.0.0.9")));
    round();
    assertThat(lookout.peers()).containsExactly(peer("good", "10.0.0.9"));
  }

  private String cause() {
    return ((DiscoveryStatus.Degraded) lookout.status()).cause();
  }

  /** Asks all that is due; who is not in the map has no record. */
  private void round() {
    for (int i = 0; i < 10_000; i++) {
      Optional<Question> next = lookout.next(now);
      if (next.isEmpty()) {
        events.addAll(lookout.events(now));
        return;
      }
      asked.add(next.get());
      lookout.answered(next.get(), dns.getOrDefault(next.get(), NO_RECORD), now, Instant.EPOCH);
    }
    throw new AssertionError("asks without end: " + asked.subList(asked.size() - 10, asked.size()));
  }

  /** Lets time pass, waking up when the machine asks to be woken. */
  private void pass(Duration time) {
    long end = now + time.toNanos();
    round();
    while (end - lookout.wakeAtNanos(now) > 0) {
      long wake = lookout.wakeAtNanos(now);
      assertThat(wake - now).as("the machine waits").isPositive();
      now = wake;
      round();
    }
    now = end;
    round();
  }

  private Lookout lookout(NamedHost... names) {
    return lookout(Optional.of(service()), names);
  }

  private Lookout lookout(Optional<ServiceName> service, NamedHost... names) {
    Pace pace = new Pace(Duration.ofSeconds(1), Duration.ofSeconds(30));
    Plan plan = new Plan(service, List.of(names), pace, 11204);
    return new Lookout(plan, "peat-mesh-0"::equals, now);
  }

  private static ServiceName service() {
    return ServiceName.of(new Kubernetes("peat-mesh", "default", "cluster.local", "iroh-quic"));
  }

  private static NamedHost named(String nodeId) {
    return new NamedHost(nodeId, nodeId + ".example.", 11204);
  }

  private static Question address(String name) {
    return Question.address(name + ".");
  }

  private static Services services(long ttlSeconds, Target... targets) {
    return new Services(List.of(targets), true, ttlSeconds);
  }

  private static Target pod(String name, String... hosts) {
    return new Target(name + "." + HOST, 11204, List.of(hosts));
  }

  private static PeerInfo peer(String nodeId, String... hosts) {
    return PeerInfo.of(
        nodeId,
        Arrays.stream(hosts).map(host -> new PeerAddress(host, 11204)).toList(),
        Instant.EPOCH);
  }
}
