package dev.peatmesh.sync.internal.engine;

import dev.peatmesh.sync.DocumentKey;
import dev.peatmesh.sync.internal.guard.ActorId;
import dev.peatmesh.sync.internal.guard.ChangeChunk;
import dev.peatmesh.sync.internal.guard.ChangeHash;
import dev.peatmesh.sync.internal.guard.GuardLimits;
import dev.peatmesh.sync.internal.reconcile.DocumentIndex;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Engines joined by ordered links on virtual time: every frame goes through the codec, links
 * deliver in seeded order, may be cut (what is under way is lost) and may be slow. Nodes may crash:
 * they keep what is on their disk.
 */
final class EngineNetwork {
  static final Duration RETENTION = Duration.ofDays(7);

  private final Random random;
  private final List<Node> nodes = new ArrayList<>();
  private final Map<String, Deque<SyncFrame>> links = new LinkedHashMap<>();
  private final Map<ChangeHash, Long> deleteTimes = new HashMap<>();
  private final PriorityQueue<Timer> timers =
      new PriorityQueue<>(
          (one, two) ->
              one.at != two.at ? Long.compare(one.at, two.at) : Long.compare(one.order, two.order));
  private long now;
  private long wallMillis = 1_700_000_000_000L;
  private long timerOrder;
  int slowLinkPercent;

  /** How much of what was received is not on the disk at once. */
  int slowDiskPercent;

  final Map<String, Integer> framesByType = new TreeMap<>();
  long bytes;

  private record Timer(long at, long order, Node node, int life, PeerId peer) {}

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

