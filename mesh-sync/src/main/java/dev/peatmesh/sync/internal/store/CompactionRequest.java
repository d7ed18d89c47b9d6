package dev.peatmesh.sync.internal.store;

/**
 * How a store is to shrink.
 *
 * @param stepBytesMax about how many bytes are moved while commits wait
 */
public record CompactionRequest(int stepBytesMax) {
  /** 1 MiB per step. */
  public static final CompactionRequest DEFAULT = new CompactionRequest(1 << 20);

  public CompactionRequest {
    if (stepBytesMax < 4_096) {
      throw new IllegalArgumentException(
          "stepBytesMax(" + stepBytesMax + "): is below one page. Set 4096 or more.");
    }
  }
}
