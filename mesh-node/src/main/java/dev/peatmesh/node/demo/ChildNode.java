package dev.peatmesh.node.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.peatmesh.node.json.Json;
import dev.peatmesh.runtime.ThreadLoop;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One node in a process of its own, driven over its console. For one thread, but for {@link
 * #close}.
 *
 * <p>Whatever is waited for has a deadline; one that passes is a {@link DemoFailure} with the end
 * of the node's log.
 */
public final class ChildNode implements AutoCloseable {
  private static final Duration ANSWER_MAX = Duration.ofSeconds(30);
  private static final Duration LOOK_AGAIN = Duration.ofMillis(20);
  private static final int LOG_LINES_SHOWN = 20;

  private final String name;
  private final Process process;
  private final Writer in;
  private final BufferedReader out;
  private final ThreadLoop reading;
  private final Path log;
  private final CompletableFuture<Map<String, @Nullable Object>> introduction;

  private ChildNode(String name, Process process, Path log) {
    this.name = name;
    this.process = process;
    this.log = log;
    in = process.outputWriter(UTF_8);
    out = process.inputReader(UTF_8);
    reading = new ThreadLoop("demo-" + name);
    introduction = nextAnswer();
  }

  /**
   * Starts {@code node --console} in a JVM of its own.
   *
   * @param program how this program is started
   * @param arguments of {@code node}, beside the name
   * @param log gets what the node logs; appended to
   */
  public static ChildNode start(String name, List<String> program, List<String> arguments, Path log)
      throws IOException {
    List<String> command = new ArrayList<>(program);
    command.addAll(List.of("node", "--console", "--name", name));
    command.addAll(arguments);
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.environment().keySet().removeIf(variable -> variable.startsWith("PEAT_"));
    return new ChildNode(name, builder.start(), log);
  }

  /** How a JVM runs the program that runs now, tuned to start soon. */
  public static List<String> thisProgram() {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-Xmx256m",
        "-cp",
        System.getProperty("java.class.path"),
        "dev.peatmesh.node.PeatMeshNode");
  }

  /** The name of the node. */
  public String name() {
    return name;
  }

  /** What it said of itself when it was up: ids, address, formation, data. */
  public Map<String, @Nullable Object> introduction() {
    return answered("it started", introduction);
  }

  /** Sends one line and does not wait. Answers come in the order of the lines. */
  public CompletableFuture<Map<String, @Nullable Object>> send(String line) {
    try {
      in.write(line + "\n");
      in.flush();
    } catch (IOException broken) {
      throw failure("cannot be talked to", broken);
    }
    return nextAnswer();
  }

  /** Sends one line and gives the answer, which is no error. */
  public Map<String, @Nullable Object> ask(String line) {
    return answered(line, send(line));
  }

  /** The answer, which is no error, once it is there. */
  public Map<String, @Nullable Object> answered(
      String question, CompletableFuture<Map<String, @Nullable Object>> answer) {
    Map<String, @Nullable Object> given;
    try {
      given = answer.get(ANSWER_MAX.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException late) {
      throw failure("did not answer in time: " + question, late);
    } catch (ExecutionException broken) {
      throw failure("did not answer: " + question, broken);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw failure("was not waited for: " + question, interrupted);
    }
    if (given.containsKey("error")) {
      throw failure("answered \"" + question + "\" with: " + given.get("error"), null);
    }
    return given;
  }

  /** Waits until the condition holds, for as long as the patience lasts. */
  public void await(
      String what, Duration patience, InstantSource clock, Predicate<ChildNode> condition) {
    long deadline = clock.millis() + patience.toMillis();
    while (!condition.test(this)) {
      if (clock.millis() > deadline) {
        throw failure("waited " + patience.toSeconds() + " s in vain until " + what, null);
      }
      // A pause that ends at once should the node die.
      if (ended(LOOK_AGAIN)) {
        throw failure("ended while it was waited until " + what, null);
      }
    }
  }

  /** Ends the process without a warning (SIGKILL), and returns when it is gone. */
  public void kill() {
    process.destroyForcibly();
    if (!ended(ANSWER_MAX)) {
      throw failure("cannot be killed", null);
    }
    reading.close(Duration.ZERO);
  }

  /** Ends the process at the latest now. Idempotent; on any thread. */
  @Override
  public void close() {
    process.destroyForcibly();
    reading.close(Duration.ZERO);
  }

  /** Waits until the process ends by itself, and gives its exit code. */
  public int exitCode() {
    if (!ended(ANSWER_MAX)) {
      throw failure("did not end", null);
    }
    reading.close(Duration.ZERO);
    return process.exitValue();
  }

  /** The process, for what no console can do. */
  public ProcessHandle process() {
    return process.toHandle();
  }

  private CompletableFuture<Map<String, @Nullable Object>> nextAnswer() {
    CompletableFuture<Map<String, @Nullable Object>> answer = new CompletableFuture<>();
    reading.execute(
        () -> {
          try {
            String line = out.readLine();
            if (line == null) {
              throw new IOException("its output ended");
            }
            answer.complete(Json.object(line));
          } catch (IOException | RuntimeException broken) {
            answer.completeExceptionally(broken);
          }
        });
    return answer;
  }

  private boolean ended(Duration patience) {
    try {
      return process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw failure("was not waited for", interrupted);
    }
  }

  private DemoFailure failure(String what, @Nullable Throwable cause) {
    return new DemoFailure(
        "node %s: %s%nThe end of its log:%n%s".formatted(name, what, endOfLog()), cause);
  }

  private String endOfLog() {
    try {
      List<String> lines = Files.readAllLines(log);
      return String.join(
          System.lineSeparator(),
          lines.subList(Math.max(0, lines.size() - LOG_LINES_SHOWN), lines.size()));
    } catch (IOException | UncheckedIOException unreadable) {
      return "(" + unreadable.getMessage() + ")";
    }
  }
}
