package dev.peatmesh.e2e.lan;

import dev.peatmesh.PeatMesh;
import dev.peatmesh.PeerStatus;
import dev.peatmesh.discovery.mdns.MdnsDiscovery;
import dev.peatmesh.discovery.mdns.MdnsSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * The main class of a whole node that finds its peers by mDNS. Tells the peers that it is connected
 * to, and its health, in the lines of {@link LanNode}. Arguments: those too.
 */
public final class LanMesh {
  private static final long LOOK_NANOS = 100_000_000L;

  private LanMesh() {}

  public static void main(String[] args) throws IOException {
    byte[] secret = "a secret of more than sixteen bytes".getBytes(StandardCharsets.US_ASCII);
    MdnsSettings settings =
        MdnsSettings.defaults().withExpiry(Duration.ofSeconds(Long.parseLong(args[2])));
    PeatMesh mesh =
        PeatMesh.builder()
            .nodeName(args[0])
            .formation(args[1], secret)
            .bindPort(11204)
            .discovery(new MdnsDiscovery(settings))
            .start();
    Thread watch = new Thread(() -> watch(mesh), "watch");
    watch.setDaemon(true);
    watch.start();
    while (System.in.read() >= 0) {
      // Only its end means something.
    }
    mesh.close();
    System.out.println("stopped");
    System.exit(0);
  }

  private static void watch(PeatMesh mesh) {
    String told = "";
    while (true) {
      StringBuilder now = new StringBuilder();
      for (PeerStatus peer : mesh.peers()) {
        now.append(peer.isConnected() ? "found " : "lost ")
            .append(peer.nodeName())
            .append(peer.isConnected() ? " " + peer.addresses() + " " + peer.sources() : "")
            .append('\n');
      }
      now.append(mesh.health().reasons().isEmpty() ? "ok" : "degraded " + mesh.health().reasons());
      if (!now.toString().equals(told)) {
        told = now.toString();
        System.out.println(told);
      }
      LockSupport.parkNanos(LOOK_NANOS);
    }
  }
}
