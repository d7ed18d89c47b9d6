package dev.peatmesh;

import dev.peatmesh.crypto.Formation;
import dev.peatmesh.crypto.NodeIdentity;
import dev.peatmesh.discovery.DiscoverySettings;
import dev.peatmesh.discovery.DiscoveryStrategy;
import dev.peatmesh.discovery.HybridDiscovery;
import dev.peatmesh.internal.node.DocumentSettings;
import dev.peatmesh.internal.node.MeshSettings;
import dev.peatmesh.internal.node.RunningMesh;
import dev.peatmesh.runtime.MeshException;
import dev.peatmesh.sync.CollectionSettings;
import dev.peatmesh.sync.CompactionSettings;
import dev.peatmesh.sync.StoreKey;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Settings of a mesh. Not thread-safe; {@link #start} may be called once.
 *
 * <p>Nothing is checked before {@link #start}, which reports every bad setting in one exception.
 */
public final class PeatMeshBuilder {
  private static final Duration KEEP_ALIVE_MIN = Duration.ofMillis(100);
  private static final Duration KEEP_ALIVE_MAX = Duration.ofMinutes(1);
  private static final Duration IDLE_TIMEOUT_MAX = Duration.ofMinutes(10);

  /** Digits, dots and colons: such a text is never looked up in the DNS. */
  private static final Pattern ADDRESS_LITERAL = Pattern.compile("[0-9.]+|[0-9A-Fa-f:.%]*:.*");

  private @Nullable String nodeName;
  private @Nullable String formationId;
  private byte @Nullable [] formationSecret;
  private final DiscoveryChoice discovery = new DiscoveryChoice();
  private @Nullable Path dataDirectory;
  private String bindHost = "0.0.0.0";
  private int bindPort;
  private Duration keepAlive = Duration.ofSeconds(1);
  private Duration idleTimeout = Duration.ofSeconds(5);
  private int peersMax = 1_000;
  private final DocumentChoice documents = new DocumentChoice();

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
   * How peers are found: names of {@link dev.peatmesh.discovery.DiscoveryProvider}s on the path,
   * such as {@code discovery("k8s", "mdns")}. Default: none; the node can be found by others all
   * the same.
   *
   * <p>Any number may be given; they run at once and are united by {@link HybridDiscovery}. Where
   * they contradict each other the first one is right.
   */
  public PeatMeshBuilder discovery(String... names) {
    List.of(names).forEach(discovery::add);
    return this;
  }

  /**
   * How peers are found: a provider on the path with settings of its own, such as {@code
   * discovery("k8s", DiscoverySettings.of("namespace", "prod").with("label-selector", "app=x"))}.
   * Default: none. A setting that the provider does not know is an error at the start.
   */
  public PeatMeshBuilder discovery(String name, DiscoverySettings settings) {
    discovery.add(name, settings);
    return this;
  }

  /** How peers are found: strategies made by hand, beside those named. Default: none. */
  public PeatMeshBuilder discovery(DiscoveryStrategy strategy) {
    discovery.add(strategy);
    return this;
  }

  /**
   * How long a peer stands that no strategy shows any more. Default 10 s; zero to 1 h.
   *
   * <p>Longer: a source that blinks costs nothing. Shorter: {@link PeatMesh#peers} forgets sooner.
   * Links are never cut for it.
   */
  public PeatMeshBuilder discoveryGrace(Duration grace) {
    discovery.grace(grace);
    return this;
  }

  /**
   * Peers to dial, comma separated: {@code name@host:port} or {@code endpointId@host:port}.
   * Default: none.
   *
   * <p>Host names are resolved again at every dial. Implies {@code discovery("static")}.
   */
  public PeatMeshBuilder staticPeers(String peers) {
    discovery.staticPeers(peers);
    return this;
  }

  /**
   * Where documents are kept. Default: nowhere; they are lost with the process, which is said in
   * the log.
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

  /**
   * Local address for links, an IP literal. Default: 0.0.0.0, every interface; that, as {@code ::},
   * means IPv4 and IPv6, where the machine has both.
   */
  public PeatMeshBuilder bindHost(String host) {
    bindHost = host;
    return this;
  }

  /**
   * How often a silent link is used, so that both sides know it lives. Default 1 s; 100 ms to 1
   * min.
   */
  public PeatMeshBuilder keepAlive(Duration interval) {
    keepAlive = interval;
    return this;
  }

  /**
   * After how much silence a link is given up. Default 5 s; at least twice the keep-alive, at most
   * 10 min.
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

  /**
   * How the documents of one collection are kept: what is kept and sent, who wins against a delete,
   * for how long, with which indexes. Default: {@link CollectionSettings#forCollection}. The mode
   * and the delete policy must be the same on every node.
   */
  public PeatMeshBuilder collection(String name, CollectionSettings settings) {
    documents.collection(name, settings);
    return this;
  }

  /** The most documents. Default 1,000,000. Beyond it writes are refused, with a clear error. */
  public PeatMeshBuilder documentsMax(int count) {
    documents.documentsMax = count;
    return this;
  }

  /**
   * From how many bytes on a document is named in the log and in {@link PeatMesh#health}, as it is
   * saved. Default 262,144; 0 to {@code documentBytesMax}.
   */
  public PeatMeshBuilder documentBytesWarn(long bytes) {
    documents.documentBytesWarn = bytes;
    return this;
  }

  /**
   * The most bytes of one document, as it is saved. Default 5,242,880; 1,024 to 67,108,864.
   *
   * <p>A write beyond it is refused, also when it comes from another node. Use the same on every
   * node: a document that one node takes and another one refuses never becomes equal.
   */
  public PeatMeshBuilder documentBytesMax(long bytes) {
    documents.documentBytesMax = bytes;
    return this;
  }

  /**
   * About how many bytes of memory documents may take that are open. Default 134,217,728; at least
   * 1,048,576. The others are on the disk, or packed in the heap where there is no data directory.
   *
   * <p>An open document with history takes some 2 KB for each of its changes, most of it outside of
   * the heap. Give the documents in constant use room: one that is opened again for each write
   * costs time in proportion to its history. Large documents that are used often may exceed this up
   * to four times.
   */
  public PeatMeshBuilder openDocumentBytesMax(long bytes) {
    documents.openDocumentBytesMax = bytes;
    return this;
  }

  /**
   * How long a delete is remembered, so that a node that was away does not bring the document back.
   * Default 7 days; 1 min to 3,650 days. Use the same on every node, and more than any node will be
   * away.
   */
  public PeatMeshBuilder tombstoneRetention(Duration retention) {
    documents.tombstoneRetention = retention;
    return this;
  }

  /**
   * How many of the last events are kept for subscribers that resume. Default 10,000; 1 to
   * 1,000,000. Whoever was away for more starts from a snapshot. Each takes some 500 bytes.
   */
  public PeatMeshBuilder journalEntriesMax(int entries) {
    documents.journalEntriesMax = entries;
    return this;
  }

  /**
   * Encrypts what the data directory keeps of documents, with AES-256-GCM. Default: plain text.
   *
   * <p>To change the key, give the new one first and those before it after it: what is written from
   * then on is under the new one, and {@link PeatMesh#compact} brings over the rest.
   *
   * @param current what is written from now on
   * @param older what may have been written before
   */
  public PeatMeshBuilder storeKey(StoreKey current, StoreKey... older) {
    documents.storeKeys(current, older);
    return this;
  }

  /** When space is given back without being asked for. Default: never. */
  public PeatMeshBuilder compaction(CompactionSettings settings) {
    documents.compaction = settings;
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
    return RunningMesh.start(settings());
  }

  private MeshSettings settings() {
    List<String> problems = new ArrayList<>();
    String name = checked(problems, "nodeName", nodeName, NodeIdentity::checkName);
    Formation formation = formation(problems);
    HybridDiscovery united = discovery.united(problems);
    InetSocketAddress bindAddress = bindAddress(problems);
    Bounds bounds = new Bounds(problems);
    bounds.check("keepAlive", keepAlive, KEEP_ALIVE_MIN, KEEP_ALIVE_MAX);
    Duration idleMin = keepAlive.multipliedBy(2);
    bounds.check("idleTimeout", idleTimeout, idleMin, IDLE_TIMEOUT_MAX);
    bounds.check("peersMax", peersMax, 1, 10_000);
    documents.check(problems, dataDirectory != null);
    if (!problems.isEmpty()
        || name == null
        || formation == null
        || united == null
        || bindAddress == null) {
      throw new MeshException.BadConfiguration(problems);
    }
    return new MeshSettings(
        name,
        formation,
        united,
        Optional.ofNullable(dataDirectory),
        bindAddress,
        keepAlive,
        idleTimeout,
        peersMax,
        new DocumentSettings(
            documents.documentsMax,
            documents.documentBytesWarn,
            documents.documentBytesMax,
            documents.openDocumentBytesMax,
            documents.tombstoneRetention,
            documents.journalEntriesMax,
            documents.compaction,
            documents.collections(),
            documents.storeKeys));
  }

  private @Nullable Formation formation(List<String> problems) {
    byte[] secret = formationSecret;
    String id = formationId;
    if (secret == null || id == null) {
      problems.add(
          "formation: is missing. Call formation(id, secret) with a secret of 32 random bytes that"
              + " all nodes share.");
      return null;
    }
    try {
      return Formation.of(id, secret);
    } catch (IllegalArgumentException bad) {
      problems.add(String.valueOf(bad.getMessage()));
      return null;
    }
  }

  private @Nullable InetSocketAddress bindAddress(List<String> problems) {
    if (bindPort < 0 || bindPort > 65_535) {
      problems.add("bindPort(" + bindPort + "): is not a port. Use 0 (any free one) to 65535.");
      return null;
    }
    if (!ADDRESS_LITERAL.matcher(bindHost).matches()) {
      problems.add(
          "bindHost(\""
              + bindHost
              + "\"): is not an IP address. Use a literal such as 0.0.0.0, 127.0.0.1 or ::.");
      return null;
    }
    InetSocketAddress address = new InetSocketAddress(bindHost, bindPort);
    if (address.isUnresolved()) {
      problems.add(
          "bindHost(\"" + bindHost + "\"): is not an IP address. Use a literal such as 0.0.0.0.");
      return null;
    }
    return address;
  }

  private static @Nullable String checked(
      List<String> problems, String setting, @Nullable String value, UnaryOperator<String> check) {
    if (value == null) {
      problems.add(setting + ": is missing. Give this node a name of its own.");
      return null;
    }
    try {
      return check.apply(value);
    } catch (IllegalArgumentException bad) {
      problems.add(String.valueOf(bad.getMessage()));
      return null;
    }
  }
}
