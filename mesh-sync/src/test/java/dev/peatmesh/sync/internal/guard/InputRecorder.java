package dev.peatmesh.sync.internal.guard;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * Writes the last inputs to a mapped file, which the system keeps when the process is gone: so the
 * input that ended it can be shown.
 */
final class InputRecorder {
  private static final int SLOT_BYTES = 4096;
  private static final int SLOTS = 64;

  private final MappedByteBuffer slots;
  private long count;

  InputRecorder(Path file) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      slots = channel.map(FileChannel.MapMode.READ_WRITE, 0, (long) SLOT_BYTES * SLOTS);
    }
  }

  void record(byte[] input) {
    int at = (int) (count % SLOTS) * SLOT_BYTES;
    int length = Math.min(input.length, SLOT_BYTES - Long.BYTES - Integer.BYTES);
    slots.putLong(at, ++count);
    slots.putInt(at + Long.BYTES, length);
    slots.put(at + Long.BYTES + Integer.BYTES, input, 0, length);
  }

  /** How many inputs the file has seen, and the last one in hex. */
  record Last(long count, String hex) {
    static Last read(Path file) {
      try {
        ByteBuffer slots = ByteBuffer.wrap(Files.readAllBytes(file));
        int newest = 0;
        for (int i = 1; i < SLOTS; i++) {
          if (slots.getLong(i * SLOT_BYTES) > slots.getLong(newest * SLOT_BYTES)) {
            newest = i;
          }
        }
        int from = newest * SLOT_BYTES + Long.BYTES + Integer.BYTES;
        int length = slots.getInt(newest * SLOT_BYTES + Long.BYTES);
        byte[] input = Arrays.copyOfRange(slots.array(), from, from + length);
        return new Last(slots.getLong(newest * SLOT_BYTES), HexFormat.of().formatHex(input));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
