package dev.peatmesh;

import dev.peatmesh.discovery.DiscoveryStrategy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Settings of a mesh. Not thread-safe; {@link #start} may be called once.
 *
 * <p>Nothing is checked before {@link #start}, which reports every bad setting in one exception.
 */
public final class PeatMeshBuilder {
  @Nullable String nodeName;
  @Nullable String formationId;
  byte @Nullable [] formationSecret;
  final List<String> discoveryNames = new ArrayList<>();
  final List<DiscoveryStrategy> discoveryStrategies = new ArrayList<>();
  String staticPeers = "";
  @Nullable Path dataDirectory;
  String bindHost = "0.0.0.0";
  int bindPort;
  Duration keepAlive = Duration.ofSeconds(1);
  Duration idleTimeout = Duration.ofSeconds(5);
  int peersMax = 1_000;
  int documentsMax = 1_000_000;

  PeatMeshBuilder() {}

  /**
   * Unique name of this node in its formation. Required. 1 to 253 bytes of UTF-8.
   *
   * <p>The node's keys are derived from it and the formation secret: the same name and secret give
   * the same identity on any machine.
   */
  public PeatMeshBuilder nodeName(String name) {
    nodeName = name;
    return this;
  }

  /**
   * Whom this node belongs to: a formation id and the secret its members share. Required.
   *
   * @param id 1 to 255 bytes of UTF-8
   * @param secret at least 16 bytes, 32 random ones recommended; copied. Where it is configured as
   *     base64, decode it first
   */
  public PeatMeshBuilder formation(String id, byte[] secret) {
    formationId = id;
    formationSecret = secret.clone();
    return this;
  }

  /**
   * How peers are found: names of {@link dev.peatmesh.discovery.DiscoveryProvider}s on the path.
   * Default: none; the node can be found by others all the same.
   */
  public PeatMeshBuilder discovery(String... names) {
    discoveryNames.addAll(List.of(names));
    return this;
  }

  /** How peers are found: strategies made by hand, beside those named. Default: none. */
  public PeatMeshBuilder discovery(DiscoveryStrategy strategy) {
    discoveryStrategies.add(strategy);
    return this;
  }

  /**
   * Peers to dial, comma separated: {@code name@host:port} or {@code endpointId@host:port}. Default:
   * none.
   *
   * <p>Host names are resolved again at every dial. Implies {@code discovery("static")}.
   */
  public PeatMeshBuilder staticPeers(String peers) {
    staticPeers = peers;
    return this;
  }

  /**
   * Where documents are kept. Default: nowhere; they are lost with the process, which is said in the
   * log.
   */
  public PeatMeshBuilder dataDirectory(Path directory) {
    dataDirectory = directory;
    return this;
  }

  /** UDP port for links, 0 to 65535. Default: 0, any free one. */
  public PeatMeshBuilder bindPort(int port) {
    bindPort = port;
    return this;
  }

  /** Local address for links, an IP literal. Default: 0.0.0.0, every interface. */
  public PeatMeshBuilder bindHost(String host) {
    bindHost = host;
    return this;
  }

  /** How often a silent link is used, so that both sides know it lives. Default 1 s; 100 ms to 1 min. */
  public PeatMeshBuilder keepAlive(Duration interval) {
    keepAlive = interval;
    return this;
  }

  /**
   * After how much silence a link is given up. Default 5 s; at least twice the keep-alive, at most 10
   * min.
   */
  public PeatMeshBuilder idleTimeout(Duration timeout) {
    idleTimeout = timeout;
    return this;
  }

  /** The most peers with a link at the same time. Default 1,000; 1 to 10,000. Others wait. */
  public PeatMeshBuilder peersMax(int peers) {
    peersMax = peers;
    return this;
  }

  /** The most documents. Default 1,000,000. Beyond it writes are refused, with a clear error. */
  public PeatMeshBuilder documentsMax(int documents) {
    documentsMax = documents;
    return this;
  }

  /**
   * Checks the settings, opens the data directory and the network, and joins the mesh.
   *
   * <p>Returns as soon as this node can be reached and its documents can be used; peers come after.
   *
   * @throws dev.peatmesh.runtime.MeshException.BadConfiguration with every bad setting; nothing was
   *     started
   * @throws dev.peatmesh.runtime.MeshException.StoreFailure when the data directory cannot be used
   * @throws dev.peatmesh.runtime.MeshException.NetworkFailure when the network cannot be used
   */
  public PeatMesh start() {
    throw new AssertionError("not wired yet");
  }
}
