package dev.peatmesh.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** On what was measured. */
final class Machine {
  private Machine() {}

  /** One line: cores, memory, system, JDK, and the file system of the folder. */
  static String describe(Path folder) throws IOException {
    OperatingSystemMXBean system =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    return String.format(
        Locale.ROOT,
        "%d cores, %.0f GiB, %s %s %s, JDK %s, data on %s; load when it began %.1f",
        system.getAvailableProcessors(),
        system.getTotalMemorySize() / (double) (1 << 30),
        system.getName(),
        system.getVersion(),
        system.getArch(),
        System.getProperty("java.version"),
        Files.getFileStore(folder).type(),
        system.getSystemLoadAverage());
  }
}
