package dev.peatmesh.internal.node;

import dev.peatmesh.MeshHealth;
import dev.peatmesh.PeatMesh;
import dev.peatmesh.PeerStatus;
import dev.peatmesh.crypto.DeviceId;
import dev.peatmesh.crypto.EndpointId;
import dev.peatmesh.crypto.NodeIdentity;
import dev.peatmesh.internal.link.LocalNode;
import dev.peatmesh.internal.network.SystemResolver;
import dev.peatmesh.internal.peers.PeerSettings;
import dev.peatmesh.internal.quic.QuicLoop;
import dev.peatmesh.internal.quic.QuicSettings;
import dev.peatmesh.internal.quic.QuicTransport;
import dev.peatmesh.runtime.Loop;
import dev.peatmesh.runtime.MeshException;
import dev.peatmesh.runtime.ThreadLoop;
import dev.peatmesh.sync.CompactionReport;
import dev.peatmesh.sync.DocumentCollection;
import dev.peatmesh.sync.internal.engine.PeerId;
import dev.peatmesh.sync.internal.replica.RecoveredDocuments;
import dev.peatmesh.sync.internal.replica.Replicator;
import dev.peatmesh.sync.internal.replica.Waiting;
import dev.peatmesh.sync.internal.store.Actors;
import dev.peatmesh.sync.internal.store.ChangeLog;
import dev.peatmesh.sync.internal.store.DocumentStore;
import dev.peatmesh.sync.internal.store.GroupCommit;
import dev.peatmesh.sync.internal.store.ImmediateLog;
import dev.peatmesh.sync.internal.store.MemoryStore;
import dev.peatmesh.sync.internal.store.SqliteStore;
import dev.peatmesh.sync.internal.store.StoreSettings;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A mesh on real threads, real sockets and a real disk. Thread-safe. */
public final class RunningMesh implements PeatMesh {
  private static final Logger LOG = LoggerFactory.getLogger(RunningMesh.class);
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(5);

  private static final Duration WAIT_MIN = Duration.ofMillis(1);
  private static final Duration WAIT_MAX = Duration.ofDays(1);

  private static final int RESOLVER_THREADS = 4;
  private static final int RESOLVER_QUEUE_MAX = 1_024;
  private static final Duration RESOLVER_KEEP = Duration.ofSeconds(10);

  /** Connections that are on their way in while every peer has its link. */
  private static final int CONNECTIONS_SPARE = 128;

  private final NodeIdentity identity;
  private final InetSocketAddress localAddress;
  private final Replicator documents;
  private final MeshNode node;
  private final DiscoveryHost discovery;
  private final Deque<Runnable> closing;
  private volatile boolean closed;

  private RunningMesh(
      NodeIdentity identity,
      InetSocketAddress localAddress,
      Replicator documents,
      MeshNode node,
      DiscoveryHost discovery,
      Deque<Runnable> closing) {
    this.identity = identity;
    this.localAddress = localAddress;
    this.documents = documents;
    this.node = node;
    this.discovery = discovery;
    this.closing = closing;
  }

  /** Opens everything in order; on failure closes in reverse order what was opened. */
  public static PeatMesh start(MeshSettings settings) {
    Deque<Runnable> closing = new ArrayDeque<>();
    try {
      return open(settings, closing);
    } catch (RuntimeException | LinkageError failure) {
      closeAll(closing);
      throw failure;
    }
  }

