package dev.peatmesh.internal.peers;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.peatmesh.PeerError;
import dev.peatmesh.PeerState;
import dev.peatmesh.PeerStatus;
import dev.peatmesh.RefusalReason;
import dev.peatmesh.crypto.EndpointId;
import dev.peatmesh.crypto.Formation;
import dev.peatmesh.internal.link.LocalNode;
import dev.peatmesh.internal.peers.PeerSettings.Limits;
import dev.peatmesh.internal.transport.Refusal;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.slf4j.event.Level;

/** What the peering decides, input by input. */
class PeeringTest {
  private static final Formation HOME =
      Formation.of("home", "a secret that all of them share".getBytes(UTF_8));
  private static final LocalNode ANN = new LocalNode(HOME.identity("ann"), HOME, 1);
  private static final EndpointId BOB = HOME.endpointId("bob");
  private static final Instant START = Instant.parse("2026-11-21T10:00:00Z");

  private Peering peering = started(PeerSettings.DEFAULT);
  private long passedNanos;

  // Bounds.

  @Test
  void handshakesBeyondTheLimitAreRefusedAndFreeNoOnesPlace() {
    peering = started(limits(new Limits(10, 32, 10, 2, 10, 64)));
    accept(1, "stranger 1");
    accept(2, "stranger 2");

    assertThat(closes(accept(3, "stranger 3"))).containsExactly(RefusalReason.OVERLOADED);
    assertThat(peering.counts().handshakes()).isEqualTo(2);

    peering.handle(new Input.ConnectionClosed(1, theirs(RefusalReason.LEFT)), now());
    assertThat(closes(accept(4, "stranger 4"))).isEmpty();
  }

  @Test
  void silentSourceLeavesPlacesForOthers() {
    peering = started(limits(new Limits(10, 32, 10, 8, 10, 64)));
    acceptFrom("10.1.0.1", 1, "stranger 1");
    acceptFrom("10.1.0.1", 2, "stranger 2");

    assertThat(closes(acceptFrom("10.1.0.1", 3, "stranger 3")))
        .containsExactly(RefusalReason.OVERLOADED);
    assertThat(closes(acceptFrom("10.1.0.2", 4, "bob"))).isEmpty();
    assertThat(error(peering.statuses().get(0)).detail())
        .isEqualTo("too many handshakes from one address");
  }

  @Test
  void strangerThatSaysNothingHoldsItsPlaceForFiveSeconds() {
    List<Effect> effects = accept(1, "stranger");
    assertThat(effects)
        .contains(new Effect.StartTimer(new Timer.Handshake(1), Duration.ofSeconds(5).toNanos()));

    effects = fire(new Timer.Handshake(1));

    assertThat(closes(effects)).containsExactly(RefusalReason.HANDSHAKE_TIMEOUT);
    assertThat(peering.counts().handshakes()).isZero();
    assertThat(error(peering.statuses().get(0)).detail()).isEqualTo("no hello after 5000 ms");
  }

  @Test
  void strangersAreKeptByAddressAndReasonUpToTheLimit() {
    for (int stranger = 0; stranger < 200; stranger++) {
      refusedAtDoor("10.1.0." + stranger, RefusalReason.WRONG_KEY);
      refusedAtDoor("10.1.0." + stranger, RefusalReason.WRONG_KEY);
    }

    assertThat(peering.counts().strangers()).isEqualTo(64);
    refusedAtDoor("10.1.0.199", RefusalReason.NO_CLIENT_CERTIFICATE);
    assertThat(peering.statuses().get(63).addresses()).containsExactly("10.1.0.199:9");
    assertThat(peering.statuses().get(62).addresses()).containsExactly("10.1.0.199:9");
  }

  @Test
  void strangersFillNoLog() {
    long lines = 0;
    for (int stranger = 0; stranger < 250; stranger++) {
      lines += reports(refusedAtDoor("10.1.0." + stranger, RefusalReason.WRONG_KEY)).count();
    }
    assertThat(lines).isEqualTo(10);

    pass(Duration.ofMinutes(1));
    Effect.Report next =
        reports(refusedAtDoor("10.2.0.1", RefusalReason.WRONG_KEY)).findFirst().orElseThrow();
    assertThat(next.fields()).containsEntry("suppressed", 240);
  }

  @Test
  void sameRefusalOfAPeerIsLoggedOnce() {
    discover("bob", "10.0.0.2");
    assertThat(reports(failDials(theirs(RefusalReason.WRONG_KEY))))
        .extracting(Effect.Report::level)
        .containsExactly(Level.WARN);
    fire(new Timer.Redial(BOB));
    assertThat(reports(failDials(theirs(RefusalReason.WRONG_KEY)))).isEmpty();
    fire(new Timer.Redial(BOB));
    assertThat(reports(failDials(ours(RefusalReason.UNREACHABLE))))
        .extracting(Effect.Report::level)
        .containsExactly(Level.INFO);
  }

