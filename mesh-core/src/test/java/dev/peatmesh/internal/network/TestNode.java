package dev.peatmesh.internal.network;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.peatmesh.PeerStatus;
import dev.peatmesh.crypto.EndpointId;
import dev.peatmesh.crypto.Formation;
import dev.peatmesh.discovery.PeerAddress;
import dev.peatmesh.discovery.PeerInfo;
import dev.peatmesh.internal.link.LocalNode;
import dev.peatmesh.internal.network.FakeNetwork.FakeTransport;
import dev.peatmesh.internal.network.VirtualTime.VirtualLoop;
import dev.peatmesh.internal.peers.PeerCounts;
import dev.peatmesh.internal.peers.PeerSettings;
import dev.peatmesh.internal.transport.Refusal;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** A node under test: a peer network on virtual time, and what its listener heard. */
final class TestNode implements LinkListener {
  static final Formation HOME =
      Formation.of("home", "formation-shared-secret-for-tests".getBytes(UTF_8));
  static final Formation OTHER_SECRET =
      Formation.of("home", "quite another secret of these tests".getBytes(UTF_8));

  final String name;
  final VirtualTime time;
  final VirtualLoop loop;
  final PeerNetwork network;
  final FakeTransport transport;
  final LocalNode self;
  final List<String> heard = new ArrayList<>();
  final Map<String, PeerLink> links = new LinkedHashMap<>();
  final Map<String, List<InetAddress>> names = new LinkedHashMap<>();
  final List<String> resolved = new ArrayList<>();

  TestNode(
      VirtualTime time,
      FakeNetwork net,
      LocalNode self,
      PeerSettings settings,
      InetSocketAddress... at) {
    this.name = self.identity().nodeName();
    this.self = self;
    this.time = time;
    this.loop = time.newLoop();
    Resolver resolver =
        (host, answer) -> {
          resolved.add(host);
          answer.accept(names.getOrDefault(host, List.of()));
        };
    this.network =
        new PeerNetwork(self, settings, loop, resolver, new Random(name.hashCode()), time, this);
    this.transport = net.open(name, self.endpointId(), loop, network, at);
    run(() -> network.start(transport));
  }

  static LocalNode local(Formation formation, String name, long incarnation) {
    return new LocalNode(formation.identity(name), formation, incarnation);
  }

  static InetSocketAddress at(String host) {
    try {
      return new InetSocketAddress(InetAddress.getByName(host), 4433);
    } catch (java.net.UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  EndpointId id() {
    return self.endpointId();
  }

  void discovers(String nodeId, String... hosts) {
    discovers(Set.of("static"), nodeId, hosts);
  }

  void discovers(Set<String> sources, String nodeId, String... hosts) {
    List<PeerAddress> addresses = Stream.of(hosts).map(h -> new PeerAddress(h, 4433)).toList();
    PeerInfo peer = new PeerInfo(nodeId, addresses, null, time.instant(), Map.of(), sources);
    run(() -> network.discovered(peer));
  }

  void loses(String nodeId) {
    run(() -> network.lost(nodeId));
  }

  void close() {
    run(network::close);
  }

  void run(Runnable action) {
    time.on(loop, action);
  }

  List<PeerStatus> statuses() {
    return ask(network::statuses);
  }

  PeerStatus status(String nodeName) {
    return statuses().stream()
        .filter(status -> status.nodeName().equals(nodeName))
        .findFirst()
        .orElseThrow(() -> new AssertionError(nodeName + " is not in " + statuses()));
  }

  PeerCounts counts() {
    return ask(network::counts);
  }

  /**
   * The refusals that the listener heard, as {@code down name REASON}, and the links, {@code up
   * name}.
   */
  List<String> heard() {
    return List.copyOf(heard);
  }

  Consumer<PeerLink> onUp = link -> {};

  @Override
  public void linkUp(PeerLink link) {
    loop.checkInLoop();
    heard.add("up " + link.nodeName());
    if (links.put(link.nodeName(), link) != null) {
      throw new AssertionError("two links to " + link.nodeName());
    }
    onUp.accept(link);
  }

  @Override
  public void frame(PeerLink link, ByteBuffer frame) {
    loop.checkInLoop();
    if (links.get(link.nodeName()) != link) {
      throw new AssertionError("a frame on a link that is not up: " + link);
    }
    int bytes = frame.remaining();
    heard.add("frame " + link.nodeName() + " " + UTF_8.decode(frame));
    link.consumed(bytes);
  }

  @Override
  public void writableAgain(PeerLink link) {
    heard.add("writable " + link.nodeName());
  }

  @Override
  public void linkDown(PeerLink link, Refusal why) {
    loop.checkInLoop();
    heard.add("down " + link.nodeName() + " " + why.reason());
    if (!links.remove(link.nodeName(), link)) {
      throw new AssertionError("down, but not up: " + link);
    }
  }

  private <T> T ask(Supplier<T> question) {
    AtomicReference<T> answer = new AtomicReference<>();
    run(() -> answer.set(question.get()));
    return answer.get();
  }
}
