package dev.peatmesh.sync.internal.guard;

/**
 * Reads forward through a range of bytes and never beyond its end.
 *
 * <p>Numbers are LEB128 and must be as short as they can be: a second spelling of one number would
 * give a change two hashes, and the native core, which writes the short form, would save a document
 * that it then refuses to load.
 */
public final class ByteCursor {
  private final byte[] bytes;
  private final int end;
  private int position;

  /** Reads the array itself, from the one index to before the other. */
  public ByteCursor(byte[] bytes, int from, int end) {
    this.bytes = bytes;
    this.position = from;
    this.end = end;
  }

  /** What is read, not copied. */
  public byte[] array() {
    return bytes;
  }

  /** The index of the next byte. */
  public int position() {
    return position;
  }

  /** How many bytes are left. */
  public int remaining() {
    return end - position;
  }

  /** Whether none is left. */
  public boolean atEnd() {
    return position == end;
  }

  /** One byte. */
  public int unsignedByte() {
    if (position == end) {
      throw new GuardException("ends too early");
    }
    return bytes[position++] & 0xff;
  }

  /** A number from 0 to 2^63 - 1. */
  public long unsignedLeb() {
    long value = unsignedLeb64();
    if (value < 0) {
      throw new GuardException("number too large");
    }
    return value;
  }

  /** A number from 0 to 2^64 - 1; those from 2^63 on come out negative. */
  public long unsignedLeb64() {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      int next = unsignedByte();
      if (shift == 63 && next > 1) {
        throw new GuardException("number too large");
      }
      value |= (next & 0x7fL) << shift;
      if (next < 0x80) {
        if (next == 0 && shift > 0) {
          throw new GuardException("number longer than needed");
        }
        return value;
      }
    }
    throw new GuardException("number too large");
  }

  /** A number of 64 bits with a sign. */
  public long signedLeb() {
    long value = 0;
    int before = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      int next = unsignedByte();
      if (shift == 63 && next != 0 && next != 0x7f) {
        throw new GuardException("number too large");
      }
      value |= (next & 0x7fL) << shift;
      if (next < 0x80) {
        boolean negative = (next & 0x40) != 0;
        // A last byte that only repeats the sign of the byte before it adds nothing.
        boolean repeatsSign = negative ? next == 0x7f : next == 0;
        if (shift > 0 && repeatsSign && negative == ((before & 0x40) != 0)) {
          throw new GuardException("number longer than needed");
        }
        return negative && shift < 63 ? value | (-1L << (shift + 7)) : value;
      }
      before = next;
    }
    throw new GuardException("number too large");
  }

  /** A number of bytes that are really there. */
  public int length() {
    long length = unsignedLeb();
    if (length > remaining()) {
      throw new GuardException("length beyond the end");
    }
    return (int) length;
  }

  /** A number of things that take at least {@code bytesEach} bytes, and of which there are few. */
  public int count(int max, int bytesEach, String reason) {
    long count = unsignedLeb();
    if (count > max || count * bytesEach > remaining()) {
      throw new GuardException(reason);
    }
    return (int) count;
  }

  /** Steps over the next bytes and returns the index of the first. */
  public int skip(int length) {
    if (length > remaining()) {
      throw new GuardException("length beyond the end");
    }
    int from = position;
    position += length;
    return from;
  }

  /** Steps over the next bytes and returns a cursor of their own. */
  public ByteCursor slice(int length) {
    int from = skip(length);
    return new ByteCursor(bytes, from, position);
  }

  /** Steps over text and returns the index of its first byte. */
  public int skipUtf8(int length) {
    int from = skip(length);
    if (!Utf8.isValid(bytes, from, position)) {
      throw new GuardException("text is not UTF-8");
    }
    return from;
  }
}