  private static PeatMesh open(MeshSettings settings, Deque<Runnable> closing) {
    SecureRandom random = new SecureRandom();
    InstantSource clock = InstantSource.system();
    String prefix = "mesh-" + settings.nodeName();
    NodeIdentity identity = settings.formation().identity(settings.nodeName());
    closing.push(settings.formation()::destroy);

    DocumentStore store = openStore(settings, identity, random, clock);
    Runnable closeStore = store::close;
    closing.push(closeStore);
    RecoveredDocuments recovered = RecoveredDocuments.read(store);

    CallbackThreads callbacks = new CallbackThreads(prefix + "-callback");
    closing.push(() -> callbacks.close(CLOSE_PATIENCE));
    ThreadLoop documentLoop = new ThreadLoop(prefix + "-documents");
    closing.push(() -> documentLoop.close(CLOSE_PATIENCE));
    ChangeLog log = openLog(settings, store, documentLoop);
    // From here on the store is the log's to close, on its own thread.
    closing.remove(closeStore);
    closing.push(log::close);
    // As long as it takes: a large store has much to read.
    Replicator documents =
        callPatiently(
            documentLoop,
            () ->
                new Replicator(
                    new Replicator.Parts(
                        new PeerId(identity.endpointId().hex()),
                        settings.documents().forDocuments(),
                        settings.dataDirectory().isPresent(),
                        documentLoop,
                        callbacks,
                        random,
                        clock,
                        recovered,
                        log)));
    closing.push(() -> call(documentLoop, documents::close));

    ThreadPoolExecutor resolving = resolverThreads(prefix + "-resolver");
    closing.push(resolving::shutdownNow);
    QuicLoop meshLoop = new QuicLoop(settings.nodeName());
    closing.push(() -> meshLoop.close(CLOSE_PATIENCE));
    LocalNode self = new LocalNode(identity, settings.formation(), store.replica().incarnation());
    PeerSettings peering = peerSettings(settings);
    MeshNode.Parts parts =
        new MeshNode.Parts(
            meshLoop, documentLoop, documents, new SystemResolver(resolving), random, clock);
    MeshNode node = call(meshLoop, () -> new MeshNode(self, peering, parts));
    QuicTransport transport =
        QuicTransport.open(
            meshLoop, identity, quicSettings(settings), random, clock, node.acceptListener());
    closing.push(() -> closeTransport(meshLoop, node, transport));
    call(meshLoop, () -> node.start(transport));
    InetSocketAddress address = transport.localAddress();

    DiscoveryHost discovery =
        new DiscoveryHost(settings.discovery(), self, address.getPort(), clock, node::discovered);
    closing.push(discovery::stop);
    discovery.start();
    sayStarted(settings, identity, address);
    RunningMesh mesh = new RunningMesh(identity, address, documents, node, discovery, closing);
    // Strategies are asked how they fare: foreign code, which may block its own thread only.
    documentLoop.schedule(
        Diagnosis.FORMING, () -> discovery.threads().newThread(mesh::sayIfAlone).start());
    return mesh;
  }

  /** A DNS server that does not answer holds one thread for seconds; others go on. */
  private static ThreadPoolExecutor resolverThreads(String threadName) {
    ThreadPoolExecutor threads =
        new ThreadPoolExecutor(
            RESOLVER_THREADS,
            RESOLVER_THREADS,
            RESOLVER_KEEP.toSeconds(),
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(RESOLVER_QUEUE_MAX),
            task -> {
              Thread thread = new Thread(task, threadName);
              thread.setDaemon(true);
              return thread;
            });
    threads.allowCoreThreadTimeOut(true);
    return threads;
  }

  private static DocumentStore openStore(
      MeshSettings settings, NodeIdentity identity, SecureRandom random, InstantSource clock) {
    StoreSettings store =
        settings
            .documents()
            .forStore(Actors.device(HexFormat.of().parseHex(identity.endpointId().hex())));
    return settings
        .dataDirectory()
        .<DocumentStore>map(directory -> SqliteStore.open(directory, store, random, clock))
        .orElseGet(() -> MemoryStore.open(store, random, clock));
  }

  private static ChangeLog openLog(
      MeshSettings settings, DocumentStore store, ThreadLoop documentLoop) {
    return settings.dataDirectory().isPresent()
        ? new GroupCommit(
            store,
            documentLoop,
            "mesh-" + settings.nodeName() + "-store",
            GroupCommit.Limits.DEFAULT)
        : new ImmediateLog(store);
  }

  private static QuicSettings quicSettings(MeshSettings settings) {
    QuicSettings defaults = QuicSettings.defaults(settings.bindAddress());
    return defaults
        .withTimeouts(settings.idleTimeout(), settings.keepAlive(), defaults.handshakeTimeout())
        .withConnections(settings.peersMax() + CONNECTIONS_SPARE, defaults.unauthenticatedMax());
  }

  /** Peers are told first; then the sockets go. */
  private static void closeTransport(QuicLoop loop, MeshNode node, QuicTransport transport) {
    call(
        loop,
        () -> {
          node.close();
          transport.close();
        });
    await(transport.closed());
  }

  private static PeerSettings peerSettings(MeshSettings settings) {
    PeerSettings.Limits limits = PeerSettings.Limits.DEFAULT;
    return PeerSettings.DEFAULT.withLimits(
        new PeerSettings.Limits(
            limits.peersMax(),
            limits.addressesMax(),
            settings.peersMax(),
            limits.handshakesMax(),
            limits.dialsMax(),
            limits.strangersMax()));
  }

