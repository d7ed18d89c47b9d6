package dev.peatmesh.benchmarks;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Measures PeatMesh next to its floors and prints a Markdown page.
 *
 * <pre>java -jar peat-mesh-benchmarks.jar [quick] [latency] [throughput] [first-sync] ...</pre>
 *
 * <p>{@code quick} only shows that everything runs, in less than a minute. Without names all is
 * measured. Files go to a folder of its own in {@code java.io.tmpdir}, removed at the end: where
 * that is not a disk, name one with {@code -Djava.io.tmpdir=}.
 */
public final class Benchmarks {
  private static final String QUICK = "quick";
  private static final List<Measurement> ALL =
      List.of(
          new LatencyBenchmark(),
          new ThroughputBenchmark(),
          new FirstSyncBenchmark(),
          new StartBenchmark(),
          new MemoryBenchmark(),
          new ManyDocumentsBenchmark());

  private Benchmarks() {}

  /** Exits with 2 when an argument is unknown. */
  public static void main(String[] arguments) throws IOException {
    Set<String> unknown = new LinkedHashSet<>(List.of(arguments));
    unknown.remove(QUICK);
    ALL.forEach(measurement -> unknown.remove(measurement.name()));
    if (!unknown.isEmpty()) {
      System.err.printf(
          "arguments(%s): unknown. Use %s, and any of %s.%n",
          unknown, QUICK, ALL.stream().map(Measurement::name).toList());
      System.exit(2);
    }
    run(new PrintStream(System.out, true, StandardCharsets.UTF_8), arguments);
  }

  /** Runs what the arguments name, or all, one after another. */
  static void run(PrintStream out, String... arguments) throws IOException {
    Set<String> words = new LinkedHashSet<>(List.of(arguments));
    boolean quick = words.contains(QUICK);
    List<Measurement> named =
        ALL.stream().filter(measurement -> words.contains(measurement.name())).toList();
    Path folder = Files.createTempDirectory("peatmesh-benchmarks");
    try {
      Report report = new Report(out);
      report.print("Measured " + LocalDate.now(ZoneOffset.UTC) + " (UTC).");
      report.print(Machine.describe(folder) + ".");
      if (quick) {
        report.print("A quick run: it shows that everything works; the figures mean little.");
      }
      for (Measurement measurement : named.isEmpty() ? ALL : named) {
        Path own = Files.createDirectory(folder.resolve(measurement.name()));
        measurement.run(quick ? Scale.QUICK : Scale.FULL, own, report);
      }
    } finally {
      delete(folder);
    }
  }

  private static void delete(Path folder) throws IOException {
    List<Path> deepestFirst;
    try (Stream<Path> paths = Files.walk(folder)) {
      deepestFirst = paths.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : deepestFirst) {
      Files.deleteIfExists(path);
    }
  }
}
