package dev.peatmesh.testkit.matrix;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peatmesh.sync.DocumentCollection;
import dev.peatmesh.testkit.SimulatedNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * All nodes write, delete and re-create a few documents. Every write sets a field of its own, so
 * what is left of a document names the writes that count.
 */
final class Deletions implements Workload {
  /** What an edit that was concurrent to a delete brings back with it. */
  enum Survival {
    /** The document, with all that it held. */
    DOCUMENT,
    /** Itself alone. */
    FIELD
  }

  private static final int DOCUMENTS = 2;
  private static final int DELETE_ONE_IN = 3;

  private final String collection;
  private final Survival survival;
  private final Random random;
  private final Map<String, Life> lives = new LinkedHashMap<>();
  private int writes;

  Deletions(String collection, Survival survival, Random random) {
    this.collection = collection;
    this.survival = survival;
    this.random = random;
    for (int i = 0; i < DOCUMENTS; i++) {
      lives.put("d" + i, new Life());
    }
  }

  @Override
  public String collection() {
    return collection;
  }

  @Override
  public void prepare(SimulatedNode first) {
    lives.keySet().forEach(id -> write(first, id));
  }

  @Override
  public void write(SimulatedNode node) {
    String id = "d" + random.nextInt(DOCUMENTS);
    if (random.nextInt(DELETE_ONE_IN) == 0) {
      delete(node, id);
    } else {
      write(node, id);
    }
  }

  @Override
  public void check(Map<String, Map<String, @Nullable Object>> documents) {
    assertThat(lives.keySet()).as(collection).containsAll(documents.keySet());
    lives.forEach(
        (id, life) ->
            life.check(collection + "/" + id, documents.getOrDefault(id, Map.of()).keySet()));
  }

  private void write(SimulatedNode node, String id) {
    Life life = lives.get(id);
    Write write = new Write("w" + writes++);
    life.writes.put(write.name(), write);
    write.answeredBy(
        node.collection(collection)
            .changeAsync(
                id,
                document -> {
                  if (document.size() == 0) {
                    life.startedEmpty(write, node.name());
                  }
                  document.put(write.name(), node.name());
                }));
  }

  void delete(SimulatedNode node, String id) {
    DocumentCollection documents = node.collection(collection);
    documents.get(id);
    // After the first question nothing is left to do at this instant, so nothing can come between
    // the second and the deletion: it sees what is read here.
    Set<String> seen = documents.get(id).map(Map::keySet).orElse(Set.of());
    documents.delete(id);
    lives.get(id).deletions.add(new Deletion(node.name(), Set.copyOf(seen)));
  }

  private record Deletion(String node, Set<String> seen) {}

  /** All that happened to one document. */
  private final class Life {
    private final Map<String, Write> writes = new LinkedHashMap<>();
    private final List<Deletion> deletions = new ArrayList<>();
    private final Map<Write, Set<String>> buriedBy = new LinkedHashMap<>();

    /** Whoever writes anew after a deletion of its own brings nothing back that it deleted. */
    void startedEmpty(Write write, String node) {
      Set<String> buried = new HashSet<>();
      deletions.stream()
          .filter(deletion -> deletion.node().equals(node))
          .forEach(deletion -> buried.addAll(deletion.seen()));
      buriedBy.put(write, buried);
    }

    /** A write that was lost with its node buries nothing. */
    private boolean isBuried(String name) {
      return buriedBy.entrySet().stream()
          .anyMatch(entry -> entry.getKey().acknowledged() && entry.getValue().contains(name));
    }

    void check(String name, Set<String> left) {
      Set<String> deleted = new HashSet<>();
      deletions.forEach(deletion -> deleted.addAll(deletion.seen()));
      assertThat(writes.keySet()).as("%s: only what was written", name).containsAll(left);
      for (Write write : writes.values()) {
        if (write.acknowledged() && !deleted.contains(write.name())) {
          assertThat(left).as("%s: what no deletion saw", name).contains(write.name());
        }
      }
      if (deleted.containsAll(left)) {
        assertThat(left).as("%s: deleted, and back", name).isEmpty();
      }
      if (survival == Survival.FIELD) {
        assertThat(left).as("%s: deleted fields", name).noneMatch(deleted::contains);
      }
      assertThat(left).as("%s: deleted and written anew", name).noneMatch(this::isBuried);
    }
  }
}
