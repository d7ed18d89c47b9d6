package dev.peatmesh.discovery.k8s.internal;

import java.util.Collection;
import java.util.List;
import java.util.TreeMap;

/**
 * The slices known now, by name. Keeps at most {@link #SLICES_MAX} of them and {@link #WEIGHT_MAX}
 * bytes; what does not fit is left out and remembered as a finding.
 */
final class SliceTable {
  /** The most slices: with 100 endpoints each, far more peers than are kept. */
  static final int SLICES_MAX = 1024;

  /** The most memory, in bytes. */
  static final long WEIGHT_MAX = 32L << 20;

  private final TreeMap<String, Slice> slices = new TreeMap<>();
  private long weight;
  private boolean overflown;

  void clear() {
    slices.clear();
    weight = 0;
    overflown = false;
  }

  /** Becomes what the other one is, which is empty then. */
  void takeOver(SliceTable other) {
    clear();
    slices.putAll(other.slices);
    weight = other.weight;
    overflown = other.overflown;
    other.clear();
  }

  /** Remembers that there is more than was put here. */
  void overflow() {
    overflown = true;
  }

  void put(Slice slice) {
    remove(slice.name());
    if (slices.size() == SLICES_MAX || weight + slice.weight() > WEIGHT_MAX) {
      overflown = true;
      return;
    }
    slices.put(slice.name(), slice);
    weight += slice.weight();
  }

  void remove(String name) {
    Slice gone = slices.remove(name);
    if (gone != null) {
      weight -= gone.weight();
    }
  }

  /** Whether slices were left out since it was cleared. */
  boolean isOverflown() {
    return overflown;
  }

  Collection<Slice> slices() {
    return List.copyOf(slices.values());
  }
}
