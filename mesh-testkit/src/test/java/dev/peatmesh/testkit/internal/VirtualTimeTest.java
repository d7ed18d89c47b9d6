package dev.peatmesh.testkit.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peatmesh.runtime.Loop;
import dev.peatmesh.testkit.Seeds;
import dev.peatmesh.testkit.SimulationFailure;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class VirtualTimeTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final VirtualTime time = new VirtualTime(42);
  private final List<String> seen = new ArrayList<>();

  @Test
  void runsTasksOfOneLoopInTheirOrder() {
    Loop loop = time.newLoop("a");
    for (int i = 0; i < 5; i++) {
      int number = i;
      loop.execute(() -> seen.add("task " + number));
    }

    time.advance(Duration.ZERO);

    assertThat(seen).containsExactly("task 0", "task 1", "task 2", "task 3", "task 4");
  }

  @Test
  void runsATimerAtItsTimeAndNotBefore() {
    Loop loop = time.newLoop("a");
    loop.schedule(SECOND, () -> seen.add("due"));

    time.advance(SECOND.minusNanos(1));
    assertThat(seen).isEmpty();

    time.advance(Duration.ofNanos(1));
    assertThat(seen).containsExactly("due");
  }

  @Test
  void aTimerWithoutDelayTakesItsTurnAmongTasks() {
    Loop loop = time.newLoop("a");
    loop.execute(() -> seen.add("first"));
    loop.schedule(Duration.ofSeconds(-3), () -> seen.add("second"));
    loop.execute(() -> seen.add("third"));

    time.advance(Duration.ZERO);

    assertThat(seen).containsExactly("first", "second", "third");
  }

  @Test
  void aCancelledTimerDoesNotRun() {
    Loop loop = time.newLoop("a");
    Loop.Timer later = loop.schedule(SECOND, () -> seen.add("later"));
    Loop.Timer now = loop.schedule(Duration.ZERO, () -> seen.add("now"));
    later.cancel();
    later.cancel();
    now.cancel();

    time.advance(SECOND);

    assertThat(seen).isEmpty();
  }

  @Test
  void aTimerCancelledAtItsOwnInstantDoesNotRun() {
    Loop loop = time.newLoop("a");
    AtomicReference<Loop.Timer> second = new AtomicReference<>();
    loop.schedule(SECOND, () -> second.get().cancel());
    second.set(loop.schedule(SECOND, () -> seen.add("second")));

    time.advance(SECOND);

    assertThat(seen).isEmpty();
  }

  @Test
  void timersOfTwoLoopsAtOneInstantRunInAnOrderDrawnFromTheSeed() {
    Set<String> orders = new HashSet<>();
    for (long seed = 1; seed <= 20; seed++) {
      orders.add(orderOfTwoLoops(seed));
      assertThat(orderOfTwoLoops(seed)).isEqualTo(orderOfTwoLoops(seed));
    }

    assertThat(orders).containsExactlyInAnyOrder("ab", "ba");
  }

  private static String orderOfTwoLoops(long seed) {
    VirtualTime time = new VirtualTime(seed);
    StringBuilder order = new StringBuilder();
    time.newLoop("a").schedule(SECOND, () -> order.append("a"));
    time.newLoop("b").schedule(SECOND, () -> order.append("b"));
    time.advance(SECOND);
    return order.toString();
  }

  @Test
  void loopsTakeTurnsButEachKeepsItsOrder() {
    Seeds.forEachSeed(
        50,
        seed -> {
          VirtualTime own = new VirtualTime(seed);
          List<Integer> a = new ArrayList<>();
          List<Integer> b = new ArrayList<>();
          Loop loopA = own.newLoop("a");
          Loop loopB = own.newLoop("b");
          for (int i = 0; i < 10; i++) {
            int number = i;
            loopA.execute(() -> a.add(number));
            loopB.schedule(SECOND, () -> b.add(number));
            loopA.schedule(SECOND, () -> a.add(10 + number));
          }

          own.advance(SECOND);

          assertThat(a).hasSize(20).isSorted();
          assertThat(b).hasSize(10).isSorted();
        });
  }

  @Test
  void clocksStartAtAnyOriginAndSomeOverflow() {
    int negative = 0;
    int overflowing = 0;
    for (long seed = 1; seed <= 100; seed++) {
      VirtualTime own = new VirtualTime(seed);
      Loop loop = own.newLoop("a");
      long start = loop.nanoTime();
      own.advance(Duration.ofMinutes(1));
      assertThat(loop.nanoTime() - start).isEqualTo(Duration.ofMinutes(1).toNanos());
      negative += start < 0 ? 1 : 0;
      overflowing += start > 0 && loop.nanoTime() < 0 ? 1 : 0;
    }

    assertThat(negative).isBetween(20, 60);
    assertThat(overflowing).isBetween(10, 40);
  }

  @Test
  void runsUntilAConditionHolds() {
    Loop loop = time.newLoop("a");
    loop.schedule(SECOND, () -> seen.add("one"));
    loop.schedule(SECOND.multipliedBy(2), () -> seen.add("two"));

    assertThat(time.runUntil(() -> !seen.isEmpty(), SECOND.multipliedBy(9))).isTrue();
    assertThat(seen).containsExactly("one");
    assertThat(time.nowNanos()).isEqualTo(SECOND.toNanos());
  }

  @Test
  void givesUpWaitingAfterTheGivenTime() {
    assertThat(time.runUntil(() -> false, SECOND)).isFalse();
    assertThat(time.nowNanos()).isEqualTo(SECOND.toNanos());
  }

  @Test
  void isIdleWhenNothingIsLeftToDo() {
    Loop loop = time.newLoop("a");
    loop.schedule(SECOND, () -> loop.schedule(SECOND, () -> seen.add("end")));
    Loop.Timer never = loop.schedule(SECOND.multipliedBy(100), () -> seen.add("never"));
    never.cancel();

    assertThat(time.runUntilIdle(SECOND.multipliedBy(50))).isTrue();
    assertThat(seen).containsExactly("end");
    assertThat(time.nowNanos()).isEqualTo(2 * SECOND.toNanos());
  }

  @Test
  void isNotIdleWhileATimerWaits() {
    time.newLoop("a").schedule(SECOND.multipliedBy(2), () -> seen.add("later"));

    assertThat(time.runUntilIdle(SECOND)).isFalse();
  }

  @Test
  void knowsOnWhichLoopItRuns() {
    Loop a = time.newLoop("a");
    Loop b = time.newLoop("b");
    a.execute(() -> seen.add(a.inLoop() + " " + b.inLoop()));
    assertThat(a.inLoop()).isFalse();

    time.advance(Duration.ZERO);

    assertThat(seen).containsExactly("true false");
    assertThatThrownBy(a::checkInLoop).isInstanceOf(AssertionError.class);
  }

  @Test
  void aTaskThatThrowsEndsTheSimulationAndNamesTheSeed() {
    IllegalStateException cause = new IllegalStateException("broken");
    Loop loop = time.newLoop("n1/mesh");
    loop.execute(
        () -> {
          throw cause;
        });

    assertThatThrownBy(() -> time.advance(SECOND))
        .isInstanceOf(SimulationFailure.class)
        .hasMessageContaining("n1/mesh")
        .hasMessageContaining("replay with -Dmesh.seed=42")
        .hasCause(cause);
    assertThatThrownBy(() -> time.advance(SECOND)).isInstanceOf(SimulationFailure.class);
  }

  @Test
  void refusesToBeAdvancedByATaskInside() {
    time.newLoop("a").execute(() -> time.advance(SECOND));

    assertThatThrownBy(() -> time.advance(SECOND))
        .isInstanceOf(SimulationFailure.class)
        .hasMessageContaining("cannot be advanced by a task");
  }

  @Test
  void refusesAnotherThread() throws Exception {
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    Loop loop = time.newLoop("a");
    Thread other =
        new Thread(
            () -> {
              try {
                loop.execute(() -> {});
              } catch (AssertionError refused) {
                thrown.set(refused);
              }
            });
    other.start();
    other.join();

    assertThat(thrown.get()).hasMessageContaining("virtual time belongs to thread");
  }

  @Test
  void aLoopThatNeverRestsIsFound() {
    Loop loop = time.newLoop("spinner");
    Runnable again =
        new Runnable() {
          @Override
          public void run() {
            loop.execute(this);
          }
        };
    loop.execute(again);

    assertThatThrownBy(() -> time.advance(SECOND))
        .isInstanceOf(SimulationFailure.class)
        .hasMessageContaining("never rests");
  }

  @Test
  void manyCancelledTimersDoNotPileUp() {
    Loop loop = time.newLoop("a");
    for (int i = 0; i < 200_000; i++) {
      loop.schedule(Duration.ofHours(1), () -> seen.add("never")).cancel();
    }

    assertThat(time.timersHeld()).isLessThan(5_000);
    assertThat(time.runUntilIdle(SECOND)).isTrue();
  }

  @Test
  void aTimerTooFarAwayNeverComes() {
    time.newLoop("a").schedule(Duration.ofSeconds(Long.MAX_VALUE), () -> seen.add("never"));

    time.advance(Duration.ofDays(1000));

    assertThat(seen).isEmpty();
  }

  @Test
  void aCrashedHostRunsNothingMore() {
    SimulatedHost host = time.newHost("n1");
    Loop loop = host.newLoop("mesh");
    loop.execute(() -> seen.add("before"));
    loop.schedule(SECOND, () -> seen.add("timer"));
    time.advance(Duration.ZERO);
    loop.execute(() -> seen.add("pending"));
    host.crash();
    loop.execute(() -> seen.add("after"));
    loop.schedule(SECOND, () -> seen.add("timer after"));

    time.advance(SECOND.multipliedBy(2));

    assertThat(seen).containsExactly("before");
    assertThat(time.runUntilIdle(SECOND)).isTrue();
  }

  @Test
  void aTaskThatCrashesItsOwnHostIsTheLast() {
    SimulatedHost host = time.newHost("n1");
    Loop loop = host.newLoop("mesh");
    loop.execute(
        () -> {
          host.crash();
          loop.execute(() -> seen.add("never"));
        });
    loop.execute(() -> seen.add("never either"));

    time.advance(SECOND);

    assertThat(seen).isEmpty();
  }

  @Test
  void aRestartedHostIsANewProcess() {
    SimulatedHost host = time.newHost("n1");
    long originBefore = host.newLoop("mesh").nanoTime();
    long drawnBefore = host.random().nextLong();
    host.crash();
    host.restart();
    Loop loop = host.newLoop("mesh");
    loop.execute(() -> seen.add("alive"));
    time.advance(Duration.ZERO);

    assertThat(seen).containsExactly("alive");
    assertThat(loop.nanoTime()).isNotEqualTo(originBefore);
    assertThat(host.random().nextLong()).isNotEqualTo(drawnBefore);
  }

  @Test
  void loopsOfOneHostShareTheirClockAndHostsDoNot() {
    SimulatedHost host = time.newHost("n1");

    assertThat(host.newLoop("a").nanoTime()).isEqualTo(host.newLoop("b").nanoTime());
    assertThat(host.newLoop("a").nanoTime())
        .isNotEqualTo(time.newHost("n2").newLoop("a").nanoTime());
  }

  @Test
  void wallClocksMoveWithTimeAndJumpAlone() {
    SimulatedHost one = time.newHost("n1");
    SimulatedHost other = time.newHost("n2");
    Instant start = one.clock().instant();
    one.clock().jump(Duration.ofHours(-2));
    time.advance(SECOND);

    assertThat(one.clock().instant()).isEqualTo(start.plus(SECOND).minus(Duration.ofHours(2)));
    assertThat(other.clock().instant()).isEqualTo(start.plus(SECOND));
  }

  @Test
  void refusesTwoHostsOfOneNameAndSwitchingTwice() {
    SimulatedHost host = time.newHost("n1");

    assertThatThrownBy(() -> time.newHost("n1")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(host::restart).isInstanceOf(AssertionError.class);
    host.crash();
    assertThatThrownBy(host::crash).isInstanceOf(AssertionError.class);
    assertThatThrownBy(() -> host.newLoop("mesh")).isInstanceOf(AssertionError.class);
  }
}
