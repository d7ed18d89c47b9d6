package dev.peatmesh.testkit;

import dev.peatmesh.internal.link.Proofs;
import dev.peatmesh.internal.peers.PeerSettings;
import dev.peatmesh.sync.CollectionSettings;
import dev.peatmesh.sync.CompactionSettings;
import dev.peatmesh.sync.internal.replica.SizeLimits;
import dev.peatmesh.sync.internal.replica.SyncSettings;
import dev.peatmesh.testkit.internal.MacProofs;
import dev.peatmesh.testkit.internal.SimulatedHost;
import dev.peatmesh.testkit.internal.SimulatedNetwork;
import dev.peatmesh.testkit.internal.TransportSettings;
import dev.peatmesh.testkit.internal.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

/**
 * A whole mesh on virtual time, in one thread, from one seed. Runs the classes that production runs
 * for peers, links, documents and the engine; network, disks, clocks and randomness are simulated.
 * The same seed gives the same run, event by event: compare {@link EventLog#hash}.
 *
 * <p>Not thread-safe. Time stands still but in {@link #advance}, {@link #runUntil}, {@link #settle}
 * and in calls of a node that wait for its disk. Close it: it holds native memory.
 */
public final class SimulatedMesh implements AutoCloseable {
  private final VirtualTime time;
  private final SimulatedNetwork network;
  private final List<SimulatedNode> nodes = new ArrayList<>();

  private SimulatedMesh(Builder builder) {
    time = new VirtualTime(builder.seed);
    network = new SimulatedNetwork(time, builder.rules);
    SimulatedNode.Surroundings surroundings =
        new SimulatedNode.Surroundings(
            time,
            network,
            builder.signedProofs ? Proofs.SIGNED : new MacProofs(),
            PeerSettings.DEFAULT.withRedial(builder.redial),
            TransportSettings.DEFAULTS.withInOrder(builder.inOrder),
            builder.honestDisks);
    for (int i = 0; i < builder.nodes; i++) {
      nodes.add(new SimulatedNode(surroundings, builder.documentsOf(i), i, builder.nodes));
    }
    nodes.forEach(SimulatedNode::start);
  }

  /** A builder with every setting at its default. */
  public static Builder builder() {
    return new Builder();
  }

  /** The seed of this run. */
  public long seed() {
    return time.seed();
  }

  /** The nodes, by number from 0. Each knows the names and addresses of all from the start. */
  public List<SimulatedNode> nodes() {
    return List.copyOf(nodes);
  }

  /** The node of that number, from 0. */
  public SimulatedNode node(int number) {
    return nodes.get(number);
  }

  /** What happened so far. */
  public EventLog log() {
    return time.log();
  }

  /** The virtual time since the start. */
  public Duration elapsed() {
    return Duration.ofNanos(time.nowNanos());
  }

  /** Lets time pass. */
  public void advance(Duration by) {
    time.advance(by);
  }

  /** Lets time pass until it is so, at most that long. Returns whether it is. */
  public boolean runUntil(BooleanSupplier condition, Duration max) {
    return time.runUntil(condition, max);
  }

  /** Lets time pass until {@link #isConverged}, at most that long. Returns whether it is. */
  public boolean settle(Duration max) {
    return runUntil(this::isConverged, max);
  }

  /** Whether every live node holds the same documents, and all their changes are durable. */
  public boolean isConverged() {
    Set<String> fingerprints = new HashSet<>();
    for (SimulatedNode node : nodes) {
      if (node.isUp()) {
        fingerprints.add(node.fingerprint());
        if (fingerprints.size() > 1 || !node.isDurable()) {
          return false;
        }
      }
    }
    return true;
  }

  /** What all nodes have sent since the start, restarts included. */
  public Traffic traffic() {
    return nodes.stream().map(SimulatedNode::traffic).reduce(Traffic.NONE, Traffic::plus);
  }

  /**
   * Lets nodes reach only those of their own group. Replaces an earlier partition; nodes in no
   * group form one more.
   */
  @SafeVarargs
  @SuppressWarnings("varargs") // the array is only read
  public final void partition(Collection<Integer>... groups) {
    partition(List.of(groups));
  }

  /** As {@link #partition(Collection[])}. */
  public void partition(List<? extends Collection<Integer>> groups) {
    List<List<SimulatedHost>> hosts = new ArrayList<>();
    for (Collection<Integer> group : groups) {
      hosts.add(group.stream().map(number -> node(number).host()).toList());
    }
    network.partition(hosts);
  }

