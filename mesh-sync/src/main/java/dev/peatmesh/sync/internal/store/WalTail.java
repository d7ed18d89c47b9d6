package dev.peatmesh.sync.internal.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Measures what a crash left at the end of SQLite's write-ahead log: bytes that no commit covers
 * and that SQLite will overlook. Reads only.
 *
 * <p>Source: "Database File Format", section 4, sqlite.org/fileformat2.html#walformat. A frame
 * counts when its salts are the header's and the running checksum holds; a transaction counts when
 * its last frame says so. Behind it there may lie frames of earlier rounds: the log is written over
 * from its start once it was copied into the database. Those were committed and copied long ago and
 * are no loss. Each round adds one to the first salt and to the round number in the header, which
 * tells them from debris.
 */
final class WalTail {
  private static final int HEADER_BYTES = 32;
  private static final int FRAME_HEADER_BYTES = 24;
  private static final int MAGIC = 0x377f0682;
  private static final int PAGE_BYTES_MIN = 512;
  private static final int PAGE_BYTES_MAX = 65_536;

  private final FileChannel file;
  private final ByteBuffer header;
  private final ByteBuffer frame;

  private int sum1;
  private int sum2;

  private WalTail(FileChannel file, ByteBuffer header, int pageBytes) {
    this.file = file;
    this.header = header;
    this.frame = ByteBuffer.allocate(FRAME_HEADER_BYTES + pageBytes);
  }

  /** Bytes at the end of the log that no commit covers; zero when there is no log. */
  static long bytes(Path wal) throws IOException {
    if (!Files.exists(wal)) {
      return 0;
    }
    try (FileChannel file = FileChannel.open(wal, StandardOpenOption.READ)) {
      ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
      read(file, header, 0);
      if (header.remaining() < HEADER_BYTES || (header.getInt(0) & ~1) != MAGIC) {
        return file.size();
      }
      int pageBytes = header.getInt(8);
      if (pageBytes < PAGE_BYTES_MIN
          || pageBytes > PAGE_BYTES_MAX
          || Integer.bitCount(pageBytes) != 1) {
        return file.size();
      }
      return new WalTail(file, header, pageBytes).measure();
    }
  }

  private long measure() throws IOException {
    ByteOrder order = (header.getInt(0) & 1) == 0 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
    addToSums(header, 0, 24, order);
    if (!sumsAre(header, 24)) {
      return file.size();
    }
    long committed = HEADER_BYTES;
    long position = HEADER_BYTES;
    while (readFrame(position) == frame.capacity() && isOfThisRound()) {
      addToSums(frame, 0, 8, order);
      addToSums(frame, FRAME_HEADER_BYTES, frame.capacity(), order);
      if (!sumsAre(frame, 16)) {
        break;
      }
      position += frame.capacity();
      boolean endsTransaction = frame.getInt(4) != 0;
      if (endsTransaction) {
        committed = position;
      }
    }
    return debrisFrom(committed);
  }

  private long debrisFrom(long start) throws IOException {
    long debris = 0;
    long position = start;
    for (int read = readFrame(position); read > 0; read = readFrame(position)) {
      if (read < FRAME_HEADER_BYTES || !isOfEarlierRound()) {
        debris += read;
      }
      position += read;
    }
    return debris;
  }

  private int readFrame(long position) throws IOException {
    read(file, frame, position);
    return frame.remaining();
  }

  private boolean isOfThisRound() {
    return frame.getInt(8) == header.getInt(16) && frame.getInt(12) == header.getInt(20);
  }

  private boolean isOfEarlierRound() {
    int roundsBack = header.getInt(16) - frame.getInt(8);
    int roundsInAll = header.getInt(12);
    return roundsBack != 0 && Integer.compareUnsigned(roundsBack, roundsInAll) <= 0;
  }

  private void addToSums(ByteBuffer from, int start, int end, ByteOrder order) {
    ByteBuffer words = from.duplicate().order(order);
    for (int i = start; i < end; i += 8) {
      sum1 += words.getInt(i) + sum2;
      sum2 += words.getInt(i + 4) + sum1;
    }
  }

  /** The sums themselves are big-endian always. */
  private boolean sumsAre(ByteBuffer stored, int index) {
    return stored.getInt(index) == sum1 && stored.getInt(index + 4) == sum2;
  }

  private static void read(FileChannel file, ByteBuffer into, long position) throws IOException {
    into.clear();
    while (into.hasRemaining() && file.read(into, position + into.position()) > 0) {
      // one read may give less than what is there
    }
    into.flip();
  }
}
