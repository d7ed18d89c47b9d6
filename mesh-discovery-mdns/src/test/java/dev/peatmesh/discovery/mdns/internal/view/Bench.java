package dev.peatmesh.discovery.mdns.internal.view;

import dev.peatmesh.discovery.DiscoveryEvent;
import dev.peatmesh.discovery.DiscoveryStatus;
import dev.peatmesh.discovery.mdns.internal.wire.DnsMessage;
import dev.peatmesh.discovery.mdns.internal.wire.MessageBytes;
import dev.peatmesh.discovery.mdns.internal.wire.RecordType;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;

/** A view on virtual links in virtual time: whoever is shown answers every call on his link. */
final class Bench {
  static final Duration EXPIRY = Duration.ofSeconds(60);
  static final LinkKey ETH0 = new LinkKey("eth0", false);
  static final LinkKey ETH1 = new LinkKey("eth1", false);

  static final Announcement OWN =
      new Announcement("self", "alpha", 11204, "00000000000000aa", Map.of());

  final List<DiscoveryEvent> events = new ArrayList<>();
  final List<Effect.Warn> warnings = new ArrayList<>();
  final List<Effect.Ask> asks = new ArrayList<>();
  final List<LinkSpec> opened = new ArrayList<>();
  final List<LinkKey> closed = new ArrayList<>();

  /** Links that cannot be opened, and why. */
  final Map<LinkKey, String> broken = new LinkedHashMap<>();

  /** Links on which nobody hears anybody. */
  final Set<LinkKey> deaf = new HashSet<>();

  final View view;
  private final Map<String, Shown> shown = new LinkedHashMap<>();
  // An origin that is about to wrap: times must be subtracted, never compared.
  private long nanos = Long.MAX_VALUE - Duration.ofSeconds(3).toNanos();
  private Instant now = Instant.parse("2001-02-03T04:05:06Z");

  Bench(String... interfaces) {
    this(new LinkChoice(Set.of(interfaces), true, true));
  }

  Bench(LinkChoice choice) {
    view = new View(OWN, choice, EXPIRY, "self"::equals, new Random(1), nanos);
  }

  /** A bench with eth0 up and open. */
  static Bench withEth0() {
    Bench bench = new Bench();
    bench.nics(nic("eth0", 2, "10.0.0.1"));
    bench.pass(Duration.ofSeconds(1));
    return bench;
  }

  static Nic nic(String name, int index, String... addresses) {
    return new Nic(
        name,
        index,
        true,
        name.startsWith("lo"),
        !name.startsWith("lo"),
        Arrays.stream(addresses)
            .map(a -> new Nic.Address(ip(a), a.contains(":") ? 64 : 24))
            .toList());
  }

  static Nic down(Nic nic) {
    return new Nic(
        nic.name(), nic.index(), false, nic.isLoopback(), nic.isMulticast(), nic.addresses());
  }

  static InetAddress ip(String literal) {
    try {
      return InetAddress.getByName(literal);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(literal, e);
    }
  }

  void nics(Nic... nics) {
    run(new Input.Nics(List.of(nics)));
  }

  void hear(LinkKey link, MessageBytes message) {
    run(new Input.Heard(link, message.message()));
  }

  /** A node that answers until it is hidden. */
  void show(LinkKey link, String nodeId, String address) {
    show(link, nodeId, nodeId, address, "run=" + nodeId);
  }

  void show(LinkKey link, String label, String nodeId, String address, String... more) {
    List<String> texts =
        new ArrayList<>(List.of("node_id=" + nodeId, "port=11204", "formation_id=alpha"));
    texts.addAll(List.of(more));
    MessageBytes message =
        MessageBytes.node(
            label, "peat-" + label, 11204, address, 120, texts.toArray(String[]::new));
    shown.put(link + label, new Shown(link, message));
    hear(link, message);
  }

  /** It crashed. */
  void hide(LinkKey link, String label) {
    shown.remove(link + label);
  }

  /** Time passes and nothing runs. */
  void sleep(Duration time) {
    nanos += time.toNanos();
    now = now.plus(time);
  }

  void pass(Duration time) {
    Duration step = Duration.ofMillis(250);
    for (Duration left = time; !left.isNegative() && !left.isZero(); left = left.minus(step)) {
      nanos += step.toNanos();
      now = now.plus(step);
      run(new Input.Tick());
    }
  }

  List<String> told() {
    return events.stream().map(e -> e.getClass().getSimpleName() + " " + e.nodeId()).toList();
  }

  String cause() {
    return view.status() instanceof DiscoveryStatus.Degraded degraded ? degraded.cause() : "";
  }

  String remedy() {
    return view.status() instanceof DiscoveryStatus.Degraded degraded ? degraded.remedy() : "";
  }

  void run(Input first) {
    Queue<Input> inputs = new ArrayDeque<>(List.of(first));
    for (Input input = inputs.poll(); input != null; input = inputs.poll()) {
      for (Effect effect : view.handle(input, nanos, now)) {
        perform(effect, inputs);
      }
    }
  }

  private void perform(Effect effect, Queue<Input> inputs) {
    if (effect instanceof Effect.Open open) {
      opened.add(open.link());
      LinkKey key = open.link().key();
      if (broken.containsKey(key)) {
        inputs.add(new Input.Failed(key, broken.get(key)));
        inputs.add(new Input.Closed(key));
      } else {
        inputs.add(new Input.Opened(key));
      }
    } else if (effect instanceof Effect.Close close) {
      closed.add(close.link());
      inputs.add(new Input.Closed(close.link()));
    } else if (effect instanceof Effect.Ask ask) {
      asks.add(ask);
      answer(ask, inputs);
    } else if (effect instanceof Effect.Publish publish) {
      events.add(publish.event());
    } else if (effect instanceof Effect.Warn warn) {
      warnings.add(warn);
    } else {
      throw new AssertionError("unhandled " + effect);
    }
  }

  private void answer(Effect.Ask ask, Queue<Input> inputs) {
    if (deaf.contains(ask.link())) {
      return;
    }
    // Multicast comes back to its sender.
    inputs.add(new Input.Heard(ask.link(), new DnsMessage(false, ask.questions(), List.of())));
    inputs.add(new Input.Heard(ask.link(), own().message()));
    if (ask.questions().get(0).type() == RecordType.PTR) {
      shown.values().stream()
          .filter(one -> one.link.equals(ask.link()))
          .forEach(one -> inputs.add(new Input.Heard(one.link, one.message.message())));
    }
  }

  private static MessageBytes own() {
    return MessageBytes.node(
        "self", OWN.hostLabel(), 11204, "10.0.0.1", 120, OWN.strings().toArray(String[]::new));
  }

  private record Shown(LinkKey link, MessageBytes message) {}
}
