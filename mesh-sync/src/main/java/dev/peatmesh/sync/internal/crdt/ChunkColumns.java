package dev.peatmesh.sync.internal.crdt;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * The time and the operation columns of one change chunk that our own core has just encoded. Never
 * for bytes from a peer: those are the guard's.
 */
final class ChunkColumns {
  private static final int MAGIC = 0x856f4a83;
  private static final int TYPE_CHANGE = 1;
  private static final int TYPE_COMPRESSED_CHANGE = 2;
  private static final int CHECKSUM_BYTES = 4;
  private static final int HASH_BYTES = 32;

  /** From the dependencies to the counter of the first operation. */
  private final byte[] head;

  private final long time;

  /** The message and the ids of other actors. */
  private final byte[] rest;

  private final Map<Integer, byte[]> columns;
  private final byte[] tail;

  private ChunkColumns(
      byte[] head, long time, byte[] rest, Map<Integer, byte[]> columns, byte[] tail) {
    this.head = head;
    this.time = time;
    this.rest = rest;
    this.columns = columns;
    this.tail = tail;
  }

  static ChunkColumns read(byte[] chunk) {
    ByteBuffer in = body(ByteBuffer.wrap(chunk));
    int start = in.position();
    skip(in, Math.multiplyExact(length(in), HASH_BYTES)); // dependencies
    skip(in, length(in)); // actor
    unsigned(in); // sequence number
    unsigned(in); // counter of the first operation
    byte[] head = between(in, start);
    long time = signed(in);
    start = in.position();
    skip(in, length(in)); // message
    for (int actors = length(in); actors > 0; actors--) {
      skip(in, length(in));
    }
    byte[] rest = between(in, start);

    Map<Integer, Integer> lengths = new LinkedHashMap<>();
    for (int count = length(in); count > 0; count--) {
      int specification = length(in);
      lengths.put(specification, length(in));
    }
    Map<Integer, byte[]> columns = new LinkedHashMap<>();
    lengths.forEach((specification, length) -> columns.put(specification, take(in, length)));
    return new ChunkColumns(head, time, rest, columns, take(in, in.remaining()));
  }

  /** The column's bytes; none when the change has no such column. */
  ByteBuffer column(int specification) {
    return ByteBuffer.wrap(columns.getOrDefault(specification, new byte[0]));
  }

  ChunkColumns with(int specification, byte[] column) {
    Map<Integer, byte[]> replaced = new LinkedHashMap<>(columns);
    // Keeps its place: columns are ordered by specification.
    replaced.replace(specification, column);
    return new ChunkColumns(head, time, rest, replaced, tail);
  }

  ChunkColumns withTime(long seconds) {
    return new ChunkColumns(head, seconds, rest, columns, tail);
  }

  byte[] toChunk() {
    Output body = new Output();
    body.write(head, 0, head.length);
    body.signed(time);
    body.write(rest, 0, rest.length);
    body.unsigned(columns.size());
    columns.forEach(
        (specification, column) -> {
          body.unsigned(specification);
          body.unsigned(column.length);
        });
    columns.values().forEach(column -> body.write(column, 0, column.length));
    body.write(tail, 0, tail.length);

    Output hashed = new Output();
    hashed.write(TYPE_CHANGE);
    hashed.unsigned(body.size());
    body.writeTo(hashed);
    byte[] content = hashed.toByteArray();
    return ByteBuffer.allocate(Integer.BYTES + CHECKSUM_BYTES + content.length)
        .putInt(MAGIC)
        .put(sha256(content), 0, CHECKSUM_BYTES)
        .put(content)
        .array();
  }

  /** Decodes a run-length encoded column of unsigned numbers; null where there is none. */
  static List<@Nullable Long> readRuns(ByteBuffer in) {
    List<@Nullable Long> values = new ArrayList<>();
    while (in.hasRemaining()) {
      long count = signed(in);
      if (count > 0) {
        Long value = unsigned(in);
        for (long i = 0; i < count; i++) {
          values.add(value);
        }
      } else if (count < 0) {
        for (long i = count; i < 0; i++) {
          values.add(unsigned(in));
        }
      } else {
        for (long i = unsigned(in); i > 0; i--) {
          values.add(null);
        }
      }
    }
    return values;
  }

