package dev.peatmesh.sync.internal.engine;

/** One node as the sync engine knows it: its endpoint id, 64 hex digits. */
public record PeerId(String value) implements Comparable<PeerId> {
  @Override
  public int compareTo(PeerId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
