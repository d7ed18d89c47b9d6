package dev.peatmesh.e2e.kubernetes;

import dev.peatmesh.PeatMesh;
import dev.peatmesh.PeatMeshBuilder;
import dev.peatmesh.PeerError;
import dev.peatmesh.PeerStatus;
import dev.peatmesh.RefusalReason;
import dev.peatmesh.discovery.k8s.KubernetesSettings;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Whole nodes as pods on the host's network: they have its address and a port each, by which the
 * API puts them into slices of their own.
 */
final class MeshNodes implements AutoCloseable {
  private static final byte[] SECRET =
      "test-formation-secret-32-bytes!!".getBytes(StandardCharsets.US_ASCII);

  private final TestNamespace namespace;
  private final String address = hostAddress();
  private final List<PeatMesh> meshes = new ArrayList<>();

  MeshNodes(TestNamespace namespace) {
    this.namespace = namespace;
  }

  String address() {
    return address;
  }

  /** A node that finds others by Kubernetes. */
  PeatMesh seeing(String name, KubernetesSettings settings) {
    return start(
        builder(name, 0).discovery(Observer.strategy(namespace, namespace.mount(), settings)));
  }

  /** A node that only waits for others, on that port or, for 0, on any. */
  PeatMesh blind(String name, int port) {
    return start(builder(name, port));
  }

  /** Tells the API of the node's pod. */
  void announce(PeatMesh mesh) {
    namespace.pod(mesh.nodeName(), address, mesh.localAddress().getPort(), true);
  }

  /**
   * Links one to the other before anything is measured: the first handshake of a JVM loads classes
   * for most of a second.
   */
  void warmUp(PeatMesh seeing) {
    announce(blind("warm-up", 0));
    awaitLink(seeing, "warm-up", Await.PATIENCE);
  }

  static void awaitLink(PeatMesh mesh, String peer, Duration patience) {
    Await.until(
        "link from " + mesh.nodeName() + " to " + peer,
        patience,
        () -> isLinked(mesh, peer),
        () -> standing(mesh));
  }

  static void awaitLinks(PeatMesh mesh, int count) {
    Await.until(
        count + " links of " + mesh.nodeName(), () -> links(mesh) == count, () -> standing(mesh));
  }

  static long links(PeatMesh mesh) {
    return mesh.peers().stream().filter(PeerStatus::isConnected).count();
  }

  static boolean isLinked(PeatMesh mesh, String peer) {
    return mesh.peers().stream().anyMatch(it -> it.nodeName().equals(peer) && it.isConnected());
  }

  /** Whether who answered for that peer proved to be somebody else. */
  static boolean isTakenForAnother(PeatMesh mesh, String peer) {
    return mesh.peers().stream()
        .filter(it -> it.nodeName().equals(peer))
        .flatMap(it -> it.lastError().stream())
        .map(PeerError::reason)
        .anyMatch(RefusalReason.WRONG_KEY::equals);
  }

  static String standing(PeatMesh mesh) {
    return mesh.nodeName() + ": " + mesh.health() + ", " + mesh.peers();
  }

  @Override
  public void close() {
    meshes.forEach(PeatMesh::close);
  }

  private PeatMeshBuilder builder(String name, int port) {
    return PeatMesh.builder()
        .nodeName(name)
        .formation("home", SECRET)
        .bindHost(address)
        .bindPort(port);
  }

  private PeatMesh start(PeatMeshBuilder builder) {
    PeatMesh mesh = builder.start();
    meshes.add(mesh);
    return mesh;
  }

  /** Loopback would do for the nodes; but no slice may have a loopback address. */
  private static String hostAddress() {
    try {
      return NetworkInterface.networkInterfaces()
          .flatMap(NetworkInterface::inetAddresses)
          .filter(Inet4Address.class::isInstance)
          .filter(it -> !it.isLoopbackAddress() && !it.isLinkLocalAddress())
          .map(InetAddress::getHostAddress)
          .findFirst()
          .orElseThrow(() -> new IllegalStateException("this machine has no address but loopback"));
    } catch (SocketException e) {
      throw new IllegalStateException(e);
    }
  }
}
