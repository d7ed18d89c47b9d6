package dev.peatmesh.benchmarks;

import dev.peatmesh.benchmarks.child.MemoryProbe;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What a node weighs, and what a document adds to it. Linux only. */
final class MemoryBenchmark implements Measurement {
  private static final List<String> PLAIN = List.of("-Xmx256m");

  /** Every page of the heap is resident from the start: what is added lies outside of it. */
  private static final List<String> TOUCHED =
      List.of("-Xms512m", "-Xmx512m", "-XX:+AlwaysPreTouch");

  @Override
  public String name() {
    return "memory";
  }

  @Override
  public void run(Scale scale, Path folder, Report report) {
    if (!Files.exists(Path.of("/proc/self/status"))) {
      report.print("Memory is measured on Linux only.");
      return;
    }
    Column floor = new Column("raw");
    Column product = new Column("mesh");
    for (int round = 0; round < scale.rounds(); round++) {
      floor.weigh(folder, scale);
      product.weigh(folder, scale);
    }
    report.section(
        "Memory",
        "One connection; then %,d documents of one change each, created on one of two connected"
                .formatted(scale.documents())
            + " nodes, after a garbage collection. The floor: the same native libraries, a QUIC"
            + " connection, bare Automerge documents.");
    report.row(
        "resident, one connection, -Xmx256m",
        Unit.MEBIBYTES,
        Figures.of(floor.resident),
        Figures.of(product.resident));
    report.row(
        "one idle document, in all",
        Unit.BYTES,
        Figures.of(floor.document),
        Figures.of(product.document));
    report.product("of which on the heap", Unit.BYTES, Figures.of(product.heap));
  }

  /** The weights of one kind of process. */
  private static final class Column {
    private final String kind;
    private final List<Double> resident = new ArrayList<>();
    private final List<Double> document = new ArrayList<>();
    private final List<Double> heap = new ArrayList<>();

    Column(String kind) {
      this.kind = kind;
    }

    void weigh(Path folder, Scale scale) {
      int documents = scale.documents();
      try (Pair pair = Pair.start(MemoryProbe.class, flags(scale, PLAIN), kind, folder)) {
        resident.add((double) Weight.of(pair).resident());
      }
      try (Pair pair = Pair.start(MemoryProbe.class, flags(scale, TOUCHED), kind, folder)) {
        // The first documents also bring what every later one shares.
        pair.near().ask("create 1");
        Weight before = Weight.of(pair);
        pair.near().ask("create " + documents);
        Weight after = Weight.of(pair);
        double onHeap = (after.heap() - before.heap()) / (double) documents;
        heap.add(onHeap);
        document.add(onHeap + (after.resident() - before.resident()) / (double) documents);
      }
    }

    private static List<String> flags(Scale scale, List<String> heap) {
      List<String> flags = new ArrayList<>(scale.flags());
      flags.addAll(heap);
      return flags;
    }
  }

  /** Bytes of one process. */
  private record Weight(long resident, long heap) {
    static Weight of(Pair pair) {
      List<String> words = List.of(pair.near().ask("memory").split(" ", -1));
      return new Weight(Long.parseLong(words.get(0)), Long.parseLong(words.get(1)));
    }
  }
}
