package dev.peatmesh.discovery.k8s.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SliceWatchTest {
  private static final Duration LONG = Duration.ofMinutes(10);

  // The usual way

  @Test
  void listsThenWatchesFromTheVersionOfTheList() {
    WatchRun run = new WatchRun(1);
    run.lists("41", "a", "b");
    assertThat(run.asked).containsExactly("list", "watch from 41");
    assertThat(run.shown).containsExactly("a", "b");
    assertThat(run.reports).containsExactly("well");
  }

  @Test
  void watchShowsEachChangeAtOnce() {
    WatchRun run = WatchRun.watching("a");
    run.changes("b", "2");
    assertThat(run.shown).containsExactly("a", "b");
    run.deletes("a", "3");
    assertThat(run.shown).containsExactly("b");
  }

  @Test
  void asksForPagesUntilThereIsNoMore() {
    WatchRun run = new WatchRun(1);
    run.pages("41", "t1", "a");
    assertThat(run.shown).isEmpty();
    run.pages("41", "t2", "b");
    run.lists("41", "c");
    assertThat(run.asked).containsExactly("list", "list from t1", "list from t2", "watch from 41");
    assertThat(run.shown).containsExactly("a", "b", "c");
  }

  @Test
  void listReplacesWhatWasKnown() {
    WatchRun run = WatchRun.watching("a", "b");
    run.advance(Duration.ofSeconds(15));
    run.ends();
    run.lists("9", "b", "c");
    assertThat(run.shown).containsExactly("b", "c");
    assertThat(run.lastAsked()).isEqualTo("watch from 9");
  }

  @Test
  void watchAsksTheApiToEndItWithinTheInterval() {
    Set<Duration> times = new TreeSet<>();
    for (long seed = 0; seed < 200; seed++) {
      WatchRun run = new WatchRun(seed);
      run.lists("1");
      times.add(((Effect.Watch) run.request()).time());
    }
    assertThat(times)
        .hasSizeGreaterThan(3)
        .allMatch(time -> time.compareTo(WatchRun.INTERVAL) <= 0)
        .allMatch(time -> time.compareTo(Duration.ofSeconds(24)) >= 0);
  }

  @Test
  void shortestIntervalStillAsksForWholeSeconds() {
    WatchRun run = new WatchRun(Duration.ofSeconds(1), 1);
    run.lists("1");
    assertThat(((Effect.Watch) run.request()).time()).isEqualTo(Duration.ofSeconds(1));
    run.opens();
    run.advance(Duration.ofMillis(900));
    run.ends();
    assertThat(run.lastAsked()).isEqualTo("list");
  }

  // Silence

  @Test
  void watchThatIsOpenAndSilentIsFollowedByAListAndStartedAnew() {
    WatchRun run = WatchRun.watching("a");
    run.advance(WatchRun.INTERVAL.plus(SliceWatch.GRACE));
    assertThat(run.asked).containsExactly("list", "watch from 1", "cancel", "list");
    run.lists("5", "b");
    assertThat(run.shown).containsExactly("b");
    assertThat(run.lastAsked()).isEqualTo("watch from 5");
    assertThat(run.reports).containsOnly("well");
  }

  @Test
  void listIsDueAlsoWhenWatchesAreResumedAgainAndAgain() {
    WatchRun run = WatchRun.watching("a");
    int lists = 0;
    for (int i = 0; i < 100 && lists == 0; i++) {
      run.breaks();
      run.advanceToNextRequest(LONG);
      if (run.lastAsked().equals("list")) {
        lists++;
      } else {
        run.opens();
        run.advance(Duration.ofSeconds(1));
      }
    }
    assertThat(lists).isEqualTo(1);
    assertThat(run.now()).isLessThan(WatchRun.INTERVAL.plusSeconds(12));
  }

  @Test
  void watchThatDoesNotOpenIsGivenUpAndReported() {
    WatchRun run = new WatchRun(1);
    run.lists("1", "a");
    run.advance(SliceWatch.SETTLE);
    assertThat(run.reports).containsExactly("well", "TIMEOUT");
    run.advanceToNextRequest(LONG);
    assertThat(run.lastAsked()).isEqualTo("watch from 1");
    run.opens();
    assertThat(run.reports).endsWith("well");
  }

  // Breaks

  @Test
  void brokenWatchGoesOnFromTheLastVersionHeardAndNobodyIsTold() {
    WatchRun run = WatchRun.watching("a");
    run.changes("b", "5");
    run.bookmarks("8");
    run.breaks();
    Duration pause = run.advanceToNextRequest(LONG);
    assertThat(run.lastAsked()).isEqualTo("watch from 8");
    assertThat(pause).isLessThanOrEqualTo(Backoff.FIRST.plusMillis(10));
    assertThat(run.shown).containsExactly("a", "b");
    assertThat(run.reports).containsExactly("well");
  }

  @Test
  void apiThatCannotBeReachedAnyMoreIsReportedAndPeersAreKept() {
    WatchRun run = WatchRun.watching("a");
    run.breaks();
    run.advanceToNextRequest(LONG);
    run.breaks();
    assertThat(run.reports).containsExactly("well", "UNREACHABLE");
    assertThat(run.shown).containsExactly("a");
    run.advanceToNextRequest(LONG);
    run.opens();
    assertThat(run.reports).containsExactly("well", "UNREACHABLE", "well");
  }

  @Test
  void watchesThatBreakAgainAndAgainAreReportedUntilOneIsSteady() {
    WatchRun run = WatchRun.watching("a");
    for (int i = 0; i < SliceWatch.UNSTEADY_MAX; i++) {
      run.breaks();
      run.advanceToNextRequest(LONG);
      run.opens();
    }
    assertThat(run.reports).containsExactly("well", "UNSTEADY");
    run.advance(SliceWatch.SETTLE);
    assertThat(run.reports).containsExactly("well", "UNSTEADY", "well");
  }

  @Test
  void watchesThatTheApiEndsAtOnceAreNotAskedForWithoutAPause() {
    WatchRun run = WatchRun.watching("a");
    for (int i = 0; i < 20; i++) {
      run.ends();
      run.advanceToNextRequest(LONG);
      assertThat(run.lastAsked()).isEqualTo("list");
      run.lists("1", "a");
      run.opens();
    }
    assertThat(run.now()).isGreaterThan(Duration.ofSeconds(60));
    assertThat(run.reports).contains("UNSTEADY").doesNotContain("TIMEOUT");
  }

  @Test
  void lineThatIsNoEventIsReportedAndFollowedByAList() {
    WatchRun run = WatchRun.watching("a");
    run.fails(Failure.of(Failure.Kind.MALFORMED, "nonsense"));
    assertThat(run.reports).endsWith("MALFORMED");
    run.advanceToNextRequest(LONG);
    assertThat(run.lastAsked()).isEqualTo("list");
    run.lists("2", "a");
    run.opens();
    assertThat(run.reports).endsWith("MALFORMED");
    run.advance(SliceWatch.SETTLE);
    assertThat(run.reports).endsWith("well");
  }

  // 410

  @Test
  void versionThatIsGoneIsFollowedByAListAtOnce() {
    WatchRun run = WatchRun.watching("a", "b");
    run.answers(410);
    assertThat(run.lastAsked()).isEqualTo("list");
    assertThat(run.shown).containsExactly("a", "b");
    run.lists("77", "b");
    assertThat(run.shown).containsExactly("b");
    assertThat(run.reports).containsOnly("well");
  }

  @Test
  void versionsThatAreGoneTimeAndAgainAreNotAskedForWithoutAPause() {
    WatchRun run = WatchRun.watching("a");
    for (int i = 0; i < 10; i++) {
      run.answers(410);
      if (!run.lastAsked().equals("list")) {
        run.advanceToNextRequest(LONG);
      }
      run.lists("1", "a");
      run.opens();
    }
    assertThat(run.now()).isGreaterThan(Duration.ofSeconds(20));
  }

  @Test
  void expiredPageIsFollowedByANewListAndThenByOneWithoutPages() {
    WatchRun run = new WatchRun(1);
    run.pages("1", "t1", "a");
    run.answers(410);
    assertThat(run.lastAsked()).isEqualTo("list");
    assertThat(((Effect.ListPage) run.request()).limit()).isEqualTo(SliceWatch.PAGE_SLICES);
    run.pages("2", "t2", "b");
    run.answers(410);
    assertThat(((Effect.ListPage) run.request()).limit()).isZero();
    run.lists("3", "c");
    assertThat(run.shown).containsExactly("c");
    assertThat(run.reports).containsExactly("well");
  }

  // Refusals

  @ParameterizedTest
  @ValueSource(ints = {400, 403, 404, 429, 500, 503})
  void refusedListIsReportedAndTriedAgainUntilItIsGranted(int status) {
    WatchRun run = new WatchRun(1);
    for (int i = 0; i < 5; i++) {
      run.answers(status);
      assertThat(run.advanceToNextRequest(LONG)).isLessThanOrEqualTo(Backoff.MAX.plusMillis(10));
      assertThat(run.lastAsked()).isEqualTo("list");
    }
    assertThat(run.reports).hasSize(5).containsOnly(Integer.toString(status));
    run.lists("1", "a");
    assertThat(run.reports).endsWith("well");
    assertThat(run.renewals).isZero();
  }

  @Test
  void refusedWatchIsNotCalledWellBecauseListsAreGranted() {
    WatchRun run = new WatchRun(1);
    for (int i = 0; i < 3; i++) {
      run.lists("1", "a");
      run.answers(403);
      run.advanceToNextRequest(LONG);
    }
    assertThat(run.reports).containsExactly("well", "403", "403", "403");
    run.lists("1", "a");
    run.opens();
    assertThat(run.reports).endsWith("well");
  }

  @Test
  void rotatedTokenIsReadAgainAtOnceAndNobodyIsTold() {
    WatchRun run = WatchRun.watching("a");
    run.advance(SliceWatch.SETTLE);
    run.answers(401);
    assertThat(run.renewals).isEqualTo(1);
    assertThat(run.lastAsked()).isEqualTo("list");
    run.lists("2", "a");
    assertThat(run.reports).containsOnly("well");
  }

  @Test
  void tokenThatStaysBadIsReportedAndTriedWithPauses() {
    WatchRun run = WatchRun.watching("a");
    for (int i = 0; i < 10; i++) {
      run.answers(401);
      if (!run.isAsking()) {
        run.advanceToNextRequest(LONG);
      }
    }
    assertThat(run.reports).contains("401");
    assertThat(run.renewals).isEqualTo(10);
    assertThat(run.now()).isGreaterThan(Duration.ofSeconds(20));
    assertThat(run.shown).containsExactly("a");
  }

  @Test
  void watchThatIsRefusedWith401WhileListsAreGrantedDoesNotLoop() {
    WatchRun run = new WatchRun(1);
    for (int i = 0; i < 10; i++) {
      run.lists("1", "a");
      run.answers(401);
      if (!run.lastAsked().equals("list")) {
        run.advanceToNextRequest(LONG);
      }
    }
    assertThat(run.now()).isGreaterThan(Duration.ofSeconds(20));
  }

  @ParameterizedTest
  @EnumSource(
      value = Failure.Kind.class,
      names = {"TLS", "NO_CONFIGURATION"})
  void filesAreReadAgainWhenTheyMayHaveChanged(Failure.Kind kind) {
    WatchRun run = new WatchRun(1);
    run.fails(Failure.of(kind, ""));
    assertThat(run.renewals).isEqualTo(1);
    assertThat(run.reports).containsExactly(kind.name());
  }

  @Test
  void retryAfterIsHonouredUpToABound() {
    WatchRun run = new WatchRun(1);
    run.fails(Failure.status(429, "", Duration.ofSeconds(40)));
    assertThat(run.advanceToNextRequest(LONG)).isBetween(seconds(40), seconds(41));
    run.fails(Failure.status(429, "", Duration.ofDays(3)));
    assertThat(run.advanceToNextRequest(LONG))
        .isBetween(Backoff.RETRY_AFTER_MAX, Backoff.RETRY_AFTER_MAX.plusSeconds(1));
  }

  @Test
  void pausesGrowAndAreDiced() {
    List<Duration> pauses = new ArrayList<>();
    Set<Duration> firsts = new TreeSet<>();
    for (long seed = 0; seed < 50; seed++) {
      WatchRun run = new WatchRun(seed);
      for (int i = 0; i < 8; i++) {
        run.answers(500);
        Duration pause = run.advanceToNextRequest(LONG);
        if (i == 0) {
          firsts.add(pause);
        }
        pauses.add(pause);
      }
    }
    assertThat(firsts).hasSizeGreaterThan(5);
    assertThat(pauses).allMatch(pause -> pause.compareTo(Backoff.MAX.plusMillis(10)) <= 0);
    assertThat(pauses.get(7)).isGreaterThanOrEqualTo(Backoff.MAX.dividedBy(2));
  }

  /** {@link WatchRun} itself fails when two requests are made at a time. */
  @Test
  void healsAfterWhateverHappened() {
    for (long seed = 1; seed <= 1000; seed++) {
      Random random = new Random(seed);
      WatchRun run = new WatchRun(seed);
      for (int step = 0; step < 60; step++) {
        disturb(run, random);
      }
      heal(run);
      assertThat(run.reports).as("seed %d", seed).endsWith("well");
      assertThat(run.shown).as("seed %d", seed).containsExactly("healed");
    }
  }

  // Strays

  @Test
  void answersToRequestsThatAreOverAreNotListenedTo() {
    WatchRun run = WatchRun.watching("a");
    long watch = run.number();
    run.advance(WatchRun.INTERVAL.plus(SliceWatch.GRACE));
    run.handle(new Input.Changed(watch, WatchRun.slice("stray"), "99"));
    run.handle(new Input.Failed(watch, Failure.status(403, "", Duration.ZERO)));
    run.handle(new Input.Ended(watch));
    run.handle(new Input.Opened(watch));
    run.lists("5", "a");
    assertThat(run.shown).containsExactly("a");
    assertThat(run.lastAsked()).isEqualTo("watch from 5");
    assertThat(run.reports).containsOnly("well");
  }

  @Test
  void alarmsThatWereSetAnewDoNotRingTwice() {
    WatchRun run = WatchRun.watching("a");
    run.handle(new Input.Rang(Input.Alarm.RETRY, 12345));
    run.handle(new Input.Rang(Input.Alarm.RELIST, -1));
    assertThat(run.asked).containsExactly("list", "watch from 1");
  }

  // Bounds

  @Test
  void slicesBeyondTheBoundAreLeftOutAndSaid() {
    WatchRun run = WatchRun.watching();
    for (int i = 0; i <= SliceTable.SLICES_MAX; i++) {
      run.changes("s" + i, "2");
    }
    assertThat(run.shown).hasSize(SliceTable.SLICES_MAX);
    assertThat(run.overflown).isTrue();
  }

  @Test
  void listWithoutAnEndIsCutAndSaid() {
    WatchRun run = new WatchRun(1);
    for (int i = 0; i < 10_000 && run.request() instanceof Effect.ListPage; i++) {
      run.pages("1", "more" + i, "same");
    }
    assertThat(run.request()).isInstanceOf(Effect.Watch.class);
    assertThat(run.shown).containsExactly("same");
    assertThat(run.overflown).isTrue();
  }

  private static void disturb(WatchRun run, Random random) {
    boolean listing = run.request() instanceof Effect.ListPage;
    if (!run.isAsking() || random.nextInt(4) == 0) {
      run.advance(Duration.ofMillis(random.nextInt(20_000)));
      return;
    }
    switch (random.nextInt(6)) {
      case 0 -> run.breaks();
      case 1 -> run.answers(List.of(401, 403, 410, 429, 500).get(random.nextInt(5)));
      case 2 -> run.fails(Failure.of(Failure.Kind.TLS, ""));
      default -> {
        if (listing) {
          run.pages("1", random.nextBoolean() ? "" : "more", "x");
        } else if (random.nextInt(4) == 0) {
          run.ends();
        } else {
          run.changes("y", "2");
        }
      }
    }
  }

  /** From now on the API does all that it should; a retry may still be minutes away. */
  private static void heal(WatchRun run) {
    for (int i = 0; i < 100; i++) {
      if (run.isAsking() && run.request() instanceof Effect.ListPage) {
        run.lists("100", "healed");
      } else if (run.isAsking()) {
        run.opens();
      }
      run.advance(Duration.ofSeconds(1));
    }
  }

  private static Duration seconds(long seconds) {
    return Duration.ofSeconds(seconds);
  }
}
