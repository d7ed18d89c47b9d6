package dev.peatmesh.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class BenchmarksIT {
  @Test
  @Tag("heavy")
  void aQuickRunMeasuresEverything() throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();

    Benchmarks.run(new PrintStream(out, true, StandardCharsets.UTF_8), "quick");

    assertThat(out.toString(StandardCharsets.UTF_8))
        .contains("## Change to visible")
        .contains("## Changes per second")
        .contains("## First synchronisation")
        .contains("## Start")
        .contains("## Memory")
        .contains("## 1,000 documents")
        .doesNotContain("NaN")
        .doesNotContain("Infinity");
  }
}
