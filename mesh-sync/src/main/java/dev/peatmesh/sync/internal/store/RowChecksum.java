package dev.peatmesh.sync.internal.store;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/**
 * CRC32C over the key and the data of one row. Finds what a disk has altered, not what a person
 * has. Not thread-safe.
 */
final class RowChecksum {
  private final CRC32C crc = new CRC32C();
  private final ByteBuffer number = ByteBuffer.allocate(Long.BYTES);

  RowChecksum with(long value) {
    crc.update(number.clear().putLong(value).flip());
    return this;
  }

  /** Adds the length, too, so that bytes cannot wander from one column to the next. */
  RowChecksum with(byte[] bytes) {
    with(bytes.length);
    crc.update(bytes);
    return this;
  }

  RowChecksum with(String text) {
    return with(text.getBytes(StandardCharsets.UTF_8));
  }

  long value() {
    return crc.getValue();
  }
}
