package dev.peatmesh.internal.link;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peatmesh.RefusalReason;
import dev.peatmesh.internal.link.DialRace.Effect;
import dev.peatmesh.internal.link.DialRace.Input;
import dev.peatmesh.internal.transport.Refusal;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DialRaceTest {
  private static final DialRace.Rules RULES =
      new DialRace.Rules(Duration.ofMillis(250), Duration.ofSeconds(5), 32);

  private long now = Long.MAX_VALUE - 1_000_000;
  private long lastAttempt;

  @Test
  void triesIpv6AndIpv4InTurn() {
    DialRace race = race();
    List<String> order = new ArrayList<>();
    List<Effect> effects = start(race, "10.0.0.1", "10.0.0.2", "2001:db8::1", "2001:db8::2");
    for (int i = 0; i < 4; i++) {
      order.add(dialled(effects));
      effects = tick(race, 250);
    }

    assertThat(order)
        .containsExactly(
            "[2001:db8:0:0:0:0:0:1]:1", "10.0.0.1:1", "[2001:db8:0:0:0:0:0:2]:1", "10.0.0.2:1");
  }

  @Test
  void startsTheNextAfterTheStaggerAndNotBefore() {
    DialRace race = race();
    List<Effect> effects = start(race, "10.0.0.1", "10.0.0.2");
    assertThat(effects)
        .containsExactly(
            new Effect.Dial(1, at("10.0.0.1")), new Effect.Wake(Duration.ofMillis(250).toNanos()));

    assertThat(tick(race, 249)).noneMatch(Effect.Dial.class::isInstance);
    assertThat(dialled(tick(race, 1))).isEqualTo("10.0.0.2:1");
  }

  @Test
  void lastOfSixStartsAfterASecond() {
    DialRace race = race();
    start(race, hosts(6));
    for (int i = 0; i < 4; i++) {
      assertThat(tick(race, 199)).noneMatch(Effect.Dial.class::isInstance);
      assertThat(dialled(tick(race, 1))).isNotNull();
    }

    assertThat(dialled(tick(race, 200))).isEqualTo("10.0.0.6:1");
  }

  @Test
  void ofManyEachStartsAHundredMillisecondsAfterTheFormer() {
    DialRace race = race();
    start(race, hosts(32));

    assertThat(tick(race, 99)).noneMatch(Effect.Dial.class::isInstance);
    assertThat(dialled(tick(race, 1))).isEqualTo("10.0.0.2:1");
  }

  @Test
  void startsTheNextAtOnceWhenOneFails() {
    DialRace race = race();
    start(race, "10.0.0.1", "10.0.0.2");

    List<Effect> effects = race.handle(new Input.Failed(1, unreachable()), now);

    assertThat(dialled(effects)).isEqualTo("10.0.0.2:1");
  }

  @Test
  void firstConnectionWinsAndTheOthersAreCancelled() {
    DialRace race = race();
    start(race, "10.0.0.1", "10.0.0.2", "10.0.0.3");
    tick(race, 250);
    tick(race, 250);

    assertThat(race.handle(new Input.Connected(2), now))
        .containsExactly(
            new Effect.Cancel(1), new Effect.Cancel(3), new Effect.Won(2, at("10.0.0.2")));
    assertThat(tick(race, 10_000)).isEmpty();
  }

  @Test
  void eachAddressHasFiveSeconds() {
    DialRace race = race();
    start(race, "10.0.0.1", "10.0.0.2");
    tick(race, 250);

    assertThat(tick(race, 4_750)).contains(new Effect.Cancel(1));
    List<Effect> end = tick(race, 250);

    assertThat(end).contains(new Effect.Cancel(2));
    assertThat(lost(end).reason()).isEqualTo(RefusalReason.UNREACHABLE);
    assertThat(lost(end).detail()).contains("10.0.0.1:1 did not answer", "10.0.0.2:1");
  }

  @Test
  void asksToBeWokenWhenSomethingIsDue() {
    DialRace race = race();
    List<Effect> effects = start(race, "10.0.0.1");
    for (int step = 0; step < 10; step++) {
      Effect last = effects.get(effects.size() - 1);
      if (last instanceof Effect.Lost) {
        return;
      }
      long wait = ((Effect.Wake) last).delayNanos();
      assertThat(wait).isPositive();
      now += wait;
      effects = race.handle(new Input.Tick(), now);
    }
    throw new AssertionError("does not come to an end");
  }

  @Test
  void saysTheMostTellingReasonFirst() {
    DialRace race = race();
    start(race, "10.0.0.1", "10.0.0.2", "10.0.0.3");
    race.handle(new Input.Failed(1, unreachable()), now);
    race.handle(new Input.Failed(2, Refusal.theirs(RefusalReason.WRONG_KEY, "holds another")), now);
    Refusal lost = lost(race.handle(new Input.Failed(3, unreachable()), now));

    assertThat(lost.reason()).isEqualTo(RefusalReason.WRONG_KEY);
    assertThat(lost.remote()).isTrue();
    assertThat(lost.detail()).startsWith("10.0.0.2:1 holds another; ");
  }

  @Test
  void literalsDoNotWaitForNames() {
    DialRace race = race();
    InetSocketAddress name = InetSocketAddress.createUnresolved("peer.example", 1);
    List<Effect> effects = race.handle(new Input.Started(List.of(name, at("10.0.0.1"))), now);
    assertThat(effects).contains(new Effect.Resolve(name));
    assertThat(dialled(effects)).isEqualTo("10.0.0.1:1");

    now += Duration.ofMillis(300).toNanos();
    effects = race.handle(new Input.Resolved(name, List.of(ip("10.0.0.2"), ip("10.0.0.1"))), now);

    assertThat(dialled(effects)).isEqualTo("10.0.0.2:1");
  }

  @Test
  void nameThatDoesNotResolveIsToldAsThat() {
    DialRace race = race();
    InetSocketAddress name = InetSocketAddress.createUnresolved("peer.example", 1);
    race.handle(new Input.Started(List.of(name)), now);

    Refusal lost = lost(race.handle(new Input.Resolved(name, List.of()), now));

    assertThat(lost.reason()).isEqualTo(RefusalReason.UNRESOLVED);
    assertThat(lost.detail()).contains("peer.example:1 does not resolve");
  }

  @Test
  void resolverThatIsSilentIsNotWaitedForLongerThanADial() {
    DialRace race = race();
    InetSocketAddress name = InetSocketAddress.createUnresolved("peer.example", 1);
    race.handle(new Input.Started(List.of(name)), now);

    assertThat(lost(tick(race, 5_000)).reason()).isEqualTo(RefusalReason.UNRESOLVED);
  }

  @Test
  void addressesBeyondTheLimitAreNotTried() {
    DialRace race =
        new DialRace(
            new DialRace.Rules(Duration.ofMillis(250), Duration.ofSeconds(5), 3),
            () -> ++lastAttempt,
            null,
            Set.of());
    start(race, hosts(99));
    for (int i = 0; i < 100; i++) {
      tick(race, 250);
    }

    assertThat(lastAttempt).isEqualTo(3);
  }

  @Test
  void provenAddressComesFirstAndSuspectsLast() {
    DialRace race =
        new DialRace(RULES, () -> ++lastAttempt, at("10.0.0.3"), Set.of(at("2001:db8::1")));
    List<String> order = new ArrayList<>();
    List<Effect> effects = start(race, "2001:db8::1", "10.0.0.1", "10.0.0.3");
    for (int i = 0; i < 3; i++) {
      order.add(dialled(effects));
      effects = tick(race, 250);
    }

    assertThat(order).containsExactly("10.0.0.3:1", "10.0.0.1:1", "[2001:db8:0:0:0:0:0:1]:1");
  }

  @Test
  void cancelledRaceCancelsItsAttempts() {
    DialRace race = race();
    start(race, "10.0.0.1");

    assertThat(race.handle(new Input.Cancelled(), now)).containsExactly(new Effect.Cancel(1));
    assertThat(tick(race, 10_000)).isEmpty();
  }

  @Test
  void raceWithoutAddressesIsLostAtOnce() {
    assertThat(lost(start(race())).reason()).isEqualTo(RefusalReason.UNREACHABLE);
  }

  @Test
  void whatBecomesKnownMeanwhileIsTriedNextAndAtOnce() {
    DialRace race = race();
    start(race, "10.0.0.1", "10.0.0.2");
    now += Duration.ofMillis(10).toNanos();

    List<Effect> effects =
        race.handle(new Input.Learned(List.of(at("10.0.0.1"), at("10.0.0.9"))), now);

    assertThat(effects)
        .containsExactly(
            new Effect.Dial(2, at("10.0.0.9")), new Effect.Wake(Duration.ofMillis(250).toNanos()));
    assertThat(dialled(tick(race, 250))).isEqualTo("10.0.0.2:1");
    assertThat(race.handle(new Input.Learned(List.of(at("10.0.0.9"))), now))
        .noneMatch(Effect.Dial.class::isInstance);
  }

  @Test
  void namesThatBecomeKnownMeanwhileAreResolvedOnceAndHaveTheirTime() {
    DialRace race = race();
    InetSocketAddress early = InetSocketAddress.createUnresolved("early", 1);
    InetSocketAddress late = InetSocketAddress.createUnresolved("late", 1);
    race.handle(new Input.Started(List.of(early)), now);
    tick(race, 4_000);

    assertThat(race.handle(new Input.Learned(List.of(early, late)), now))
        .containsExactly(
            new Effect.Resolve(late), new Effect.Wake(Duration.ofSeconds(5).toNanos()));
    assertThat(tick(race, 4_999)).noneMatch(Effect.Lost.class::isInstance);
    assertThat(lost(tick(race, 1)).reason()).isEqualTo(RefusalReason.UNRESOLVED);
  }

  private static String[] hosts(int count) {
    return IntStream.rangeClosed(1, count).mapToObj(i -> "10.0.0." + i).toArray(String[]::new);
  }

  private DialRace race() {
    return new DialRace(RULES, () -> ++lastAttempt, null, Set.of());
  }

  private List<Effect> start(DialRace race, String... hosts) {
    return race.handle(new Input.Started(Stream.of(hosts).map(DialRaceTest::at).toList()), now);
  }

  private List<Effect> tick(DialRace race, long millis) {
    now += Duration.ofMillis(millis).toNanos();
    return race.handle(new Input.Tick(), now);
  }

  private static @Nullable String dialled(List<Effect> effects) {
    return effects.stream()
        .filter(Effect.Dial.class::isInstance)
        .map(effect -> Addresses.text(((Effect.Dial) effect).address()))
        .findFirst()
        .orElse(null);
  }

  private static Refusal lost(List<Effect> effects) {
    Effect last = effects.get(effects.size() - 1);
    assertThat(last).isInstanceOf(Effect.Lost.class);
    return ((Effect.Lost) last).refusal();
  }

  private static Refusal unreachable() {
    return Refusal.ours(RefusalReason.UNREACHABLE, "refused");
  }

  private static InetSocketAddress at(String host) {
    return new InetSocketAddress(ip(host), 1);
  }

  private static InetAddress ip(String host) {
    try {
      return InetAddress.getByName(host);
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }
}
