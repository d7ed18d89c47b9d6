package dev.peatmesh.sync.internal.engine;

import dev.peatmesh.sync.DeletePolicy;
import dev.peatmesh.sync.internal.guard.ChangeChunk;
import dev.peatmesh.sync.internal.guard.ChangeHash;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The changes of one document and what each stands on: the directed acyclic graph of Automerge's
 * change hashes, kept in Java so that "what does this peer lack" needs no native call.
 *
 * <p>Belongs to the document loop. Grows with the document's history.
 */
public final class ChangeGraph {
  private final Map<ChangeHash, Node> nodes = new HashMap<>();
  private final List<Node> order = new ArrayList<>();
  private final TreeSet<ChangeHash> heads = new TreeSet<>();

  /** The deletes that no other delete stands on. */
  private final Set<Node> lastDeletes = new HashSet<>();

  /** Whether the change is here. */
  public boolean contains(ChangeHash hash) {
    return nodes.containsKey(hash);
  }

  /** The change of that hash, if it is here. */
  public @Nullable ChangeChunk chunk(ChangeHash hash) {
    Node node = nodes.get(hash);
    return node == null ? null : node.chunk;
  }

  /** The changes that no other change stands on, ascending. */
  public List<ChangeHash> heads() {
    return List.copyOf(heads);
  }

  /** How many changes are here. */
  public int size() {
    return nodes.size();
  }

  /** Whether the document was deleted and nothing happened since or beside that. */
  public boolean deleted() {
    return !heads.isEmpty() && heads.stream().allMatch(this::deletes);
  }

  /** Whether the document is deleted, by the rule of its collection. */
  public boolean deleted(DeletePolicy policy) {
    return switch (policy) {
      case EDIT_WINS -> deleted();
      case DELETE_WINS -> !heads.isEmpty() && liveHeads().stream().allMatch(this::deletes);
    };
  }

  /**
   * The heads that stand on every delete, ascending: where deletes win, the document is what these
   * show, and what was written beside them is lost. None when two deletes are concurrent.
   */
  public List<ChangeHash> liveHeads() {
    return heads.stream().filter(head -> required(head).deletes.containsAll(lastDeletes)).toList();
  }

  /** The latest time of all heads that delete the document; 0 when there is none. */
  public long deletedSeconds() {
    return heads.stream()
        .filter(this::deletes)
        .mapToLong(head -> required(head).chunk.timeSeconds())
        .reduce(0, Math::max);
  }

  /** The highest operation counter among the given changes and all they stand on. */
  public long maxOp(Collection<ChangeHash> changes) {
    long max = 0;
    for (ChangeHash hash : changes) {
      max = Math.max(max, required(hash).maxOp);
    }
    return max;
  }

  /** The dependencies of a change that are not here. */
  public List<ChangeHash> missing(ChangeChunk chunk) {
    List<ChangeHash> missing = List.of();
    for (ChangeHash dep : chunk.deps()) {
      if (!nodes.containsKey(dep)) {
        missing = missing.isEmpty() ? new ArrayList<>() : missing;
        missing.add(dep);
      }
    }
    return missing;
  }

  /** Adds a change whose dependencies are all here. Adding it again does nothing. */
  public void add(ChangeChunk chunk) {
    if (nodes.containsKey(chunk.hash())) {
      return;
    }
    Node[] deps = new Node[chunk.deps().size()];
    long maxOp = Math.max(0, chunk.lastOp());
    for (int i = 0; i < deps.length; i++) {
      deps[i] = required(chunk.deps().get(i));
      maxOp = Math.max(maxOp, deps[i].maxOp);
    }
    Node node = new Node(chunk, deps, order.size(), maxOp);
    if (chunk.deletesDocument()) {
      for (Node dep : deps) {
        lastDeletes.removeAll(dep.deletes);
      }
      lastDeletes.add(node);
    }
    nodes.put(chunk.hash(), node);
    order.add(node);
    chunk.deps().forEach(heads::remove);
    heads.add(chunk.hash());
  }

  /** Every change, each after those it stands on. */
  public List<ChangeChunk> all() {
    return order.stream().map(node -> node.chunk).toList();
  }

  /**
   * The heads and a few older changes, ever further apart: enough for a peer that lacks our newest
   * to find a recent change that both have. At most 32 beyond the heads.
   */
  public List<ChangeHash> sample() {
    TreeSet<ChangeHash> sample = new TreeSet<>(heads);
    for (long step = 2; step <= order.size(); step *= 2) {
      sample.add(order.get((int) (order.size() - step)).chunk.hash());
    }
    return List.copyOf(sample);
  }

  /**
   * The changes that {@code need} stands on, itself included, without those that {@code have}
   * stands on; each after those it stands on. Hashes that are not here are passed over. Costs as
   * much as the difference is large, not the history.
   */
  public List<ChangeChunk> between(Collection<ChangeHash> need, Collection<ChangeHash> have) {
    Walk walk = new Walk();
    need.forEach(hash -> walk.visit(nodes.get(hash), false));
    have.forEach(hash -> walk.visit(nodes.get(hash), true));
    return walk.run();
  }

  private boolean deletes(ChangeHash hash) {
    return required(hash).chunk.deletesDocument();
  }

  private Node required(ChangeHash hash) {
    Node node = nodes.get(hash);
    if (node == null) {
      throw new AssertionError("change not in the graph: " + hash);
    }
    return node;
  }

  /** A change and where it stands: its index is above that of every change it stands on. */
  private static final class Node {
    private final ChangeChunk chunk;
    private final Node[] deps;
    private final int index;
    private final long maxOp;

    /**
     * Of the deletes at or below this change at least those that no other such delete stands on.
     * One set for all changes since the last delete or merge.
     */
    private final Set<Node> deletes;

    Node(ChangeChunk chunk, Node[] deps, int index, long maxOp) {
      this.chunk = chunk;
      this.deps = deps;
      this.index = index;
      this.maxOp = maxOp;
      this.deletes = chunk.deletesDocument() ? Set.of(this) : deletesBelow(deps);
    }

    private static Set<Node> deletesBelow(Node[] deps) {
      Set<Node> below = deps.length == 0 ? Set.of() : deps[0].deletes;
      for (Node dep : deps) {
        if (!below.containsAll(dep.deletes)) {
          Set<Node> both = new HashSet<>(below);
          both.addAll(dep.deletes);
          below = both;
        }
      }
      return below;
    }
  }

  /** Walks from newer to older changes, so that a node's mark is final when it is reached. */
  private static final class Walk {
    private final PriorityQueue<Node> queue =
        new PriorityQueue<>((one, two) -> Integer.compare(two.index, one.index));
    private final Map<Node, Boolean> excluded = new HashMap<>();
    private int included;

    void visit(@Nullable Node node, boolean exclude) {
      if (node == null) {
        return;
      }
      Boolean before = excluded.putIfAbsent(node, exclude);
      if (before == null) {
        queue.add(node);
        included += exclude ? 0 : 1;
      } else if (exclude && !before) {
        excluded.put(node, true);
        included--;
      }
    }

    List<ChangeChunk> run() {
      List<ChangeChunk> found = new ArrayList<>();
      while (included > 0) {
        Node node = queue.remove();
        boolean exclude = Boolean.TRUE.equals(excluded.get(node));
        if (!exclude) {
          included--;
          found.add(node.chunk);
        }
        for (Node dep : node.deps) {
          visit(dep, exclude);
        }
      }
      Collections.reverse(found);
      return found;
    }
  }
}
