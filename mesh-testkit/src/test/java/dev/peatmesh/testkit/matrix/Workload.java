package dev.peatmesh.testkit.matrix;

import dev.peatmesh.testkit.SimulatedNode;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What nodes do to one collection, and a model of what must be left of it. The model knows of every
 * write whether it was acknowledged and what it had seen; a write that was not may be there or not,
 * but as a whole.
 */
interface Workload {
  /** The collection it writes to. */
  String collection();

  /** Makes what all others then edit; a mesh settles before the first {@link #write}. */
  void prepare(SimulatedNode first);

  /** Lets a node write something. */
  void write(SimulatedNode node);

  /**
   * Compares what is left on every node with the model.
   *
   * @param documents the content of the collection by id
   */
  void check(Map<String, Map<String, @Nullable Object>> documents);
}
