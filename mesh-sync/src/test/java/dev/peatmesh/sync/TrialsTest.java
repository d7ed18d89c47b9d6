package dev.peatmesh.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

class TrialsTest {
  @Test
  void everyTrialHasItsOwnNumbersAndTheSameOnesEachTime() {
    Assumptions.assumeTrue(System.getProperty("mesh.seed", "").isBlank(), "one seed was asked for");
    List<Integer> first = new ArrayList<>();
    List<Integer> second = new ArrayList<>();
    Trials.run(50, random -> first.add(random.nextInt()));
    Trials.run(50, random -> second.add(random.nextInt()));

    assertThat(first).hasSize(50).doesNotHaveDuplicates().isEqualTo(second);
  }

  @Test
  void failureNamesItsSeed() {
    assertThatThrownBy(
            () ->
                Trials.run(
                    3,
                    random -> {
                      throw new IllegalStateException("does not hold");
                    }))
        .isInstanceOf(AssertionError.class)
        .hasMessageMatching("replay with -Dmesh.seed=-?\\d+: .*does not hold");
  }
}