  private static void sayStarted(
      MeshSettings settings, NodeIdentity identity, InetSocketAddress address) {
    LOG.atInfo()
        .addKeyValue("node", settings.nodeName())
        .addKeyValue("device", identity.deviceId())
        .addKeyValue("endpoint", identity.endpointId())
        .addKeyValue("formation", settings.formation().id())
        .addKeyValue("address", address)
        .addKeyValue(
            "data", settings.dataDirectory().map(Object::toString).orElse("in memory only"))
        .log("mesh started");
    if (settings.formation().isWeak()) {
      LOG.atWarn()
          .log("the formation secret has fewer than 32 bytes; use 32 random ones (openssl rand)");
    }
    if (settings.dataDirectory().isEmpty()) {
      LOG.atWarn().log("documents are kept in memory only; set dataDirectory to keep them");
    }
  }

  /** Once, after the time in which others should have been found: never silently alone. */
  private void sayIfAlone() {
    DiscoveryReport report = discovery.report();
    if (report.looks()) {
      CompletableFuture<Void> unused = node.health(report).thenAccept(this::sayUnwell);
    }
  }

  private void sayUnwell(MeshHealth health) {
    if (!health.reasons().isEmpty()) {
      LOG.atWarn()
          .addKeyValue("node", identity.nodeName())
          .addKeyValue("state", health.state())
          .addKeyValue("reasons", String.join("\n", health.reasons()))
          .log("the mesh is not whole yet");
    }
  }

  @Override
  public String nodeName() {
    return identity.nodeName();
  }

  @Override
  public DeviceId deviceId() {
    return identity.deviceId();
  }

  @Override
  public EndpointId endpointId() {
    return identity.endpointId();
  }

  @Override
  public InetSocketAddress localAddress() {
    return localAddress;
  }

  @Override
  public DocumentCollection collection(String name) {
    return documents.collection(name, Waiting.BLOCKING);
  }

  @Override
  public List<PeerStatus> peers() {
    return answer(node.peers());
  }

  @Override
  public MeshHealth health() {
    return answer(node.health(discovery.report()));
  }

  @Override
  public void awaitConverged(Duration timeout) {
    if (timeout.compareTo(WAIT_MIN) < 0 || timeout.compareTo(WAIT_MAX) > 0) {
      throw new MeshException.Refused(
          "awaitConverged("
              + timeout
              + "): is outside "
              + WAIT_MIN
              + " to "
              + WAIT_MAX
              + ". Use one within.");
    }
    checkOpen();
    Waiting.BLOCKING.await(node.awaitConverged(timeout));
  }

  @Override
  public void pause() {
    documents.pause(true);
  }

  @Override
  public void resume() {
    documents.pause(false);
  }

  @Override
  public CompactionReport compact() {
    return Waiting.BLOCKING.await(documents.compact());
  }

  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    closeAll(closing);
    identity.destroy();
    LOG.atInfo().addKeyValue("node", identity.nodeName()).log("mesh closed");
  }

  private static void closeAll(Deque<Runnable> closing) {
    for (Runnable each = closing.poll(); each != null; each = closing.poll()) {
      try {
        each.run();
      } catch (RuntimeException | AssertionError failure) {
        LOG.atWarn().setCause(failure).log("a part did not close in good order");
      }
    }
  }

  private <T> T answer(CompletableFuture<T> question) {
    checkOpen();
    return await(question);
  }

  private void checkOpen() {
    if (closed) {
      throw new MeshException.Closed("mesh: is closed. Start a new one.");
    }
  }

  private static void call(Loop loop, Runnable task) {
    call(
        loop,
        () -> {
          task.run();
          return Boolean.TRUE;
        });
  }

  /** Runs the task on the loop and waits for it. */
  private static <T> T call(Loop loop, Supplier<T> task) {
    return await(submit(loop, task));
  }

  /** Runs the task on the loop and waits for it without a deadline. */
  private static <T> T callPatiently(Loop loop, Supplier<T> task) {
    return Waiting.BLOCKING.await(submit(loop, task));
  }

  private static <T> CompletableFuture<T> submit(Loop loop, Supplier<T> task) {
    CompletableFuture<T> done = new CompletableFuture<>();
    loop.execute(
        () -> {
          try {
            done.complete(task.get());
          } catch (RuntimeException | LinkageError failure) {
            done.completeExceptionally(failure);
          }
        });
    return done;
  }

  private static <T> T await(CompletableFuture<T> answer) {
    try {
      return answer.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException late) {
      throw new MeshException.Closed(
          "mesh: a loop did not answer within "
              + PATIENCE.toSeconds()
              + " s; it is stuck or the machine is overloaded. Take a thread dump.");
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new MeshException.Closed("mesh: the thread was interrupted while it waited.");
    } catch (ExecutionException failure) {
      throw Waiting.unwrapped(failure);
    }
  }
}