  void cutAll(int one) {
    for (int other = 0; other < nodes.size(); other++) {
      cut(one, other);
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

  void line() {
    for (int i = 1; i < nodes.size(); i++) {
      link(i - 1, i);
    }
  }

  /** The process ends; what is not on the disk is lost, and so are its links. */
  void crash(int index) {
    cutAll(index);
    node(index).crash();
  }

  /** Delivers one frame of a randomly chosen link. Returns false when none is under way. */
  boolean step() {
    List<String> busy = new ArrayList<>(links.size());
    links.forEach(
        (key, frames) -> {
          if (!frames.isEmpty()) {
            busy.add(key);
          }
        });
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
    for (int rounds = 0; settleWithin(Long.MAX_VALUE); rounds++) {
      if (rounds > 10_000) {
        throw new AssertionError("never silent; last: " + lastTold());
      }
    }
  }

  /** The same, but for no longer than that; returns how long it was silent before the end. */
  void settle(Duration atMost) {
    long end = now + atMost.toNanos();
    while (settleWithin(end)) {}
    wallMillis += (end - now) / 1_000_000;
    now = end;
  }

  private boolean settleWithin(long end) {
    boolean moved = true;
    for (int steps = 0; moved; steps++) {
      if (steps > 1_000_000) {
        throw new AssertionError("never silent; last: " + lastTold());
      }
      moved = step();
      for (Node node : nodes) {
        moved |= node.flush();
      }
    }
    Timer timer = timers.peek();
    if (timer == null || timer.at > end) {
      return false;
    }
    timers.remove();
    wallMillis += Math.max(0, timer.at - now) / 1_000_000;
    now = Math.max(now, timer.at);
    if (timer.life == timer.node.life) {
      timer.node.handle(new SyncInput.Woken(timer.peer));
    }
    return true;
  }

  void sleep(Duration time) {
    now += time.toNanos();
    wallMillis += time.toMillis();
  }

  void housekeep() {
    nodes.forEach(node -> node.handle(new SyncInput.Housekeep()));
  }

  Set<?> fingerprints() {
    return nodes.stream().map(node -> node.engine.fingerprint()).collect(Collectors.toSet());
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
    final FakeDocuments documents;
    final List<SyncEffect> told = new ArrayList<>();
    SyncEngine engine;
    private final int index;
    private final Map<PeerId, Boolean> blocked = new LinkedHashMap<>();
    private final Map<DocumentKey, Long> writes = new LinkedHashMap<>();
    private final Map<DocumentKey, Integer> dropped = new HashMap<>();
    private int life;

    Node(int index) {
      this.index = index;
      id = new PeerId(HexFormat.of().toHexDigits((byte) (index + 1)).repeat(32));
      documents = new FakeDocuments(deleteTimes, new StoreId(random.nextLong(), random.nextLong()));
      engine = start();
    }

    private SyncEngine start() {
      EngineSettings settings =
          new EngineSettings(GuardLimits.DEFAULT, 1_000_000, documents.durable, RETENTION);
      DocumentIndex filled = new DocumentIndex(1_000_000, 10_000, settings.bucketSeconds());
      documents.fill(filled);
      return new SyncEngine(
          id, documents, filled, settings, documents.agreements(), documents.checkpoints(), random);
    }

    void crash() {
      life++;
      writes.clear(); // The actor is a new one.
      documents.crash();
      restart();
    }

    void restart() {
      blocked.clear();
      engine = start();
    }

    /** A node without a disk: what it says does not count. */
    void withoutDisk() {
      documents.durable = false;
      engine = start();
    }

    /** A new one after a crash, and once the document was dropped: no number is used again. */
    ActorId actor(DocumentKey key) {
      return new ActorId(
          id.value().substring(0, 16)
              + HexFormat.of().toHexDigits((long) life, 8)
              + HexFormat.of().toHexDigits((long) dropped.getOrDefault(key, 0), 8));
    }

    boolean isBlocked(PeerId peer) {
      return blocked.containsKey(peer);
    }

    boolean exists(DocumentKey key) {
      var entry = engine.index().get(key);
      return entry != null && !entry.facts().deleted();
    }

    boolean knows(DocumentKey key) {
      return engine.index().get(key) != null;
    }

    ChangeGraph graph(DocumentKey key) {
      return documents.history(key).graph();
    }

    /** Makes a change as an application would, and publishes it. */
    ChangeChunk change(DocumentKey key) {
      return publish(key, draft(key));
    }

    ChangeChunk draft(DocumentKey key) {
      return draft(key, "k" + random.nextInt(5));
    }

    private ChangeChunk draft(DocumentKey key, String field) {
      ChangeGraph graph = graph(key);
      List<ChangeHash> heads = graph.heads();
      long seq = writes.getOrDefault(key, 0L) + 1;
      return TestChanges.put(
          actor(key), seq, graph.maxOp(heads) + 1, heads, field, random.nextInt());
    }

    ChangeChunk publish(DocumentKey key, ChangeChunk chunk) {
      writes.put(key, chunk.seq());
      documents.wroteHistory(key, chunk);
      handle(new SyncInput.Published(key, chunk));
      return chunk;
    }

    /** Writes to a document without history. */
    ChangeRef.Dot write(DocumentKey key, String field, long value) {
      TestLatest latest = documents.latestOf(key);
      latest.put(actor(key).hex(), field, value);
      return publishLatest(key, latest);
    }

    private ChangeRef.Dot publishLatest(DocumentKey key, TestLatest latest) {
      documents.wroteLatest(key);
      handle(new SyncInput.PublishedLatest(key));
      return new ChangeRef.Dot(actor(key), latest.seen.get(actor(key).hex()));
    }

    void delete(DocumentKey key) {
      if (!exists(key)) {
        return;
      }
      long seconds = wallMillis / 1_000;
      if (documents.isLatest(key)) {
        TestLatest latest = documents.latestOf(key);
        latest.delete(actor(key).hex(), seconds);
        publishLatest(key, latest);
      } else {
        ChangeChunk chunk = draft(key, ChangeChunk.DELETED_KEY);
        deleteTimes.put(chunk.hash(), seconds);
        publish(key, chunk);
      }
    }

    /** Has the disk catch up. Returns whether there was anything to do. */
    boolean flush() {
      if (!documents.hasPending()) {
        return false;
      }
      documents.flush().forEach(this::handle);
      return true;
    }

    void handle(SyncInput input) {
      Deque<SyncInput> followUps = new ArrayDeque<>();
      for (SyncEffect effect : engine.handle(input, new Moment(now, wallMillis))) {
        told.add(effect);
        if (effect instanceof SyncEffect.Collected collected) {
          forget(collected.key());
        } else if (effect instanceof SyncEffect.Forgotten forgotten) {
          forget(forgotten.key());
        }
        documents.perform(effect);
        if (effect instanceof SyncEffect.Send send) {
          send(send, followUps);
        } else if (effect instanceof SyncEffect.Wake wake) {
          timers.add(
              new Timer(now + wake.after().toNanos(), timerOrder++, this, life, wake.peer()));
        }
      }
      if (random.nextInt(100) >= slowDiskPercent) {
        followUps.addAll(documents.flush());
      }
      followUps.forEach(this::handle);
      List<DocumentKey> adopted = List.copyOf(documents.adopted);
      documents.adopted.clear();
      adopted.forEach(this::delete);
    }

    private void forget(DocumentKey key) {
      dropped.merge(key, 1, Integer::sum);
      writes.remove(key);
    }

    private void send(SyncEffect.Send send, Deque<SyncInput> followUps) {
      Node to =
          nodes.stream().filter(node -> node.id.equals(send.peer())).findFirst().orElseThrow();
      Deque<SyncFrame> link = links.get(index + ">" + to.index);
      if (link == null) {
        return;
      }
      try {
        ByteBuffer encoded = SyncFrameCodec.encode(send.frame());
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
