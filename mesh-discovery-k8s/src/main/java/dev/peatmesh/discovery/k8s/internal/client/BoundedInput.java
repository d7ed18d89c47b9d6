package dev.peatmesh.discovery.k8s.internal.client;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** A stream that fails once more was read than allowed. */
final class BoundedInput extends FilterInputStream {
  private final long max;
  private long left;

  /** There was more. */
  static final class Exceeded extends IOException {
    private static final long serialVersionUID = 1L;

    Exceeded(long max) {
      super("more than " + max + " bytes");
    }
  }

  BoundedInput(InputStream in, long max) {
    super(in);
    this.max = max;
    this.left = max;
  }

  @Override
  public int read() throws IOException {
    int read = super.read();
    took(read < 0 ? 0 : 1);
    return read;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    int read = super.read(bytes, offset, length);
    took(Math.max(0, read));
    return read;
  }

  @Override
  public long skip(long count) throws IOException {
    long skipped = super.skip(count);
    took(skipped);
    return skipped;
  }

  private void took(long count) throws IOException {
    left -= count;
    if (left < 0) {
      throw new Exceeded(max);
    }
  }
}
