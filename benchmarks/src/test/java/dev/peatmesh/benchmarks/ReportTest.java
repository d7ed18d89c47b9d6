package dev.peatmesh.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.OutputStream;
import java.io.PrintStream;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReportTest {
  private final Report report = new Report(new PrintStream(OutputStream.nullOutputStream()));

  @Test
  void aTimeTwiceThatOfTheFloorIsTwiceTheFloor() {
    report.row("x", Unit.MICROS, figures(2_000, 3_000), figures(4_000, 6_000));

    assertThat(report.markdown())
        .isEqualTo("| x | 2.5 us (2.0-3.0) | 5.0 us (4.0-6.0) | **2.00** (2.00-2.00) |\n");
  }

  @Test
  void aRateOfHalfTheFloorIsTwiceTheFloor() {
    report.row("x", Unit.PER_SECOND, figures(10_000, 10_000), figures(5_000, 5_000));

    assertThat(report.markdown()).contains("| **2.00** (2.00-2.00) |");
  }

  @Test
  void aFloorWithoutCounterpartHasNoRatio() {
    report.floor("x", Unit.MILLIS, figures(1_000_000, 3_000_000));

    assertThat(report.markdown()).isEqualTo("| x | 2.0 ms (1.0-3.0) | | |\n");
  }

  private static Figures figures(double first, double second) {
    return Figures.of(List.of(first, second));
  }
}
