package dev.peatmesh.sync.internal.guard;

/**
 * How large one change may be. Reading a chunk takes memory in proportion to its own bytes, never
 * to a number written inside it; these limits bound the time it takes, and the memory that the
 * native core takes afterwards.
 *
 * @param chunkBytesMax bytes of one chunk as it travels
 * @param inflatedBytesMax bytes of one chunk after decompression
 * @param opsMax operations of one change, and also the sum of the operations they replace
 * @param depsMax changes that one change stands on directly
 * @param actorsMax other authors that one change refers to
 */
public record GuardLimits(
    int chunkBytesMax, int inflatedBytesMax, int opsMax, int depsMax, int actorsMax) {
  private static final int MIB = 1 << 20;

  /** Room for a paste of 4 MiB of text, which is one operation per character. */
  public static final GuardLimits DEFAULT =
      new GuardLimits(5 * MIB, 16 * MIB, 5 * MIB, 1_000, 10_000);

  public GuardLimits {
    checkPositive("chunkBytesMax", chunkBytesMax);
    checkPositive("inflatedBytesMax", inflatedBytesMax);
    checkPositive("opsMax", opsMax);
    checkPositive("depsMax", depsMax);
    checkPositive("actorsMax", actorsMax);
  }

  private static void checkPositive(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(
          name + "(" + value + "): is below 1. Set it to 1 or more.");
    }
  }
}
