package dev.peatmesh.node;

/** What happens however the program ends, kill -9 aside. */
public final class AtExit {
  private AtExit() {}

  /**
   * Runs the task when the JVM shuts down, after a signal too. The task ends soon: the process
   * waits for it.
   */
  public static void run(String threadName, Runnable task) {
    Runtime.getRuntime().addShutdownHook(new Thread(task, threadName));
  }
}
