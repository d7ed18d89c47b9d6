package dev.peatmesh.benchmarks;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
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
  private static final List<Measurement> ALL =
      List.of(
          new LatencyBenchmark(),
          new ThroughputBenchmark(),
          new FirstSyncBenchmark(),
          new StartBenchmark(),
          new MemoryBenchmark());

  private Benchmarks() {}

  /** Exits with 2 when an argument is unknown. */
  public static void main(String[] arguments) throws IOException {
    Set<String> wanted = new LinkedHashSet<>(List.of(arguments));
    wanted.remove("quick");
    List<Measurement> named = ALL.stream().filter(one -> wanted.remove(one.name())).toList();
    if (!wanted.isEmpty()) {
      System.err.println(
          "arguments("
              + wanted
              + "): unknown. Use quick, and any of "
              + ALL.stream().map(Measurement::name).toList()
              + ".");
      System.exit(2);
    }
    run(named.isEmpty() ? ALL : named, arguments);
  }

  /** Runs these, one after another. */
  static void run(List<Measurement> measurements, String... arguments) throws IOException {
    boolean quick = List.of(arguments).contains("quick");
    Path folder = Files.createTempDirectory("peatmesh-benchmarks");
    try {
      Report report = new Report(new PrintStream(System.out, true, StandardCharsets.UTF_8));
      report.print("Measured " + LocalDate.now(ZoneOffset.UTC) + " (UTC).");
      report.print(Machine.describe(folder) + ".");
      if (quick) {
        report.print("A quick run: it shows that everything works; the figures mean little.");
      }
      for (Measurement measurement : measurements) {
        Path own = Files.createDirectory(folder.resolve(measurement.name()));
        measurement.run(quick ? Scale.QUICK : Scale.FULL, own, report);
      }
    } finally {
      delete(folder);
    }
  }

  private static void delete(Path folder) throws IOException {
    List<Path> all = new ArrayList<>();
    try (Stream<Path> paths = Files.walk(folder)) {
      paths.sorted(Comparator.reverseOrder()).forEach(all::add);
    } catch (UncheckedIOException vanished) {
      throw vanished.getCause();
    }
    for (Path path : all) {
      Files.deleteIfExists(path);
    }
  }
}
