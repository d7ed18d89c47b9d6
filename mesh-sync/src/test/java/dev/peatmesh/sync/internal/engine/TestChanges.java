package dev.peatmesh.sync.internal.engine;

import dev.peatmesh.sync.internal.guard.ActorId;
import dev.peatmesh.sync.internal.guard.ChangeChunk;
import dev.peatmesh.sync.internal.guard.ChangeHash;
import dev.peatmesh.sync.internal.guard.ChunkReader;
import dev.peatmesh.sync.internal.guard.GuardLimits;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;

/** Writes change chunks that put one integer under one root key, without the native core. */
final class TestChanges {
  private TestChanges() {}

  static ChangeChunk put(
      ActorId actor, long seq, long startOp, List<ChangeHash> deps, String key, long value) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    uleb(body, deps.size());
    deps.stream().sorted().forEach(dep -> body.writeBytes(dep.bytes()));
    lengthAnd(body, actor.bytes());
    uleb(body, seq);
    uleb(body, startOp);
    uleb(body, 0); // time
    uleb(body, 0); // message
    uleb(body, 0); // other actors
    byte[] raw = sleb(value);
    ByteArrayOutputStream keys = new ByteArrayOutputStream();
    keys.write(0x7f); // a literal run of one
    lengthAnd(keys, key.getBytes(StandardCharsets.UTF_8));
    byte[][] columns = {
      keys.toByteArray(), {1}, {0x7f, 1}, {0x7f, (byte) (raw.length << 4 | 4)}, raw, {0x7f, 0}
    };
    int[] specifications = {0x15, 0x34, 0x42, 0x56, 0x57, 0x70};
    uleb(body, columns.length);
    for (int i = 0; i < columns.length; i++) {
      uleb(body, specifications[i]);
      uleb(body, columns[i].length);
    }
    for (byte[] column : columns) {
      body.writeBytes(column);
    }
    return ChunkReader.read(ByteBuffer.wrap(chunk(body.toByteArray())), GuardLimits.DEFAULT);
  }

  private static byte[] chunk(byte[] body) {
    ByteArrayOutputStream hashed = new ByteArrayOutputStream();
    hashed.write(1);
    lengthAnd(hashed, body);
    byte[] digest;
    try {
      digest = MessageDigest.getInstance("SHA-256").digest(hashed.toByteArray());
    } catch (NoSuchAlgorithmException impossible) {
      throw new AssertionError(impossible);
    }
    ByteArrayOutputStream chunk = new ByteArrayOutputStream();
    chunk.writeBytes(new byte[] {(byte) 0x85, 0x6f, 0x4a, (byte) 0x83});
    chunk.write(digest, 0, 4);
    chunk.writeBytes(hashed.toByteArray());
    return chunk.toByteArray();
  }

  private static void lengthAnd(ByteArrayOutputStream out, byte[] bytes) {
    uleb(out, bytes.length);
    out.writeBytes(bytes);
  }

  private static void uleb(ByteArrayOutputStream out, long value) {
    long rest = value;
    while (rest >= 0x80) {
      out.write((int) (rest & 0x7f | 0x80));
      rest >>>= 7;
    }
    out.write((int) rest);
  }

  private static byte[] sleb(long value) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    long rest = value;
    while (true) {
      int group = (int) (rest & 0x7f);
      rest >>= 7;
      if ((rest == 0 && (group & 0x40) == 0) || (rest == -1 && (group & 0x40) != 0)) {
        out.write(group);
        return out.toByteArray();
      }
      out.write(group | 0x80);
    }
  }
}
