package dev.peatmesh.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

class FiguresTest {
  @Test
  void medianOfAnOddNumberOfRoundsIsTheMiddleOne() {
    assertThat(Figures.of(List.of(9.0, 1.0, 5.0)).median()).isEqualTo(5.0);
  }

  @Test
  void medianOfAnEvenNumberOfRoundsLiesBetweenTheTwoInTheMiddle() {
    assertThat(Figures.of(List.of(4.0, 1.0, 2.0, 9.0)).median()).isEqualTo(3.0);
  }

  @Test
  void rangeSpansAllRounds() {
    Figures figures = Figures.of(List.of(3.0, 1.0, 2.0));

    assertThat(figures.min()).isEqualTo(1.0);
    assertThat(figures.max()).isEqualTo(3.0);
  }

  @Test
  void combinesRoundWithRound() {
    Figures ratio =
        Figures.of(List.of(4.0, 30.0)).with(Figures.of(List.of(2.0, 10.0)), (a, b) -> a / b);

    assertThat(ratio.min()).isEqualTo(2.0);
    assertThat(ratio.max()).isEqualTo(3.0);
  }

  @Test
  void refusesToCombineDifferentNumbersOfRounds() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> Figures.of(List.of(1.0)).with(Figures.of(List.of(1.0, 2.0)), (a, b) -> a));
  }

  @Test
  void refusesNoRounds() {
    assertThatIllegalArgumentException().isThrownBy(() -> Figures.of(List.of()));
  }
}
