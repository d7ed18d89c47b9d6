package dev.peatmesh.sync.internal.file;

import dev.peatmesh.runtime.MeshException;
import dev.peatmesh.sync.internal.guard.ByteCursor;
import dev.peatmesh.sync.internal.guard.ChangeChunk;
import dev.peatmesh.sync.internal.guard.ChangeHash;
import dev.peatmesh.sync.internal.guard.ChunkReader;
import dev.peatmesh.sync.internal.guard.DocumentGuard;
import dev.peatmesh.sync.internal.guard.GuardException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads files of the <a href="https://automerge.org/automerge-binary-format-spec/">Automerge binary
 * format</a>: documents and changes, plain or compressed, any number of them one after another, in
 * any order. The result is what peers exchange, each change checked as if a peer had sent it.
 *
 * <p>The native core takes no part: it would end the process on some damaged files. A document is
 * taken apart into the changes that it was made of; that they are the right ones, their hashes
 * prove. No state.
 */
public final class AutomergeFile {
  private static final int MAGIC = 0x856f4a83;
  private static final int CHECKSUM_AT = 4;
  private static final int TYPE_AT = 8;
  private static final int DOCUMENT = 0;
  private static final int COMPRESSED_CHANGE = 2;

  private final byte[] bytes;
  private final FileLimits limits;

  private AutomergeFile(byte[] bytes, FileLimits limits) {
    this.bytes = bytes;
    this.limits = limits;
  }

  /**
   * The changes in the file, once each, in an order in which each follows those it stands on. May
   * take seconds: not on a loop.
   *
   * @throws MeshException.Refused when the file is damaged, larger than the limits, lacks changes
   *     that others stand on, or holds what peers would refuse
   * @throws MeshException.StoreFailure when it cannot be read from the disk
   */
  public static List<ChangeChunk> changes(Path file, FileLimits limits) {
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file)) {
      bytes = in.readNBytes(limits.fileBytesMax() + 1);
    } catch (IOException unreadable) {
      throw new MeshException.StoreFailure(
          "import("
              + file
              + "): cannot be read: "
              + unreadable
              + ". Check the path and its rights.",
          unreadable);
    }
    if (bytes.length > limits.fileBytesMax()) {
      throw new MeshException.Refused(
          "import("
              + file
              + "): has more than "
              + limits.fileBytesMax()
              + " bytes. Keep large values outside documents.");
    }
    try {
      return changes(bytes, limits);
    } catch (GuardException refused) {
      throw new MeshException.Refused(
          "import("
              + file
              + "): is no Automerge file that this mesh can take: "
              + refused.reason()
              + ". Nothing was imported. Save it anew with a current Automerge.",
          refused);
    }
  }

  /**
   * The same of bytes in memory.
   *
   * @throws GuardException when they must not reach the native core
   */
  public static List<ChangeChunk> changes(byte[] bytes, FileLimits limits) {
    Map<ChangeHash, ChangeChunk> changes = new LinkedHashMap<>();
    new AutomergeFile(bytes, limits).read(changes);
    return checked(LoweredChanges.of(inOrder(changes), limits.changes()));
  }

  private void read(Map<ChangeHash, ChangeChunk> changes) {
    if (bytes.length == 0) {
      throw new GuardException("empty file");
    }
    ByteCursor cursor = new ByteCursor(bytes, 0, bytes.length);
    while (!cursor.atEnd()) {
      int start = cursor.skip(TYPE_AT);
      ByteBuffer header = ByteBuffer.wrap(bytes, start, TYPE_AT);
      if (header.getInt() != MAGIC) {
        throw new GuardException("not a chunk");
      }
      int type = cursor.unsignedByte();
      ByteCursor body = cursor.slice(cursor.length());
      if (type == DOCUMENT) {
        byte[] hash = Sha256.of(bytes, start + TYPE_AT, cursor.position());
        if (ByteBuffer.wrap(hash).getInt() != header.getInt(start + CHECKSUM_AT)) {
          throw new GuardException("checksum does not match");
        }
        DocumentChunk.changes(body, limits).forEach(each -> changes.putIfAbsent(each.hash(), each));
      } else if (type <= COMPRESSED_CHANGE) {
        ByteBuffer chunk = ByteBuffer.wrap(bytes, start, cursor.position() - start);
        ChangeChunk change = ChunkReader.read(chunk, limits.changes());
        changes.putIfAbsent(change.hash(), change);
      } else {
        throw new GuardException("chunk of an unknown type");
      }
    }
  }

  /** Orders by dependency (Kahn's algorithm), and by place in the file where there is a choice. */
  private static List<ChangeChunk> inOrder(Map<ChangeHash, ChangeChunk> changes) {
    Map<ChangeHash, List<ChangeChunk>> successors = new HashMap<>();
    Map<ChangeHash, Integer> lacking = new HashMap<>();
    Deque<ChangeChunk> ready = new ArrayDeque<>();
    for (ChangeChunk change : changes.values()) {
      for (ChangeHash dep : change.deps()) {
        if (!changes.containsKey(dep)) {
          throw new GuardException("a change stands on one that is not in the file");
        }
        successors.computeIfAbsent(dep, hash -> new ArrayList<>()).add(change);
      }
      lacking.put(change.hash(), change.deps().size());
      if (change.deps().isEmpty()) {
        ready.add(change);
      }
    }
    List<ChangeChunk> ordered = new ArrayList<>(changes.size());
    while (!ready.isEmpty()) {
      ChangeChunk next = ready.remove();
      ordered.add(next);
      for (ChangeChunk successor : successors.getOrDefault(next.hash(), List.of())) {
        if (lacking.merge(successor.hash(), -1, Integer::sum) == 0) {
          ready.add(successor);
        }
      }
    }
    if (ordered.size() != changes.size()) {
      throw new AssertionError("changes stand on each other in a circle of hashes");
    }
    return ordered;
  }

  /** What peers would refuse must not come in by the back door. */
  private static List<ChangeChunk> checked(List<ChangeChunk> changes) {
    DocumentGuard guard = new DocumentGuard();
    Map<ChangeHash, Long> lastOps = new HashMap<>();
    for (ChangeChunk change : changes) {
      guard.check(change, largest(change.deps(), lastOps));
      guard.admit(change);
      lastOps.put(change.hash(), Math.max(change.lastOp(), largest(change.deps(), lastOps)));
    }
    return List.copyOf(changes);
  }

  private static long largest(Collection<ChangeHash> deps, Map<ChangeHash, Long> lastOps) {
    return deps.stream().mapToLong(lastOps::get).max().orElse(0);
  }
}
