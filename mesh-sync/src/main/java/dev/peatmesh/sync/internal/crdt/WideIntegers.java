package dev.peatmesh.sync.internal.crdt;

import dev.peatmesh.sync.Uint64;
import dev.peatmesh.sync.internal.value.IntegerMark;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Integers beyond 32 bits, which automerge-java 0.0.7 cannot write: {@code NewValue.integer} stores
 * a double, and the native setters keep the low 32 bits only. It reads them well.
 *
 * <p>They are written as bytes that begin with a mark ({@link IntegerMark}), and become integers in
 * the encoded change, before any document of ours or of a peer has it. The format is that of the
 * Automerge binary format specification, sections "Change chunk" and "Value columns".
 */
final class WideIntegers {
  private static final int TYPE_UINT = 3;
  private static final int TYPE_INT = 4;
  private static final int TYPE_BYTES = 7;

  private static final int COLUMN_VALUE_METADATA = 5 << 4 | 6;
  private static final int COLUMN_VALUE = 5 << 4 | 7;

  private WideIntegers() {}

  static boolean isWide(Long number) {
    return number != number.intValue();
  }

  static boolean isWide(Uint64 number) {
    // The setter extends the sign of 32 bits, so that its safe range ends at 2^31 - 1.
    return Long.compareUnsigned(number.bits(), Integer.MAX_VALUE) > 0;
  }

  /** The same change with integers in the place of marked bytes. */
  static ChunkColumns settle(ChunkColumns columns) {
    List<@Nullable Long> metadata = ChunkColumns.readRuns(columns.column(COLUMN_VALUE_METADATA));
    ByteBuffer values = columns.column(COLUMN_VALUE);
    List<@Nullable Long> settledMetadata = new ArrayList<>(metadata.size());
    ChunkColumns.Output settled = new ChunkColumns.Output();
    for (Long meta : metadata) {
      if (meta == null) {
        settledMetadata.add(null);
        continue;
      }
      int length = Math.toIntExact(meta >>> 4);
      ByteBuffer value = values.slice(values.position(), length);
      values.position(values.position() + length);
      Object number = (meta & 15) == TYPE_BYTES ? IntegerMark.read(value) : null;
      int start = settled.size();
      if (number instanceof Long signed) {
        settled.signed(signed);
      } else if (number instanceof Uint64 unsigned) {
        settled.unsigned(unsigned.bits());
      } else {
        settled.bytes(value);
        settledMetadata.add(meta);
        continue;
      }
      int type = number instanceof Long ? TYPE_INT : TYPE_UINT;
      settledMetadata.add((long) (settled.size() - start) << 4 | type);
    }
    return columns
        .with(COLUMN_VALUE_METADATA, ChunkColumns.writeRuns(settledMetadata))
        .with(COLUMN_VALUE, settled.toByteArray());
  }
}
