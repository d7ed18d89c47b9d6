package dev.peatmesh.e2e.lan;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** What these tests need of the machine. */
final class Tools {
  private Tools() {}

  /** Skips the test where something is missing, and says what; in CI that is a failure. */
  static void need(String... programs) {
    List<String> missing = new ArrayList<>();
    for (String program : programs) {
      if (Command.tryRun("sh", "-c", "command -v " + program).code() != 0) {
        missing.add(program);
      }
    }
    String namespace = "peat-lan-" + ProcessHandle.current().pid() + "-try";
    if (missing.isEmpty() && Command.tryRun("ip", "netns", "add", namespace).code() != 0) {
      missing.add("the right to make network namespaces (be root)");
    }
    Command.tryRun("ip", "netns", "del", namespace);
    if (missing.isEmpty()) {
      return;
    }
    String message =
        "missing: "
            + String.join(", ", missing)
            + ". Install avahi-daemon, avahi-utils, dbus, iproute2 and run as root.";
    if ("true".equals(System.getenv("CI"))) {
      throw new AssertionError(message);
    }
    Assumptions.abort(message);
  }
}
