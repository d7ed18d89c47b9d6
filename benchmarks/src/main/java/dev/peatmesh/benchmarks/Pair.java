package dev.peatmesh.benchmarks;

import dev.peatmesh.benchmarks.process.ChildJvm;
import java.nio.file.Path;
import java.util.List;

/** Two processes on this machine that are connected with each other. */
record Pair(ChildJvm near, ChildJvm far) implements AutoCloseable {
  /** Starts both and connects them; each gets the kind and a folder of its own. */
  static Pair start(Class<?> main, List<String> flags, String kind, Path folder) {
    ChildJvm far = ChildJvm.start(main, flags, kind, folder.resolve("far").toString());
    ChildJvm near = ChildJvm.start(main, flags, kind, folder.resolve("near").toString());
    Pair pair = new Pair(near, far);
    try {
      near.ask("connect " + far.ask("listen"));
      return pair;
    } catch (RuntimeException failure) {
      pair.close();
      throw failure;
    }
  }

  @Override
  public void close() {
    near.close();
    far.close();
  }
}
