package dev.peatmesh.benchmarks;

import java.io.IOException;
import java.nio.file.Path;

/** One thing that is measured next to its floor. */
interface Measurement {
  /** By this name it is chosen; lower case. */
  String name();

  /**
   * Measures and reports.
   *
   * @param folder an empty folder for whatever needs one; on the disk that is measured
   */
  void run(Scale scale, Path folder, Report report) throws IOException;
}