  @Test
  void textOfTheOtherSideForgesNoLines() {
    Refusal nasty = Refusal.theirs(RefusalReason.WRONG_KEY, "x\n2026 INFO all is well\r\u001b[2J");
    List<Effect> effects = peering.handle(new Input.RefusedAtDoor(at("10.1.0.1"), nasty), now());

    assertThat(error(peering.statuses().get(0)).detail()).doesNotContainPattern("\\p{Cntrl}");
    assertThat(reports(effects).findFirst().orElseThrow().fields().get("detail").toString())
        .doesNotContainPattern("\\p{Cntrl}");
  }

  @Test
  void hintsBeyondTheLimitOfPeersAreDroppedCountedAndLogged() {
    peering = started(limits(new Limits(2, 32, 10, 10, 10, 64)));
    discover("bob", "10.0.0.2");
    discover("carl", "10.0.0.3");

    List<Effect> effects = discover("dora", "10.0.0.4");

    assertThat(peering.counts().peers()).isEqualTo(2);
    assertThat(peering.counts().hintsDropped()).isEqualTo(1);
    assertThat(reports(effects)).extracting(Effect.Report::level).containsExactly(Level.WARN);
  }

  @Test
  void peerInItsGraceGivesWayToANewOne() {
    peering = started(limits(new Limits(1, 32, 10, 10, 10, 64)));
    discover("bob", "10.0.0.2");
    peering.handle(new Input.Lost("bob"), now());

    List<Effect> effects = discover("carl", "10.0.0.3");

    assertThat(peering.statuses()).extracting(PeerStatus::nodeName).containsExactly("carl");
    assertThat(effects).contains(new Effect.CancelTimer(new Timer.Forget(BOB)));
    assertThat(peering.counts().dials()).isEqualTo(1);
  }

  @Test
  void addressesBeyondTheLimitAreDroppedAndLogged() {
    String[] hosts = IntStream.range(0, 40).mapToObj(i -> "10.0.1." + i).toArray(String[]::new);

    List<Effect> effects = discover("bob", hosts);

    assertThat(peering.statuses().get(0).addresses()).hasSize(32);
    assertThat(reports(effects).filter(line -> line.level() == Level.WARN).findFirst())
        .hasValueSatisfying(line -> assertThat(line.fields()).containsEntry("dropped", 8));
  }

  @Test
  void peersBeyondTheLimitOfDialsWaitTheirTurn() {
    peering = started(limits(new Limits(10, 32, 10, 10, 1, 64)));
    assertThat(dials(discover("bob", "10.0.0.2"))).hasSize(1);
    assertThat(dials(discover("carl", "10.0.0.3"))).isEmpty();

    List<Effect> effects = failDials(ours(RefusalReason.UNREACHABLE));

    assertThat(dials(effects))
        .extracting(Effect.Dial::expected)
        .containsExactly(HOME.endpointId("carl"));
  }

  @Test
  void badNodeNameOfASourceIsLoggedAndIgnored() {
    List<Effect> effects = discover("iroh:bob", "10.0.0.2");

    assertThat(peering.statuses()).isEmpty();
    assertThat(reports(effects)).extracting(Effect.Report::level).containsExactly(Level.WARN);
  }

  // Dials.

  @Test
  void hintsBeforeTheStartAreDialledAtTheStart() {
    peering = new Peering(ANN, PeerSettings.DEFAULT, new Random(1));
    assertThat(dials(discover("bob", "10.0.0.2"))).isEmpty();

    assertThat(dials(peering.handle(new Input.Started(), now()))).hasSize(1);
  }

  @Test
  void peerAtTheDoorIsNotDialledAsWell() {
    peering.handle(new Input.Accepted(7, BOB, at("10.0.0.2")), now());

    assertThat(dials(discover("bob", "10.0.0.2"))).isEmpty();
  }

  @Test
  void peerThatFailedAtTheDoorIsDialledAtOnce() {
    peering.handle(new Input.Accepted(7, BOB, at("10.0.0.2")), now());
    discover("bob", "10.0.0.2");

    List<Effect> effects =
        peering.handle(new Input.ConnectionClosed(7, ours(RefusalReason.TIMED_OUT)), now());

    assertThat(dials(effects)).hasSize(1);
  }

