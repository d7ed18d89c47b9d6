package dev.peatmesh.node.console;

import dev.peatmesh.MeshHealth;
import dev.peatmesh.PeatMesh;
import dev.peatmesh.node.json.Json;
import dev.peatmesh.runtime.MeshException;
import dev.peatmesh.sync.DocumentCollection;
import dev.peatmesh.sync.DocumentKey;
import dev.peatmesh.sync.WriteReceipt;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Reader;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drives a node line by line: each command is answered by one JSON object on one line, in order.
 * One thread. Whatever a line holds, the node goes on; what went wrong is in {@code error}.
 */
public final class Console {
  private static final Logger LOG = LoggerFactory.getLogger(Console.class);

  private final PeatMesh mesh;
  private final LineReader in;
  private final PrintWriter out;

  /** A console over the given streams, which stay the caller's. */
  public Console(PeatMesh mesh, Reader in, PrintWriter out) {
    this.mesh = mesh;
    this.in = new LineReader(in);
    this.out = out;
  }

  /** Answers until {@code quit} or the end of the input. */
  public void run() throws IOException {
    boolean open = true;
    for (Optional<LineReader.Line> line = in.next(); line.isPresent(); line = in.next()) {
      if (!line.get().text().isEmpty()) {
        open = answer(line.get());
      }
      if (!open) {
        return;
      }
    }
  }

  /** Whether the console stays open. */
  private boolean answer(LineReader.Line line) {
    try {
      if (line.tooLong()) {
        throw new IllegalArgumentException(
            "the line is longer than " + LineReader.LENGTH_MAX + " characters");
      }
      ConsoleCommand command = ConsoleCommand.parse(line.text());
      say(execute(command));
      return !(command instanceof ConsoleCommand.Quit);
    } catch (IllegalArgumentException | MeshException expected) {
      say(reply("error", expected.getMessage()));
    } catch (RuntimeException unexpected) {
      LOG.atError().setCause(unexpected).log("console command failed");
      say(reply("error", unexpected.toString()));
    }
    return true;
  }

  private void say(Map<String, @Nullable Object> reply) {
    out.println(Json.write(reply));
  }

  private Map<String, @Nullable Object> execute(ConsoleCommand command) {
    if (command instanceof ConsoleCommand.Put put) {
      return written(in(put.key()).put(put.key().id(), put.value()));
    }
    if (command instanceof ConsoleCommand.Patch patch) {
      return written(
          in(patch.key())
              .change(patch.key().id(), document -> MergePatch.apply(document, patch.patch())));
    }
    if (command instanceof ConsoleCommand.Increment increment) {
      return written(
          in(increment.key())
              .change(
                  increment.key().id(),
                  document -> document.increment(increment.field(), increment.by())));
    }
    if (command instanceof ConsoleCommand.Delete delete) {
      return written(in(delete.key()).delete(delete.key().id()));
    }
    if (command instanceof ConsoleCommand.Get get) {
      return reply("document", in(get.key()).get(get.key().id()).orElse(null));
    }
    if (command instanceof ConsoleCommand.ListIds list) {
      return reply("ids", mesh.collection(list.collection()).list());
    }
    if (command instanceof ConsoleCommand.Peers) {
      return reply("peers", mesh.peers().stream().map(PeerReport::of).toList());
    }
    if (command instanceof ConsoleCommand.Health) {
      return health(mesh.health());
    }
    if (command instanceof ConsoleCommand.Help) {
      return reply("help", ConsoleCommand.HELP.values());
    }
    if (command instanceof ConsoleCommand.Quit) {
      return reply("quit", true);
    }
    throw new AssertionError("unhandled " + command);
  }

  private DocumentCollection in(DocumentKey key) {
    return mesh.collection(key.collection());
  }

  private static Map<String, @Nullable Object> written(WriteReceipt receipt) {
    Map<String, @Nullable Object> reply = reply("written", receipt.key().toString());
    reply.put("changed", receipt.changed());
    return reply;
  }

  private static Map<String, @Nullable Object> health(MeshHealth health) {
    Map<String, @Nullable Object> reply = reply("health", health.state());
    reply.put("reasons", health.reasons());
    return reply;
  }

  private static Map<String, @Nullable Object> reply(String key, @Nullable Object value) {
    Map<String, @Nullable Object> reply = new LinkedHashMap<>();
    reply.put(key, value);
    return reply;
  }
}
