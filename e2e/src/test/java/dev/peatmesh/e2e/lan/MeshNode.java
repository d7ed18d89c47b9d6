package dev.peatmesh.e2e.lan;

import dev.peatmesh.PeatMesh;
import dev.peatmesh.PeerStatus;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * The main class of a whole node with static peers, bound as by default. Tells how it stands with
 * each peer as "found NAME WORDS", for {@link NodeProcess}, and leaves when its input ends.
 * Arguments: node name, port, static peers.
 */
public final class MeshNode {
  private static final long LOOK_NANOS = 50_000_000L;
  private static final byte[] SECRET =
      "a secret of hosts with two families".getBytes(StandardCharsets.US_ASCII);

  private MeshNode() {}

  public static void main(String[] args) throws IOException {
    AtomicBoolean ends = new AtomicBoolean();
    try (PeatMesh mesh =
        PeatMesh.builder()
            .nodeName(args[0])
            .formation("e2e", SECRET)
            .bindPort(Integer.parseInt(args[1]))
            .staticPeers(args[2])
            .start()) {
      Thread watch = new Thread(() -> watch(mesh, ends), "watch");
      watch.setDaemon(true);
      watch.start();
      while (System.in.read() >= 0) {
        // Only its end means something.
      }
      ends.set(true);
    }
  }

  private static void watch(PeatMesh mesh, AtomicBoolean ends) {
    long begin = System.nanoTime();
    Map<String, String> told = new HashMap<>();
    while (!ends.get()) {
      for (PeerStatus peer : mesh.peers()) {
        String words = words(peer);
        if (!words.equals(told.put(peer.nodeName(), words))) {
          System.out.printf(
              "found %s %s after %d ms%n",
              peer.nodeName(), words, (System.nanoTime() - begin) / 1_000_000);
        }
      }
      LockSupport.parkNanos(LOOK_NANOS);
    }
  }

  private static String words(PeerStatus peer) {
    return peer.isConnected()
        ? "connected"
        : peer.lastError().map(error -> error.reason() + " " + error.detail()).orElse("dialled");
  }
}
