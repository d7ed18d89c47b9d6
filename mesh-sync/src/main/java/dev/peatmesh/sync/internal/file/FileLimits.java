package dev.peatmesh.sync.internal.file;

import dev.peatmesh.sync.internal.guard.GuardLimits;

/**
 * How large a file to import may be. Reading takes about 60 bytes of heap per operation (one
 * character of text is one) beside the inflated bytes.
 *
 * @param fileBytesMax bytes of the file
 * @param inflatedBytesMax bytes of one document's columns after decompression, together
 * @param operationsMax operations of one document, with those that delete
 * @param changes what each change may be: what peers accept
 */
public record FileLimits(
    int fileBytesMax, int inflatedBytesMax, int operationsMax, GuardLimits changes) {
  private static final int MIB = 1 << 20;

  /** Room for some books with their history. */
  public static final FileLimits DEFAULT =
      new FileLimits(64 * MIB, 256 * MIB, 8 * MIB, GuardLimits.DEFAULT);

  public FileLimits {
    if (fileBytesMax < 1 || inflatedBytesMax < 1 || operationsMax < 1) {
      throw new IllegalArgumentException("file limits: one is below 1. Set each to 1 or more.");
    }
  }
}
