package dev.peatmesh.internal.network;

import dev.peatmesh.PeerStatus;
import dev.peatmesh.discovery.PeerAddress;
import dev.peatmesh.discovery.PeerInfo;
import dev.peatmesh.internal.link.LocalNode;
import dev.peatmesh.internal.peers.Effect;
import dev.peatmesh.internal.peers.Input;
import dev.peatmesh.internal.peers.Moment;
import dev.peatmesh.internal.peers.PeerCounts;
import dev.peatmesh.internal.peers.PeerSettings;
import dev.peatmesh.internal.peers.Peering;
import dev.peatmesh.internal.peers.Timer;
import dev.peatmesh.internal.transport.Connection;
import dev.peatmesh.internal.transport.Refusal;
import dev.peatmesh.internal.transport.Transport;
import dev.peatmesh.internal.wire.LinkCodec;
import dev.peatmesh.runtime.Loop;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Finds, dials and admits peers: performs what the {@link Peering} decides. All of it belongs to
 * the mesh loop; call nothing from elsewhere.
 *
 * <p>Hints and connections from outside are taken from the beginning; dials wait for {@link
 * #start}. The transport belongs to whoever opened it, who closes it after {@link #close}.
 */
public final class PeerNetwork implements Transport.AcceptListener {
  private static final Logger LOG = LoggerFactory.getLogger(PeerNetwork.class);

  private final Peering peering;
  private final String nodeName;
  private final Loop loop;
  private final Resolver resolver;
  private final InstantSource clock;
  private final LinkListener listener;
  private final Map<Long, LiveConnection> connections = new LinkedHashMap<>();
  private final Map<Long, Transport.Dial> dials = new LinkedHashMap<>();
  private final Map<Timer, Loop.Timer> timers = new LinkedHashMap<>();

  /** What happens while effects are performed waits here: steps do not nest. */
  private final Deque<Input> inbox = new ArrayDeque<>();

  private boolean stepping;
  private long lastNumber;
  private @Nullable Transport transport;

  /**
   * A network without connections.
   *
   * @param random spreads waits and draws nonces: a SecureRandom in production
   */
  public PeerNetwork(
      LocalNode self,
      PeerSettings settings,
      Loop loop,
      Resolver resolver,
      RandomGenerator random,
      InstantSource clock,
      LinkListener listener) {
    this.peering = new Peering(self, settings, random);
    this.nodeName = self.identity().nodeName();
    this.loop = loop;
    this.resolver = resolver;
    this.clock = clock;
    this.listener = listener;
  }

  /** Begins to dial. Call once. */
  public void start(Transport dialled) {
    loop.checkInLoop();
    transport = dialled;
    accept(new Input.Started());
  }

  /** Discovery shows a peer, or something new of it; replaces what it showed before. */
  public void discovered(PeerInfo peer) {
    List<InetSocketAddress> addresses =
        peer.addresses().stream().map(PeerNetwork::socketAddress).toList();
    accept(new Input.Discovered(peer.nodeId(), List.copyOf(peer.sources()), addresses));
  }

  /** Discovery no longer shows a peer. */
  public void lost(String nodeId) {
    accept(new Input.Lost(nodeId));
  }

  /** Every known peer, then the strangers that were refused lately. */
  public List<PeerStatus> statuses() {
    loop.checkInLoop();
    return peering.statuses();
  }

  /** How much is held now. */
  public PeerCounts counts() {
    loop.checkInLoop();
    return peering.counts();
  }

  @Override
  public void accepted(Connection connection) {
    LiveConnection live = register(connection);
    accept(new Input.Accepted(live.number(), connection.remoteId(), connection.remoteAddress()));
    listen(live);
  }

  @Override
  public void refused(InetSocketAddress remote, Refusal refusal) {
    accept(new Input.RefusedAtDoor(remote, refusal));
  }

  /**
   * Tells every peer that this node leaves, and stops all dials and timers. Idempotent. What still
   * comes from outside afterwards is turned away.
   */
  public void close() {
    accept(new Input.Stopped());
  }

  /** How many connections, dials and timers are held: none when nothing is known. */
  int held() {
    return connections.size() + dials.size() + timers.size();
  }

  /** Takes an input from any thread. */
  void onLoop(Input input) {
    if (loop.inLoop()) {
      accept(input);
    } else {
      loop.execute(() -> accept(input));
    }
  }

  /** Takes an input: at once, or after the step under way. */
  void accept(Input input) {
    loop.checkInLoop();
    inbox.add(input);
    if (stepping) {
      return;
    }
    stepping = true;
    try {
      for (Input next = inbox.poll(); next != null; next = inbox.poll()) {
        step(next);
      }
    } finally {
      stepping = false;
    }
  }

  void writableAgain(LiveConnection connection) {
    if (connection.isLink() && connections.containsKey(connection.number())) {
      guarded(() -> listener.writableAgain(connection));
    }
  }

  private void step(Input input) {
    if (input instanceof Input.FrameArrived arrived && isDelivered(arrived)) {
      return;
    }
    Moment now = new Moment(loop.nanoTime(), clock.instant());
    for (Effect effect : peering.handle(input, now)) {
      guarded(() -> perform(effect));
    }
    if (input instanceof Input.ConnectionClosed closed) {
      connections.remove(closed.connection());
    }
  }

  /** Hands a frame of the sync layer up; what comes on a dead connection is dropped. */
  private boolean isDelivered(Input.FrameArrived arrived) {
    LiveConnection connection = connections.get(arrived.connection());
    if (connection == null) {
      return true;
    }
    if (connection.isLink() && LinkCodec.isSync(arrived.frame())) {
      guarded(() -> listener.frame(connection, arrived.frame()));
      return true;
    }
    connection.consumed(arrived.frame().remaining());
    return false;
  }

  private void perform(Effect effect) {
    if (effect instanceof Effect.Send send) {
      live(send.connection()).connection().send(send.frame());
    } else if (effect instanceof Effect.StartTimer start) {
      startTimer(start.timer(), start.delayNanos());
    } else if (effect instanceof Effect.CancelTimer cancel) {
      cancelTimer(cancel.timer());
    } else if (effect instanceof Effect.Dial dial) {
      dial(dial);
    } else if (effect instanceof Effect.CancelDial cancel) {
      cancelDial(cancel.attempt());
    } else if (effect instanceof Effect.Resolve resolve) {
      resolve(resolve.dial(), resolve.name());
    } else if (effect instanceof Effect.LinkUp up) {
      LiveConnection connection = live(up.link().connection());
      connection.becomeLink(up.link().peer());
      listener.linkUp(connection);
    } else if (effect instanceof Effect.LinkDown down) {
      listener.linkDown(live(down.link().connection()), down.why());
    } else if (effect instanceof Effect.Close close) {
      close(close.connection(), close.refusal());
    } else if (effect instanceof Effect.Report report) {
      report(report);
    } else {
      throw new AssertionError("unhandled effect: " + effect);
    }
  }

  // Connections.

  private LiveConnection register(Connection connection) {
    loop.checkInLoop();
    LiveConnection live = new LiveConnection(++lastNumber, connection, this);
    connections.put(live.number(), live);
    return live;
  }

  /** Listens to a connection, unless it has been refused on the spot. */
  private void listen(LiveConnection live) {
    if (connections.containsKey(live.number())) {
      live.connection().listen(live);
    }
  }

  private LiveConnection live(long number) {
    LiveConnection connection = connections.get(number);
    if (connection == null) {
      throw new AssertionError("no connection " + number);
    }
    return connection;
  }

  private void close(long number, Refusal refusal) {
    LiveConnection connection = connections.remove(number);
    if (connection != null) {
      connection.connection().close(refusal);
    }
  }

  // Dials.

  private void dial(Effect.Dial dial) {
    Transport to = transport;
    if (to == null) {
      throw new AssertionError("dialled before the start");
    }
    Attempt attempt = new Attempt(dial.attempt());
    Transport.Dial under = to.dial(dial.address(), Set.of(dial.expected()), attempt);
    if (!attempt.over) {
      dials.put(dial.attempt(), under);
    }
  }

  private void cancelDial(long attempt) {
    Transport.Dial under = dials.remove(attempt);
    if (under != null) {
      under.cancel();
    }
  }

  private void resolve(long dial, InetSocketAddress name) {
    resolver.resolve(
        name.getHostString(),
        // Always a task of its own: the answer may come on any thread, also within this call.
        addresses -> loop.execute(() -> accept(new Input.Resolved(dial, name, addresses))));
  }

  private final class Attempt implements Transport.DialListener {
    private final long number;
    private boolean over;

    private Attempt(long number) {
      this.number = number;
    }

    @Override
    public void connected(Connection connection) {
      end();
      LiveConnection live = register(connection);
      accept(new Input.DialConnected(number, live.number(), connection.remoteId()));
      listen(live);
    }

    @Override
    public void failed(Refusal refusal) {
      end();
      accept(new Input.DialFailed(number, refusal));
    }

    private void end() {
      loop.checkInLoop();
      over = true;
      dials.remove(number);
    }
  }

  // Timers, log.

  private void startTimer(Timer timer, long delayNanos) {
    cancelTimer(timer);
    Runnable fire =
        () -> {
          timers.remove(timer);
          accept(new Input.TimerFired(timer));
        };
    timers.put(timer, loop.schedule(Duration.ofNanos(delayNanos), fire));
  }

  private void cancelTimer(Timer timer) {
    Loop.Timer running = timers.remove(timer);
    if (running != null) {
      running.cancel();
    }
  }

  private void report(Effect.Report report) {
    LoggingEventBuilder line = LOG.atLevel(report.level()).addKeyValue("node", nodeName);
    for (Map.Entry<String, Object> field : report.fields().entrySet()) {
      line = line.addKeyValue(field.getKey(), field.getValue());
    }
    line.log(report.text());
  }

  /** The listener is not ours: what it throws stops neither the step nor the network. */
  private void guarded(Runnable action) {
    try {
      action.run();
    } catch (RuntimeException failure) {
      LOG.atError().addKeyValue("node", nodeName).setCause(failure).log("peer network failed");
    }
  }

  private static InetSocketAddress socketAddress(PeerAddress address) {
    if (!address.isLiteral()) {
      return InetSocketAddress.createUnresolved(address.host(), address.port());
    }
    try {
      // A literal: nobody is asked.
      return new InetSocketAddress(InetAddress.getByName(address.host()), address.port());
    } catch (UnknownHostException noSuchZone) {
      // The interface of a link-local address may come later: tried again at every dial.
      return InetSocketAddress.createUnresolved(address.host(), address.port());
    }
  }
}