  @Test
  void signOfLifeEndsALongBackoff() {
    discover("bob", "10.0.0.2");
    for (int failure = 0; failure < 10; failure++) {
      failDials(ours(RefusalReason.UNREACHABLE));
      fire(new Timer.Redial(BOB));
    }
    failDials(ours(RefusalReason.UNREACHABLE));
    pass(Duration.ofSeconds(10));

    peering.handle(new Input.Accepted(7, BOB, at("10.0.0.2")), now());
    List<Effect> effects =
        peering.handle(new Input.ConnectionClosed(7, ours(RefusalReason.TIMED_OUT)), now());

    assertThat(effects).contains(new Effect.StartTimer(new Timer.Redial(BOB), 0));
  }

  @Test
  void repeatedFailuresOfAPeerThatNeverHadALinkAreWaitedForEverLonger() {
    discover("bob", "10.0.0.2");
    for (int failure = 0; failure < 10; failure++) {
      pass(Duration.ofSeconds(5));
      failDials(ours(RefusalReason.UNREACHABLE));
      fire(new Timer.Redial(BOB));
    }

    assertThat(waits(failDials(ours(RefusalReason.UNREACHABLE))))
        .singleElement()
        .satisfies(wait -> assertThat(wait).isGreaterThanOrEqualTo(Duration.ofSeconds(30)));
  }