  /** Drops every packet from one node to another; the way back stays. */
  public void cut(int from, int to) {
    network.cut(node(from).host(), node(to).host());
  }

  /** Ends every partition and cut. */
  public void heal() {
    network.heal();
  }

  /** New rules for every link. */
  public void rules(NetworkRules rules) {
    network.rules(rules);
  }

  /** Switches every node off and frees what it holds. */
  @Override
  public void close() {
    nodes.stream().filter(SimulatedNode::isUp).forEach(SimulatedNode::crash);
  }

  /** Settings of a simulated mesh. */
  public static final class Builder {
    private int nodes = 3;
    private long seed = Seeds.FIRST;
    private NetworkRules rules = NetworkRules.LAN;
    private boolean redial = true;
    private boolean inOrder = true;
    private boolean honestDisks = true;
    private boolean signedProofs;
    private SyncSettings documents = SyncSettings.DEFAULT;
    private final Map<String, CollectionSettings> collections = new LinkedHashMap<>();
    private final Map<Integer, Map<String, CollectionSettings>> ofNodes = new LinkedHashMap<>();
    private final Map<Integer, SizeLimits> limits = new LinkedHashMap<>();

    private Builder() {}

    /** How many nodes, 1 to 1,000. Default 3. */
    public Builder nodes(int count) {
      if (count < 1 || count > 1_000) {
        throw new IllegalArgumentException("nodes(" + count + "): is not 1 to 1000.");
      }
      nodes = count;
      return this;
    }

    /** From what all randomness derives. Default {@link Seeds#FIRST}. */
    public Builder seed(long value) {
      seed = value;
      return this;
    }

    /** How links behave. Default {@link NetworkRules#LAN}. */
    public Builder rules(NetworkRules value) {
      rules = value;
      return this;
    }

    /** How one collection is kept, on every node. Default: as its name says. */
    public Builder collection(String name, CollectionSettings settings) {
      collections.put(name, settings);
      return this;
    }

    /** How one collection is kept on one node, whatever the others do. */
    public Builder collectionOf(int node, String name, CollectionSettings settings) {
      ofNodes.computeIfAbsent(node, unused -> new LinkedHashMap<>()).put(name, settings);
      return this;
    }

    /** About how many bytes of documents stay open on each node. Default 64 MiB. */
    public Builder openDocumentBytesMax(long bytes) {
      documents = documents.withOpenBytesMax(bytes);
      return this;
    }

    /** From where on a document is large, and what it may not exceed. */
    public Builder documentBytes(long warn, long max) {
      documents = documents.withLimits(new SizeLimits(warn, max));
      return this;
    }

    /** What a document may not exceed on one node, whatever the others allow. */
    public Builder documentBytesMaxOf(int node, long max) {
      limits.put(node, new SizeLimits(max, max));
      return this;
    }

    /** How long deletes are remembered. Default 7 days. */
    public Builder tombstoneRetention(Duration retention) {
      documents = documents.withTombstoneRetention(retention);
      return this;
    }

    /** When space is given back. Default: never. */
    public Builder compaction(CompactionSettings settings) {
      documents = documents.withCompaction(settings);
      return this;
    }

    /** Plants a bug: with false, no peer is dialled a second time. Default true. */
    public Builder redial(boolean value) {
      redial = value;
      return this;
    }

    /**
     * Plants a bug: with false, transports hand packets on as they come, doubled and out of order.
     * Default true.
     */
    public Builder inOrder(boolean value) {
      inOrder = value;
      return this;
    }

    /**
     * Plants a bug: with false, disks say that a write is durable while it is still on its way, so
     * that a crash may lose it. Default true.
     */
    public Builder honestDisks(boolean value) {
      honestDisks = value;
      return this;
    }

    /**
     * With true, nodes sign their proofs as in production. By default they do not, which spares a
     * fifth of the time and changes no event of a run.
     */
    public Builder signedProofs(boolean value) {
      signedProofs = value;
      return this;
    }

    /** Switches all nodes on. */
    public SimulatedMesh start() {
      return new SimulatedMesh(this);
    }

    private SyncSettings documentsOf(int node) {
      Map<String, CollectionSettings> all = new LinkedHashMap<>(collections);
      all.putAll(ofNodes.getOrDefault(node, Map.of()));
      return documents
          .withCollections(all)
          .withLimits(limits.getOrDefault(node, documents.limits()));
    }
  }

  /** How many timers of all nodes and of the network are still to come. */
  int timersWaiting() {
    return time.timersWaiting();
  }

  static IntStream others(int number, int count) {
    return IntStream.range(0, count).filter(other -> other != number);
  }
}
