package dev.peatmesh.testkit.matrix;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peatmesh.sync.MapEditor;
import dev.peatmesh.testkit.Seeds;
import dev.peatmesh.testkit.SimulatedMesh;
import dev.peatmesh.testkit.SimulatedNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Two replicas edit one document without hearing of each other: no edit of either is lost. */
class ConcurrentEditsSimTest {
  private static final int TRIALS = 1_000;
  private static final int TRIALS_OF_COUNTER_EXAMPLE = 200;
  private static final int EDITS_MAX = 3;

  @Test
  void nestedMapEditsAreAllKept() {
    assertThat(trialsThatLose(Container.NESTED_MAP, Container::edit, TRIALS)).isZero();
  }

  @Test
  void listAppendsAreAllKept() {
    assertThat(trialsThatLose(Container.LIST, Container::edit, TRIALS)).isZero();
  }

  @Test
  void counterIncrementsAreAllKept() {
    assertThat(trialsThatLose(Container.COUNTER, Container::edit, TRIALS)).isZero();
  }

  @Test
  void textSplicesAreAllKept() {
    assertThat(trialsThatLose(Container.TEXT, Container::edit, TRIALS)).isZero();
  }

  /** The counter-example: read the whole object, change the copy, write it in place of the old. */
  @ParameterizedTest
  @EnumSource
  void wholeObjectsWrittenBackLoseTheEditsOfOneSideEveryTime(Container container) {
    assertThat(trialsThatLose(container, Container::upsert, TRIALS_OF_COUNTER_EXAMPLE))
        .isEqualTo(TRIALS_OF_COUNTER_EXAMPLE);
  }

  /** Every trial has a document of its own, so that one partition serves for all. */
  private static long trialsThatLose(Container container, Editing editing, int trials) {
    long seed = Seeds.of(1).findFirst().orElseThrow();
    Random random = new Random(seed);
    try (SimulatedMesh mesh = SimulatedMesh.builder().nodes(2).seed(seed).start()) {
      for (int trial = 0; trial < trials; trial++) {
        mesh.node(0).collection("notes").put("d" + trial, Map.of("it", container.initial()));
      }
      assertThat(mesh.settle(Duration.ofMinutes(1))).as("both have all documents").isTrue();
      mesh.partition(List.of(0), List.of(1));
      Map<String, List<Insertion>> made = new HashMap<>();
      for (int trial = 0; trial < trials; trial++) {
        for (SimulatedNode node : mesh.nodes()) {
          for (int edits = 1 + random.nextInt(EDITS_MAX); edits > 0; edits--) {
            made.computeIfAbsent("d" + trial, unseen -> new ArrayList<>())
                .add(edit(node, "d" + trial, container, editing, made, random));
          }
        }
      }
      mesh.heal();
      assertThat(mesh.settle(MatrixRun.HEALED_WITHIN)).as("healed").isTrue();
      return made.entrySet().stream()
          .filter(
              trial ->
                  mesh.nodes().stream()
                      .anyMatch(node -> !kept(node, trial.getKey(), container, trial.getValue())))
          .count();
    }
  }

  private static Insertion edit(
      SimulatedNode node,
      String id,
      Container container,
      Editing editing,
      Map<String, List<Insertion>> made,
      Random random) {
    Insertion insertion =
        new Insertion(made.getOrDefault(id, List.of()).size(), random.nextInt(1_000));
    node.collection("notes").change(id, root -> editing.apply(container, root, insertion));
    return insertion;
  }

  private static boolean kept(
      SimulatedNode node, String id, Container container, List<Insertion> all) {
    Object left = node.collection("notes").get(id).orElseThrow().get("it");
    return left != null && container.keeps(left, all);
  }

  /** In which way an edit is made. */
  @FunctionalInterface
  private interface Editing {
    void apply(Container container, MapEditor root, Insertion insertion);
  }
}
