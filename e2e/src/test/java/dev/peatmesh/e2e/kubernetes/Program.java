package dev.peatmesh.e2e.kubernetes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A program that ends when it is closed, or when this JVM ends, however that does. A shell stands
 * in between, which reads from us until there is nobody to read from, and then kills it.
 */
final class Program implements AutoCloseable {
  private static final String KEEPER =
      """
      pid_file="$1"; shift
      "$@" </dev/null &
      echo $! >"$pid_file.new" && mv "$pid_file.new" "$pid_file"
      cat >/dev/null
      kill -9 $!
      wait
      """;

  private static final int LOG_LINES_SHOWN = 30;

  private final String name;
  private final Path log;
  private final Process keeper;
  private final long pid;

  private Program(String name, Path log, Process keeper, long pid) {
    this.name = name;
    this.log = log;
    this.keeper = keeper;
    this.pid = pid;
  }

  /** Starts it. What it prints is added to {@code <name>.log} in the folder. */
  static Program start(String name, Path folder, List<String> command) throws IOException {
    Path log = folder.resolve(name + ".log");
    Path pidFile = folder.resolve(name + ".pid");
    Files.deleteIfExists(pidFile);
    List<String> kept = new ArrayList<>(List.of("sh", "-c", KEEPER, "keeper", pidFile.toString()));
    kept.addAll(command);
    Process keeper =
        new ProcessBuilder(kept)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    Await.until("the process id of " + name, () -> Files.exists(pidFile));
    return new Program(name, log, keeper, Long.parseLong(Files.readString(pidFile).strip()));
  }

  /** Sends a signal, such as STOP or CONT. */
  void signal(String signal) {
    try {
      int status =
          new ProcessBuilder("kill", "-" + signal, Long.toString(pid))
              .inheritIO()
              .start()
              .waitFor();
      if (status != 0) {
        throw new IllegalStateException(name + ": took no " + signal + ".\n" + lastWords());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  boolean isAlive() {
    return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
  }

  /** The end of its log. */
  String lastWords() {
    try {
      List<String> lines =
          new String(Files.readAllBytes(log), StandardCharsets.UTF_8).lines().toList();
      List<String> last = lines.subList(Math.max(0, lines.size() - LOG_LINES_SHOWN), lines.size());
      return name + " (" + log + "):\n" + String.join("\n", last);
    } catch (IOException e) {
      return name + ": has no log: " + e.getMessage();
    }
  }

  /** Kills it, also when it is stopped, and waits until it is gone. */
  @Override
  public void close() {
    try {
      keeper.getOutputStream().close();
      if (!keeper.waitFor(10, TimeUnit.SECONDS)) {
        throw new IllegalStateException(name + ": did not end.");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
