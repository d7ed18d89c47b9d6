package dev.peatmesh.e2e.lan;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A command that ends soon, and what it says. */
final class Command {
  private static final long PATIENCE_SECONDS = 60;

  private Command() {}

  /** Runs it; what it prints. Fails when it fails. */
  static String run(String... words) {
    Result result = tryRun(words);
    if (result.code != 0) {
      throw new AssertionError(
          String.join(" ", words) + ": ended with " + result.code + ": " + result.output);
    }
    return result.output;
  }

  /** Runs it, whether it works or not. */
  static Result tryRun(String... words) {
    try {
      Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
      process.getOutputStream().close();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError(List.of(words) + ": does not end");
      }
      return new Result(process.exitValue(), output);
    } catch (IOException e) {
      return new Result(127, e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted: " + List.of(words), e);
    }
  }

  record Result(int code, String output) {}
}
