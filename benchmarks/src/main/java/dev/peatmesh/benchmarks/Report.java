package dev.peatmesh.benchmarks;

import java.io.PrintStream;
import java.util.Locale;

/** Prints what was measured as Markdown, as soon as it is known. Not thread-safe. */
public final class Report {
  private final StringBuilder markdown = new StringBuilder();
  private final PrintStream out;

  /** A report that also goes to this stream. */
  public Report(PrintStream out) {
    this.out = out;
  }

  /** Begins a measurement: its table. */
  public void section(String title, String explanation) {
    print("");
    print("## " + title);
    print("");
    print(explanation);
    print("");
    print("| what | floor: median (range) | PeatMesh: median (range) | times the floor (range) |");
    print("|---|---|---|---|");
  }

  /** One line of the table. */
  public void row(String what, Unit unit, Figures floor, Figures product) {
    Figures ratio = product.with(floor, unit::ratio);
    print(
        "| %s | %s | %s | **%s** (%s-%s) |"
            .formatted(
                what,
                unit.format(floor),
                unit.format(product),
                ratio(ratio.median()),
                ratio(ratio.min()),
                ratio(ratio.max())));
  }

  /** A figure that has no counterpart of ours: a floor below the floors. */
  public void floor(String what, Unit unit, Figures floor) {
    print("| %s | %s | | |".formatted(what, unit.format(floor)));
  }

  /** A figure of ours that has no floor. */
  public void product(String what, Unit unit, Figures product) {
    print("| %s | | %s | |".formatted(what, unit.format(product)));
  }

  /** Plain text. */
  public void print(String line) {
    markdown.append(line).append('\n');
    out.println(line);
  }

  /** All of it. */
  public String markdown() {
    return markdown.toString();
  }

  private static String ratio(double value) {
    return String.format(Locale.ROOT, value < 10 ? "%.2f" : "%.1f", value);
  }
}
