package dev.peatmesh.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SeedsTest {
  private final String asked = System.getProperty(Seeds.PROPERTY);

  @BeforeEach
  void noSeedIsAskedFor() {
    System.clearProperty(Seeds.PROPERTY);
  }

  @AfterEach
  void restore() {
    if (asked == null) {
      System.clearProperty(Seeds.PROPERTY);
    } else {
      System.setProperty(Seeds.PROPERTY, asked);
    }
  }

  @Test
  void runsTheSameSeriesEverywhere() {
    assertThat(seen(4)).containsExactly(1L, 2L, 3L, 4L);
  }

  @Test
  void anEmptyPropertyCountsAsUnset() {
    System.setProperty(Seeds.PROPERTY, " ");

    assertThat(seen(2)).containsExactly(1L, 2L);
  }

  @Test
  void replaysTheOneSeedThatWasAskedFor() {
    System.setProperty(Seeds.PROPERTY, "-77");

    assertThat(seen(1000)).containsExactly(-77L);
  }

  @Test
  void aSeedThatIsNoNumberIsExplained() {
    System.setProperty(Seeds.PROPERTY, "abc");

    assertThatThrownBy(() -> seen(1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "mesh.seed(abc): is not a whole number of 64 bits."
                + " Give the number that the failure printed.");
  }

  @Test
  void aFailureNamesItsSeedAndShowsTheLastEvents() {
    assertThatThrownBy(
            () ->
                Seeds.forEachSeed(
                    9,
                    seed -> {
                      EventLog log = EventLog.begin();
                      log.add(1_500_000_000, "n1 up");
                      assertThat(seed).isNotEqualTo(3);
                    }))
        .isInstanceOf(SimulationFailure.class)
        .hasMessageContaining("seed=3; replay with -Dmesh.seed=3")
        .hasMessageContaining("the last of 1 events")
        .hasMessageContaining("1.500000000 n1 up")
        .hasCauseInstanceOf(AssertionError.class);
  }

  @Test
  void stopsAtTheFirstFailure() {
    List<Long> seen = new ArrayList<>();

    assertThatThrownBy(
        () ->
            Seeds.forEachSeed(
                9,
                seed -> {
                  seen.add(seed);
                  if (seed == 2) {
                    throw new Exception("checked ones too");
                  }
                }));

    assertThat(seen).containsExactly(1L, 2L);
  }

  private static List<Long> seen(int count) {
    List<Long> seen = new ArrayList<>();
    Seeds.forEachSeed(count, seen::add);
    return seen;
  }

  @Test
  void runsAllSeedsInParallelAndTellsTheLowestThatFailed() {
    Set<Long> ran = ConcurrentHashMap.newKeySet();
    Seeds.forEachSeedInParallel(100, ran::add);
    assertThat(ran).hasSize(100);

    assertThatThrownBy(
            () ->
                Seeds.forEachSeedInParallel(
                    100,
                    seed -> {
                      throw new IllegalStateException("as told");
                    }))
        .isInstanceOf(SimulationFailure.class)
        .hasMessageContaining("as told")
        .hasMessageContaining("replay with");
  }
}
