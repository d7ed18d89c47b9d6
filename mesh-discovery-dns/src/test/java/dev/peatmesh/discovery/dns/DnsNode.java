package dev.peatmesh.discovery.dns;

import dev.peatmesh.PeatMesh;
import dev.peatmesh.PeerStatus;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/**
 * One node of a mesh, in a process of its own. Arguments: its name and the DNS server. Prints its
 * port, then whom it is linked with whenever that changes; ends when its input does.
 */
final class DnsNode {
  private static final byte[] SECRET =
      "test-formation-secret-32-bytes!!".getBytes(StandardCharsets.US_ASCII);

  private DnsNode() {}

  public static void main(String[] args) throws IOException {
    DnsSettings settings =
        DnsSettings.builder().namespace("default").servers(List.of(args[1])).build();
    try (PeatMesh mesh =
        PeatMesh.builder()
            .nodeName(args[0])
            .formation("home", SECRET)
            .bindHost("127.0.0.1")
            .discovery(new DnsDiscovery(settings))
            .start()) {
      System.out.println("port=" + mesh.localAddress().getPort());
      String before = "";
      while (System.in.available() == 0) {
        String now = linked(mesh);
        if (!now.equals(before)) {
          System.out.println("linked=" + now);
          before = now;
        }
        LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
      }
    }
  }

  private static String linked(PeatMesh mesh) {
    return mesh.peers().stream()
        .filter(PeerStatus::isConnected)
        .map(PeerStatus::nodeName)
        .sorted()
        .collect(Collectors.joining(","));
  }
}
