package dev.peatmesh.node;

import dev.peatmesh.PeatMesh;
import dev.peatmesh.node.json.Json;
import dev.peatmesh.node.settings.NodeSettings;
import dev.peatmesh.runtime.ThreadLoop;
import dev.peatmesh.sync.DocumentEvent;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A started mesh that leaves in good order, whoever ends it. Thread-safe. */
final class RunningNode implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RunningNode.class);

  /** A little more than a mesh takes to close. */
  private static final Duration CLOSE_MAX = Duration.ofSeconds(8);

  private final PeatMesh mesh;
  private boolean closed;

  private RunningNode(PeatMesh mesh) {
    this.mesh = mesh;
  }

  /** Starts the mesh, and sees to it that a signal ends it in good order. */
  static RunningNode start(NodeSettings settings, List<String> watched) {
    RunningNode node = new RunningNode(settings.builder().start());
    AtExit.run("mesh-shutdown", node::closeInTime);
    watched.forEach(node::watch);
    return node;
  }

  PeatMesh mesh() {
    return mesh;
  }

  /** Who runs, where, and where its data is: one line. */
  String introduction(NodeSettings settings, boolean json) {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("node", mesh.nodeName());
    facts.put("device_id", mesh.deviceId().hex());
    facts.put("endpoint_id", mesh.endpointId().hex());
    facts.put(
        "address",
        mesh.localAddress().getAddress().getHostAddress() + ":" + mesh.localAddress().getPort());
    facts.put("formation", settings.formationId());
    facts.put(
        "data",
        settings.dataDirectory() == null
            ? "in memory"
            : settings.dataDirectory().toAbsolutePath().normalize().toString());
    if (json) {
      return Json.write(facts);
    }
    StringBuilder line = new StringBuilder("up:");
    facts.forEach(
        (key, value) -> line.append(' ').append(key).append("=\"").append(value).append('"'));
    return line.toString();
  }

  /** Returns when the process is told to end. */
  void awaitSignal() {
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException told) {
      Thread.currentThread().interrupt();
    }
  }

  /** Leaves the mesh; a second caller waits for the first. */
  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      LOG.atInfo().addKeyValue("node", mesh.nodeName()).log("node leaves the mesh");
      mesh.close();
    }
  }

  /** In a thread that may be given up: a signal must end the process whatever hangs. */
  private void closeInTime() {
    ThreadLoop closing = new ThreadLoop("mesh-" + mesh.nodeName() + "-shutdown");
    closing.execute(this::close);
    closing.close(CLOSE_MAX);
  }

  private void watch(String collection) {
    mesh.collection(collection).subscribe(RunningNode::report);
  }

  private static void report(DocumentEvent event) {
    LOG.atInfo()
        .addKeyValue("collection", event.key().collection())
        .addKeyValue("id", event.key().id())
        .addKeyValue("kind", event.kind())
        .addKeyValue("origin", event.origin())
        .log("document changed");
  }
}
