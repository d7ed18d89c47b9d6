package dev.peatmesh.examples;

import dev.peatmesh.discovery.DiscoveryContext;
import dev.peatmesh.discovery.DiscoveryEvent;
import dev.peatmesh.discovery.DiscoveryStatus;
import dev.peatmesh.discovery.DiscoveryStrategy;
import dev.peatmesh.discovery.PeerAddress;
import dev.peatmesh.discovery.PeerInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Finds peers in a way of its own: a file with one {@code name host:port} per line, read once. Hand
 * an instance to {@code PeatMesh.builder().discovery(...)}.
 */
public final class FileDiscovery implements DiscoveryStrategy {
  private final Path file;
  private volatile List<PeerInfo> peers = List.of();
  private volatile DiscoveryStatus status = new DiscoveryStatus.Stopped();

  /** The file may be absent: then there are no peers, and the health of the mesh says why. */
  public FileDiscovery(Path file) {
    this.file = file;
  }

  @Override
  public String name() {
    return "file";
  }

  @Override
  public void start(DiscoveryContext context) {
    try {
      peers = Files.readAllLines(file).stream().map(line -> peer(line, context)).toList();
      status = new DiscoveryStatus.Ok();
      peers.forEach(peer -> context.publish(new DiscoveryEvent.PeerFound(peer)));
    } catch (IOException unreadable) {
      status = new DiscoveryStatus.Degraded(file + " cannot be read: " + unreadable, "Write it.");
    }
  }

  @Override
  public void stop() {
    peers = List.of();
    status = new DiscoveryStatus.Stopped();
  }

  @Override
  public List<PeerInfo> discoveredPeers() {
    return peers;
  }

  @Override
  public DiscoveryStatus status() {
    return status;
  }

  private static PeerInfo peer(String line, DiscoveryContext context) {
    int space = line.indexOf(' ');
    return PeerInfo.of(
        line.substring(0, space),
        List.of(PeerAddress.parse(line.substring(space + 1))),
        context.clock().instant());
  }
}
