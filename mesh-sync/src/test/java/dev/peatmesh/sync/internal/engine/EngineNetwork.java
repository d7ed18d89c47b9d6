package dev.peatmesh.sync.internal.engine;

import dev.peatmesh.sync.DocumentKey;
import dev.peatmesh.sync.internal.guard.ActorId;
import dev.peatmesh.sync.internal.guard.ChangeChunk;
import dev.peatmesh.sync.internal.guard.ChangeHash;
import dev.peatmesh.sync.internal.guard.GuardLimits;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.function.Predicate;

/**
 * Engines joined by ordered links on virtual time: every frame goes through the codec, links
 * deliver in seeded order, may be cut (what is under way is lost) and may be slow.
 */
final class EngineNetwork {
  private final Random random;
  private final List<Node> nodes = new ArrayList<>();
  private final Map<String, Deque<SyncFrame>> links = new LinkedHashMap<>();
  private final PriorityQueue<Timer> timers =
      new PriorityQueue<>(
          (one, two) ->
              one.at != two.at ? Long.compare(one.at, two.at) : Long.compare(one.order, two.order));
  private long now;
  private long timerOrder;
  int slowLinkPercent;
  final Map<String, Integer> framesByType = new LinkedHashMap<>();
  long bytes;

  private record Timer(long at, long order, Node node, PeerId peer) {}

  EngineNetwork(int size, long seed) {
    random = new Random(seed);
    now = random.nextLong() >> 2;
    for (int i = 0; i < size; i++) {
      nodes.add(new Node(i));
    }
  }

  Node node(int index) {
    return nodes.get(index);
  }

  List<Node> nodes() {
    return nodes;
  }

  void link(int one, int two) {
    if (!linked(one, two)) {
      links.put(one + ">" + two, new ArrayDeque<>());
      links.put(two + ">" + one, new ArrayDeque<>());
      node(one).handle(new SyncInput.PeerUp(node(two).id));
      node(two).handle(new SyncInput.PeerUp(node(one).id));
    }
  }

  void cut(int one, int two) {
    if (linked(one, two)) {
      links.remove(one + ">" + two);
      links.remove(two + ">" + one);
      node(one).handle(new SyncInput.PeerDown(node(two).id));
      node(two).handle(new SyncInput.PeerDown(node(one).id));
    }
  }

  /** Loses what is under way from one node to another, as the end of a process does. */
  void dropAll(int from, int to) {
    links.get(from + ">" + to).clear();
  }

  boolean linked(int one, int two) {
    return links.containsKey(one + ">" + two);
  }

  void fullMesh() {
    for (int one = 0; one < nodes.size(); one++) {
      for (int two = 0; two < one; two++) {
        link(one, two);
      }
    }
  }

  /** Delivers one frame of a randomly chosen link. Returns false when none is under way. */
  boolean step() {
    List<String> busy = links.keySet().stream().filter(key -> !links.get(key).isEmpty()).toList();
    if (busy.isEmpty()) {
      return false;
    }
    String link = busy.get(random.nextInt(busy.size()));
    SyncFrame frame = links.get(link).remove();
    String[] ends = link.split(">");
    Node from = node(Integer.parseInt(ends[0]));
    Node to = node(Integer.parseInt(ends[1]));
    to.handle(new SyncInput.Received(from.id, frame));
    if (links.containsKey(link) && from.isBlocked(to.id)) {
      from.blocked.remove(to.id);
      from.handle(new SyncInput.Writable(to.id));
    }
    return true;
  }

  /** Delivers all that is under way, lets time pass, and so on until all is silent. */
  void settle() {
    for (int rounds = 0; ; rounds++) {
      while (step()) {}
      Timer timer = timers.poll();
      if (timer == null) {
        return;
      }
      if (rounds > 10_000) {
        throw new AssertionError("never silent; last: " + lastTold());
      }
      now = timer.at;
      timer.node.handle(new SyncInput.Woken(timer.peer));
    }
  }

  private List<String> lastTold() {
    return nodes.stream()
        .flatMap(
            node ->
                node.told.subList(Math.max(0, node.told.size() - 4), node.told.size()).stream()
                    .map(effect -> node.index + ": " + effect))
        .toList();
  }

  /** One engine, with what it was told to do. */
  final class Node {
    final PeerId id;
    final SyncEngine engine;
    final List<SyncEffect> told = new ArrayList<>();
    private final int index;
    private final Map<PeerId, Boolean> blocked = new LinkedHashMap<>();
    private final Map<DocumentKey, Long> sequences = new LinkedHashMap<>();
    Predicate<ChangeChunk> takes = chunk -> true;

    Node(int index) {
      this.index = index;
      id = new PeerId(HexFormat.of().toHexDigits((byte) (index + 1)).repeat(32));
      engine =
          new SyncEngine(
              id,
              new ChangeIntake(
                  (key, chunks) -> chunks.stream().filter(takes.negate()).toList(),
                  GuardLimits.DEFAULT),
              1_000_000);
    }

    ActorId actor() {
      return new ActorId(id.value().substring(0, 32));
    }

    boolean isBlocked(PeerId peer) {
      return blocked.containsKey(peer);
    }

    /** Makes a change as an application would, and publishes it. */
    ChangeChunk change(DocumentKey key) {
      ChangeChunk chunk = draft(key);
      sequences.put(key, chunk.seq());
      handle(new SyncInput.Published(key, chunk));
      return chunk;
    }

    ChangeChunk draft(DocumentKey key) {
      DocumentState state = engine.document(key);
      ChangeGraph graph = state == null ? new ChangeGraph() : state.graph();
      List<ChangeHash> heads = graph.heads();
      long seq = sequences.getOrDefault(key, 0L) + 1;
      return TestChanges.put(
          actor(), seq, graph.maxOp(heads) + 1, heads, "k" + random.nextInt(5), random.nextInt());
    }

    void handle(SyncInput input) {
      Deque<SyncInput> followUps = new ArrayDeque<>();
      for (SyncEffect effect : engine.handle(input, now)) {
        told.add(effect);
        if (effect instanceof SyncEffect.Send send) {
          send(send, followUps);
        } else if (effect instanceof SyncEffect.Wake wake) {
          timers.add(new Timer(now + wake.after().toNanos(), timerOrder++, this, wake.peer()));
        }
      }
      followUps.forEach(this::handle);
    }

    private void send(SyncEffect.Send send, Deque<SyncInput> followUps) {
      Node to =
          nodes.stream().filter(node -> node.id.equals(send.peer())).findFirst().orElseThrow();
      Deque<SyncFrame> link = links.get(index + ">" + to.index);
      if (link == null) {
        return;
      }
      try {
        java.nio.ByteBuffer encoded = SyncFrameCodec.encode(send.frame());
        bytes += encoded.remaining();
        link.add(SyncFrameCodec.decode(encoded));
      } catch (SyncFrameCodec.MalformedFrame impossible) {
        throw new AssertionError(impossible);
      }
      framesByType.merge(send.frame().getClass().getSimpleName(), 1, Integer::sum);
      if (send.more() || random.nextInt(100) < slowLinkPercent) {
        if (random.nextInt(100) < slowLinkPercent) {
          blocked.put(to.id, true);
          followUps.add(new SyncInput.Blocked(to.id));
        } else {
          followUps.add(new SyncInput.Writable(to.id));
        }
      }
    }
  }
}
