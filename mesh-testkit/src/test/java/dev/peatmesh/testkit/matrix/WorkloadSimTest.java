package dev.peatmesh.testkit.matrix;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peatmesh.sync.Counter;
import dev.peatmesh.sync.Text;
import dev.peatmesh.testkit.Seeds;
import dev.peatmesh.testkit.SimulatedMesh;
import dev.peatmesh.testkit.SimulatedNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The models notice what they are there to notice. */
class WorkloadSimTest {
  private static final int WRITES = 90;

  private final SimulatedMesh mesh = SimulatedMesh.builder().nodes(1).start();
  private final SimulatedNode node = mesh.node(0);

  @AfterEach
  void close() {
    mesh.close();
  }

  @Test
  void editsThatAreAllThereAreRight() {
    Workload edits = played(new NestedEdits("c", new Random(Seeds.FIRST)));

    assertThatCode(() -> edits.check(contents())).doesNotThrowAnyException();
  }

  @Test
  void aLostIncrementIsFoundOut() {
    isFoundOut("count", count -> new Counter(((Counter) count).value() - 1));
  }

  @Test
  void aLostElementIsFoundOut() {
    isFoundOut("list", list -> ((List<?>) list).subList(1, ((List<?>) list).size()));
  }

  @Test
  void aDoubledElementIsFoundOut() {
    isFoundOut(
        "list",
        list -> {
          List<Object> doubled = new ArrayList<>((List<?>) list);
          doubled.add(doubled.get(0));
          return doubled;
        });
  }

  @Test
  void aLostLetterIsFoundOut() {
    isFoundOut("text", text -> new Text(((Text) text).value().substring(1)));
  }

  @Test
  void aRemovedEntryThatIsBackIsFoundOut() {
    isFoundOut("deep", deep -> Map.of("entries", withAllNames((Map<?, ?>) deep)));
  }

  @Test
  void anAcknowledgedEditOfWhichNothingIsLeftIsFoundOut() {
    isFoundOut("names", names -> withoutOne((Map<?, ?>) names));
  }

  @Test
  void anOldTitleInPlaceOfANewerOneIsFoundOut() {
    isFoundOut("title", title -> "e0");
  }

  @Test
  void aLostWriteIsFoundOut() {
    Deletions workload = new Deletions("c", Deletions.Survival.DOCUMENT, new Random(Seeds.FIRST));
    workload.prepare(node);
    mesh.advance(Duration.ofSeconds(1));
    Map<String, Map<String, @Nullable Object>> tampered = new LinkedHashMap<>(contents());
    String id = tampered.keySet().iterator().next();
    tampered.put(id, withoutOne(tampered.get(id)));

    assertThatCode(() -> workload.check(contents())).doesNotThrowAnyException();
    assertThatThrownBy(() -> workload.check(tampered))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("what no deletion saw");
  }

  @Test
  void aDeletedDocumentThatIsBackIsFoundOut() {
    Deletions workload = new Deletions("c", Deletions.Survival.DOCUMENT, new Random(Seeds.FIRST));
    workload.prepare(node);
    mesh.advance(Duration.ofSeconds(1));
    Map<String, Map<String, @Nullable Object>> before = contents();
    before.keySet().forEach(id -> workload.delete(node, id));

    assertThatCode(() -> workload.check(contents())).doesNotThrowAnyException();
    assertThatThrownBy(() -> workload.check(before))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("deleted, and back");
  }

  private void isFoundOut(String key, UnaryOperator<@Nullable Object> change) {
    Workload edits = played(new NestedEdits("c", new Random(Seeds.FIRST)));
    Map<String, @Nullable Object> tampered = new HashMap<>(contents().get("shared"));
    tampered.put(key, change.apply(tampered.get(key)));

    assertThatThrownBy(() -> edits.check(Map.of("shared", tampered)))
        .isInstanceOf(AssertionError.class);
  }

  private Workload played(Workload workload) {
    workload.prepare(node);
    for (int i = 0; i < WRITES; i++) {
      workload.write(node);
    }
    mesh.advance(Duration.ofSeconds(10));
    return workload;
  }

  private Map<String, Map<String, @Nullable Object>> contents() {
    Map<String, Map<String, @Nullable Object>> contents = new LinkedHashMap<>();
    for (String id : node.collection("c").list()) {
      contents.put(id, node.collection("c").get(id).orElseThrow());
    }
    return contents;
  }

  private static Map<String, @Nullable Object> withoutOne(Map<?, ?> map) {
    Map<String, @Nullable Object> fewer = new LinkedHashMap<>();
    map.entrySet().stream()
        .skip(1)
        .forEach(entry -> fewer.put((String) entry.getKey(), entry.getValue()));
    return fewer;
  }

  private static Map<String, Object> withAllNames(Map<?, ?> deep) {
    Map<String, Object> all = new LinkedHashMap<>();
    ((Map<?, ?>) deep.get("entries")).forEach((key, value) -> all.put((String) key, value));
    for (int number = 0; number < WRITES; number++) {
      all.put("e" + number, (long) number);
    }
    return all;
  }
}
