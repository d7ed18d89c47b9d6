package dev.peatmesh.sync.internal.reconcile;

import dev.peatmesh.sync.internal.guard.ChangeHash;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** How many bytes values take in a frame. */
final class Wire {
  private Wire() {}

  /** {@code length:u8 utf8}. */
  static int name(String name) {
    return 1 + name.getBytes(StandardCharsets.UTF_8).length;
  }

  /** {@code count:u16 hash:32*}. */
  static int hashes(List<ChangeHash> hashes) {
    return 2 + hashes.size() * ChangeHash.BYTES;
  }
}