  /**
   * Encodes such a column as the core does: a run for two equal values or more, literals for all
   * between. The hash of a change stands on it, so that there is one right encoding only.
   */
  static byte[] writeRuns(List<@Nullable Long> values) {
    Output out = new Output();
    List<Long> literals = new ArrayList<>();
    for (int start = 0; start < values.size(); ) {
      Long value = values.get(start);
      int end = start + 1;
      while (end < values.size() && Objects.equals(values.get(end), value)) {
        end++;
      }
      if (value != null && end - start == 1) {
        literals.add(value);
      } else {
        flush(literals, out);
        out.signed(value == null ? 0 : end - start);
        out.unsigned(value == null ? end - start : value);
      }
      start = end;
    }
    flush(literals, out);
    return out.toByteArray();
  }

  private static void flush(List<Long> literals, Output out) {
    if (!literals.isEmpty()) {
      out.signed(-literals.size());
      literals.forEach(out::unsigned);
      literals.clear();
    }
  }

  private static ByteBuffer body(ByteBuffer chunk) {
    if (chunk.getInt() != MAGIC) {
      throw new AssertionError("the core encoded something that is no chunk");
    }
    skip(chunk, CHECKSUM_BYTES);
    int type = chunk.get();
    int length = length(chunk);
    if (length != chunk.remaining()) {
      throw new AssertionError("the core encoded more than one change");
    }
    return switch (type) {
      case TYPE_CHANGE -> chunk;
      case TYPE_COMPRESSED_CHANGE -> inflate(chunk);
      default -> throw new AssertionError("the core encoded a chunk of type " + type);
    };
  }

  private static ByteBuffer inflate(ByteBuffer deflated) {
    Inflater inflater = new Inflater(true);
    try {
      inflater.setInput(deflated);
      Output out = new Output();
      byte[] part = new byte[1 << 13];
      while (!inflater.finished()) {
        int count = inflater.inflate(part);
        if (count == 0 && !inflater.finished()) {
          throw new AssertionError("the core encoded a chunk that ends too early");
        }
        out.write(part, 0, count);
      }
      return ByteBuffer.wrap(out.toByteArray());
    } catch (DataFormatException broken) {
      throw new AssertionError("the core encoded a chunk that does not inflate", broken);
    } finally {
      inflater.end();
    }
  }

  /** What was read since the position. */
  private static byte[] between(ByteBuffer in, int start) {
    byte[] read = new byte[in.position() - start];
    in.get(start, read);
    return read;
  }

  private static byte[] take(ByteBuffer in, int length) {
    byte[] taken = new byte[length];
    in.get(taken);
    return taken;
  }

  private static void skip(ByteBuffer in, int length) {
    in.position(in.position() + length);
  }

  private static int length(ByteBuffer in) {
    return Math.toIntExact(unsigned(in));
  }

  /** Reads an unsigned LEB128 number. */
  private static long unsigned(ByteBuffer in) {
    long value = 0;
    for (int shift = 0; ; shift += 7) {
      byte next = in.get();
      value |= (next & 0x7fL) << shift;
      if (next >= 0) {
        return value;
      }
    }
  }

  /** Reads a signed LEB128 number. */
  private static long signed(ByteBuffer in) {
    long value = 0;
    for (int shift = 0; ; ) {
      byte next = in.get();
      value |= (next & 0x7fL) << shift;
      shift += 7;
      if (next >= 0) {
        boolean negative = (next & 0x40) != 0 && shift < Long.SIZE;
        return negative ? value | -1L << shift : value;
      }
    }
  }

  private static byte[] sha256(byte[] content) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(content);
    } catch (NoSuchAlgorithmException impossible) {
      throw new AssertionError("every Java platform has SHA-256", impossible);
    }
  }

  /** Bytes in the making, with the number formats of the columns. */
  static final class Output extends ByteArrayOutputStream {
    void unsigned(long value) {
      long rest = value;
      while (Long.compareUnsigned(rest, 0x7f) > 0) {
        write((int) ((rest & 0x7f) | 0x80));
        rest >>>= 7;
      }
      write((int) rest);
    }

    void signed(long value) {
      long rest = value;
      while (rest < -0x40 || rest > 0x3f) {
        write((int) ((rest & 0x7f) | 0x80));
        rest >>= 7;
      }
      write((int) (rest & 0x7f));
    }

    void bytes(ByteBuffer bytes) {
      write(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining());
    }

    void writeTo(Output other) {
      other.write(buf, 0, count);
    }
  }
}