  @Test
  void lostRaceForTheLinkIsNoErrorAndNoReasonToWaitLong() {
    discover("bob", "10.0.0.2");
    connectDials(1);

    List<Effect> effects =
        peering.handle(new Input.ConnectionClosed(1, theirs(RefusalReason.DUPLICATE_LINK)), now());

    assertThat(peering.statuses().get(0).lastError()).isEmpty();
    assertThat(peering.statuses().get(0).state()).isEqualTo(PeerState.BACKING_OFF);
    assertThat(waits(effects))
        .singleElement()
        .satisfies(
            wait -> assertThat(wait).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(2)));
  }

  @Test
  void addressThatConnectsAndLeadsNowhereIsTriedLastTheNextTime() {
    discover("bob", "10.0.0.1", "10.0.0.2");
    connectDials(1);
    fire(new Timer.Handshake(1));
    List<Effect> effects = fire(new Timer.Redial(BOB));

    assertThat(dials(effects)).extracting(Effect.Dial::address).containsExactly(at("10.0.0.2"));
  }

  @Test
  void connectionOfADialThatWasGivenUpIsClosed() {
    List<Effect> effects = peering.handle(new Input.DialConnected(99, 1, BOB), now());

    assertThat(closes(effects)).containsExactly(RefusalReason.DUPLICATE_LINK);
    assertThat(peering.counts().handshakes()).isZero();
  }

  @Test
  void refusedPeerShowsWhenItIsDialledNext() {
    discover("bob", "10.0.0.2");
    List<Effect> effects = failDials(theirs(RefusalReason.WRONG_FORMATION));

    PeerStatus bob = peering.statuses().get(0);
    assertThat(bob.state()).isEqualTo(PeerState.REFUSED);
    assertThat(bob.nextDialAt()).contains(now().wall().plus(waits(effects).get(0)));
    assertThat(error(bob))
        .isEqualTo(
            new PeerError(RefusalReason.WRONG_FORMATION, "10.0.0.2:9 for this test", START, true));
  }

  @Test
  void ownEndpointAtTheDoorIsNotDialledBack() {
    discover("ann", "10.0.0.1");
    peering.handle(new Input.Accepted(7, ANN.endpointId(), at("10.0.0.1")), now());

    List<Effect> effects =
        peering.handle(new Input.ConnectionClosed(7, ours(RefusalReason.TIMED_OUT)), now());

    assertThat(dials(effects)).isEmpty();
    assertThat(waits(effects)).isEmpty();
  }

  @Test
  void stopCancelsEveryTimerItStarted() {
    discover("bob", "10.0.0.2");
    discover("carl", "10.0.0.3");
    peering.handle(new Input.DialFailed(1, ours(RefusalReason.UNREACHABLE)), now());
    peering.handle(new Input.Lost("carl"), now());
    accept(7, "stranger");
    refusedAtDoor("10.1.0.1", RefusalReason.WRONG_KEY);

    List<Effect> effects = peering.handle(new Input.Stopped(), now());

    assertThat(effects)
        .contains(
            new Effect.CancelTimer(new Timer.Redial(BOB)),
            new Effect.CancelTimer(new Timer.Forget(HOME.endpointId("carl"))),
            new Effect.CancelTimer(new Timer.RaceStep(2)),
            new Effect.CancelTimer(new Timer.Handshake(7)),
            new Effect.CancelTimer(new Timer.Strangers()),
            new Effect.CancelDial(2));
    assertThat(closes(effects)).containsExactly(RefusalReason.LEFT);
    assertThat(peering.counts()).isEqualTo(new PeerCounts(0, 0, 0, 0, 0, 0));
  }

  @Test
  void everyInputIsHandledAtAnyTime() {
    InetSocketAddress name = InetSocketAddress.createUnresolved("peer", 1);
    List<Input> inputs =
        List.of(
            new Input.Started(),
            new Input.Discovered("bob", List.of("static"), List.of()),
            new Input.Lost("bob"),
            new Input.Accepted(1, BOB, at("10.0.0.2")),
            new Input.RefusedAtDoor(at("10.0.0.2"), ours(RefusalReason.WRONG_KEY)),
            new Input.Resolved(9, name, List.of()),
            new Input.DialConnected(9, 9, BOB),
            new Input.DialFailed(9, ours(RefusalReason.UNREACHABLE)),
            new Input.FrameArrived(9, ByteBuffer.allocate(1)),
            new Input.ConnectionClosed(9, ours(RefusalReason.LEFT)),
            new Input.LinkClosed(9, ours(RefusalReason.LEFT)),
            new Input.TimerFired(new Timer.RaceStep(9)),
            new Input.Stopped());
    List<Timer> timers =
        List.of(
            new Timer.Redial(BOB),
            new Timer.Forget(BOB),
            new Timer.RaceStep(9),
            new Timer.Handshake(9),
            new Timer.Strangers());

    assertThat(inputs).hasSameSizeAs(Input.class.getPermittedSubclasses());
    assertThat(timers).hasSameSizeAs(Timer.class.getPermittedSubclasses());
    timers.forEach(this::fire);
    for (Input input : inputs) {
      assertThat(peering.handle(input, now())).isNotNull();
    }
    for (Input input : inputs) {
      assertThat(peering.handle(input, now())).as("after the stop: %s", input).isNotNull();
    }
  }

  private static Peering started(PeerSettings settings) {
    Peering peering = new Peering(ANN, settings, new Random(1));
    peering.handle(new Input.Started(), new Moment(0, START));
    return peering;
  }

  private static PeerSettings limits(Limits limits) {
    return PeerSettings.DEFAULT.withLimits(limits);
  }

  private Moment now() {
    return new Moment(passedNanos, START.plusNanos(passedNanos));
  }

  private void pass(Duration time) {
    passedNanos += time.toNanos();
  }

  private List<Effect> discover(String nodeId, String... hosts) {
    List<InetSocketAddress> addresses = Stream.of(hosts).map(PeeringTest::at).toList();
    return peering.handle(new Input.Discovered(nodeId, List.of("static"), addresses), now());
  }

  private List<Effect> accept(long connection, String node) {
    return acceptFrom("10.1.0." + connection, connection, node);
  }

  private List<Effect> acceptFrom(String host, long connection, String node) {
    Input accepted = new Input.Accepted(connection, HOME.endpointId(node), at(host));
    return peering.handle(accepted, now());
  }

  private List<Effect> refusedAtDoor(String host, RefusalReason reason) {
    return peering.handle(new Input.RefusedAtDoor(at(host), ours(reason)), now());
  }

  private List<Effect> fire(Timer timer) {
    List<Effect> effects = peering.handle(new Input.TimerFired(timer), now());
    dials(effects).forEach(dial -> lastAttempt = dial.attempt());
    return effects;
  }

  private long lastAttempt = 1;

  private List<Effect> failDials(Refusal refusal) {
    return peering.handle(new Input.DialFailed(lastAttempt, refusal), now());
  }

  private void connectDials(long connection) {
    peering.handle(new Input.DialConnected(lastAttempt, connection, BOB), now());
  }

  private static List<Effect.Dial> dials(List<Effect> effects) {
    return of(Effect.Dial.class, effects).toList();
  }

  private static List<RefusalReason> closes(List<Effect> effects) {
    return of(Effect.Close.class, effects).map(close -> close.refusal().reason()).toList();
  }

  /** The lines for people: INFO and above. */
  private static Stream<Effect.Report> reports(List<Effect> effects) {
    return of(Effect.Report.class, effects)
        .filter(report -> report.level().toInt() >= Level.INFO.toInt());
  }

  private static List<Duration> waits(List<Effect> effects) {
    return of(Effect.StartTimer.class, effects)
        .filter(start -> start.timer() instanceof Timer.Redial)
        .map(start -> Duration.ofNanos(start.delayNanos()))
        .toList();
  }

  private static <T> Stream<T> of(Class<T> type, List<Effect> effects) {
    return effects.stream().filter(type::isInstance).map(type::cast);
  }

  private static PeerError error(PeerStatus status) {
    return status.lastError().orElseThrow();
  }

  private static Refusal ours(RefusalReason reason) {
    return Refusal.ours(reason, "for this test");
  }

  private static Refusal theirs(RefusalReason reason) {
    return Refusal.theirs(reason, "for this test");
  }

  private static InetSocketAddress at(String host) {
    try {
      return new InetSocketAddress(InetAddress.getByName(host), 9);
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }
}
