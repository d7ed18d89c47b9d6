package dev.peatmesh.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class PercentilesTest {
  @Test
  void takesTheNearestRankOfUnsortedSamples() {
    long[] samples = LongStream.rangeClosed(1, 200).map(i -> 201 - i).toArray();

    assertThat(Percentiles.of(samples)).isEqualTo(new Percentiles(100, 198));
  }

  @Test
  void aSingleSampleIsEveryPercentile() {
    assertThat(Percentiles.of(new long[] {7})).isEqualTo(new Percentiles(7, 7));
  }

  @Test
  void halvesRoundTrips() {
    assertThat(new Percentiles(10, 30).halved()).isEqualTo(new Percentiles(5, 15));
  }

  @Test
  void survivesTheWayBetweenProcesses() {
    Percentiles percentiles = new Percentiles(1234.5, 1e9);

    assertThat(Percentiles.parse(percentiles.format())).isEqualTo(percentiles);
  }

  @Test
  void refusesNoSamples() {
    assertThatIllegalArgumentException().isThrownBy(() -> Percentiles.of(new long[0]));
  }
}
