package dev.peatmesh.node.console;

import dev.peatmesh.MeshHealth;
import dev.peatmesh.PeatMesh;
import dev.peatmesh.PeerError;
import dev.peatmesh.PeerState;
import dev.peatmesh.PeerStatus;
import dev.peatmesh.RefusalReason;
import dev.peatmesh.crypto.DeviceId;
import dev.peatmesh.crypto.EndpointId;
import dev.peatmesh.sync.CompactionReport;
import dev.peatmesh.sync.DocumentCollection;
import dev.peatmesh.sync.DocumentEvent;
import dev.peatmesh.sync.DocumentKey;
import dev.peatmesh.sync.FeedEvent;
import dev.peatmesh.sync.Filter;
import dev.peatmesh.sync.ListEditor;
import dev.peatmesh.sync.MapEditor;
import dev.peatmesh.sync.Query;
import dev.peatmesh.sync.QueryPage;
import dev.peatmesh.sync.Subscription;
import dev.peatmesh.sync.TextEditor;
import dev.peatmesh.sync.WriteReceipt;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** One node, its documents maps, one peer it cannot reach. */
final class FakeMesh implements PeatMesh {
  private final Map<DocumentKey, TreeMap<String, Object>> documents = new TreeMap<>();

  boolean failing;

  @Override
  public String nodeName() {
    return "kitchen";
  }

  @Override
  public DeviceId deviceId() {
    throw new AssertionError("the console does not ask");
  }

  @Override
  public EndpointId endpointId() {
    throw new AssertionError("the console does not ask");
  }

  @Override
  public InetSocketAddress localAddress() {
    throw new AssertionError("the console does not ask");
  }

  @Override
  public DocumentCollection collection(String name) {
    return new FakeCollection(name);
  }

  @Override
  public List<PeerStatus> peers() {
    return List.of(
        new PeerStatus(
            "attic",
            Optional.of(new EndpointId("ab".repeat(32))),
            Optional.empty(),
            PeerState.BACKING_OFF,
            false,
            List.of("static"),
            List.of("127.0.0.1:7001"),
            Instant.EPOCH,
            Optional.of(
                new PeerError(RefusalReason.WRONG_SECRET, "proof", Instant.ofEpochSecond(1), true)),
            Optional.of(Instant.ofEpochSecond(2))));
  }

  @Override
  public MeshHealth health() {
    checkWorks();
    return new MeshHealth(MeshHealth.State.ISOLATED, List.of("alone"));
  }

  @Override
  public void awaitConverged(Duration timeout) {
    throw new AssertionError("the console does not wait");
  }

  @Override
  public void pause() {
    throw new AssertionError("the console does not pause");
  }

  @Override
  public void resume() {
    throw new AssertionError("the console does not pause");
  }

  @Override
  public CompactionReport compact() {
    throw new AssertionError("the console does not compact");
  }

  @Override
  public void close() {}

  private void checkWorks() {
    if (failing) {
      throw new IllegalStateException("broken");
    }
  }

  private final class FakeCollection implements DocumentCollection {
    private final String name;

    FakeCollection(String name) {
      this.name = name;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public Optional<Map<String, Object>> get(String id) {
      return Optional.ofNullable(documents.get(new DocumentKey(name, id)));
    }

    @Override
    public WriteReceipt put(String id, Map<String, ?> value) {
      DocumentKey key = new DocumentKey(name, id);
      TreeMap<String, Object> next = new TreeMap<>();
      value.forEach((k, v) -> next.put(k, v instanceof Map<?, ?> map ? new TreeMap<>(map) : v));
      return new Receipt(key, !next.equals(documents.put(key, next)));
    }

    @Override
    public WriteReceipt change(String id, Consumer<? super MapEditor> edit) {
      DocumentKey key = new DocumentKey(name, id);
      edit.accept(new FakeEditor(documents.computeIfAbsent(key, k -> new TreeMap<>())));
      return new Receipt(key, true);
    }

    @Override
    public CompletableFuture<WriteReceipt> changeAsync(
        String id, Consumer<? super MapEditor> edit) {
      return CompletableFuture.completedFuture(change(id, edit));
    }

    @Override
    public WriteReceipt delete(String id) {
      DocumentKey key = new DocumentKey(name, id);
      return new Receipt(key, documents.remove(key) != null);
    }

    @Override
    public WriteReceipt expire(String id, Duration after) {
      throw new AssertionError("nothing expires here");
    }

    @Override
    public List<String> list() {
      checkWorks();
      return documents.keySet().stream()
          .filter(key -> key.collection().equals(name))
          .map(DocumentKey::id)
          .toList();
    }

    @Override
    public Subscription subscribe(Consumer<? super DocumentEvent> listener) {
      throw new AssertionError("the console does not subscribe");
    }

    @Override
    public Subscription subscribe(Filter filter, Consumer<? super FeedEvent> listener) {
      throw new AssertionError("the console does not subscribe");
    }

    @Override
    public Subscription subscribe(
        Filter filter, long sinceSequence, Consumer<? super FeedEvent> listener) {
      throw new AssertionError("the console does not subscribe");
    }

    @Override
    public QueryPage query(Query query) {
      throw new AssertionError("the console does not query");
    }
  }

  private record FakeEditor(Map<String, Object> map) implements MapEditor {
    @Override
    public void put(String key, Object value) {
      map.put(key, value);
    }

    @Override
    public void remove(String key) {
      map.remove(key);
    }

    @Override
    public void increment(String key, long by) {
      map.merge(key, by, (old, more) -> (Long) old + (Long) more);
    }

    @Override
    public Optional<Object> get(String key) {
      return Optional.ofNullable(map.get(key));
    }

    @Override
    public boolean contains(String key) {
      return map.containsKey(key);
    }

    @Override
    public Set<String> keys() {
      return Set.copyOf(map.keySet());
    }

    @Override
    public int size() {
      return map.size();
    }

    @Override
    public MapEditor map(String key) {
      Object nested = map.computeIfAbsent(key, k -> new HashMap<String, Object>());
      Map<String, Object> typed = new TreeMap<>();
      ((Map<?, ?>) nested).forEach((k, v) -> typed.put((String) k, v));
      map.put(key, typed);
      return new FakeEditor(typed);
    }

    @Override
    public ListEditor list(String key) {
      throw new AssertionError("the console edits no lists");
    }

    @Override
    public TextEditor text(String key) {
      throw new AssertionError("the console edits no texts");
    }
  }

  private record Receipt(DocumentKey key, boolean changed) implements WriteReceipt {
    @Override
    public List<String> heads() {
      return List.of();
    }

    @Override
    public void awaitReplicated(int nodes, Duration timeout) {
      throw new AssertionError("there are no other nodes");
    }

    @Override
    public CompletableFuture<Void> replicated(int nodes, Duration timeout) {
      throw new AssertionError("there are no other nodes");
    }
  }
}
