package dev.peatmesh.sync.internal.engine;

import java.nio.ByteBuffer;
import java.util.HexFormat;

/** Names one store for good: drawn at random when it is created. 16 bytes. */
public record StoreId(long high, long low) {
  /** Bytes of the id on the wire and in the store. */
  public static final int BYTES = 16;

  /** Takes exactly 16 bytes. */
  public static StoreId of(byte[] bytes) {
    if (bytes.length != BYTES) {
      throw new IllegalArgumentException("a store id has 16 bytes, not " + bytes.length);
    }
    return read(ByteBuffer.wrap(bytes));
  }

  /** Reads 16 bytes from the buffer's position on. */
  static StoreId read(ByteBuffer from) {
    return new StoreId(from.getLong(), from.getLong());
  }

  /** The 16 bytes. */
  public byte[] bytes() {
    return ByteBuffer.allocate(BYTES).putLong(high).putLong(low).array();
  }

  /** 32 lowercase hex digits. */
  @Override
  public String toString() {
    return HexFormat.of().formatHex(bytes());
  }
}
