package dev.peatmesh.benchmarks.floor;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A file that is appended to and forced to the disk: what durable costs at least. */
public final class SyncedFile implements AutoCloseable {
  /** About one small change with what a store keeps beside it. */
  private static final int RECORD_BYTES = 200;

  private final FileChannel file;

  /** Creates the file. */
  public SyncedFile(Path path) throws IOException {
    file = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
  }

  /** Appends so many records of 200 bytes in one write, and forces them. */
  public void append(int records) {
    try {
      file.write(ByteBuffer.allocate(RECORD_BYTES * records));
      file.force(false);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
