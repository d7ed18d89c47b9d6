package dev.peatmesh.sync.internal.file;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/** Bytes in the making, with the number formats of chunks. */
final class ColumnOutput extends ByteArrayOutputStream {
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

  void prefixed(byte[] bytes) {
    unsigned(bytes.length);
    write(bytes, 0, bytes.length);
  }

  void append(ColumnOutput other) {
    write(other.buf, 0, other.count);
  }

  /** A column in the making: the one run-length encoding that the core writes. */
  abstract static class Runs {
    final ColumnOutput out = new ColumnOutput();
    private long[] literals = new long[8];
    private int literalCount;
    private long last;
    private boolean lastNull;
    private long repeats;
    private boolean anyValue;

    /** Whether two values, as they were given, are the same. */
    boolean same(long one, long other) {
      return one == other;
    }

    /** Writes one value. */
    abstract void value(long value);

    void add(long value) {
      anyValue = true;
      if (repeats > 0 && !lastNull && same(last, value)) {
        repeats++;
        return;
      }
      endRun();
      last = value;
      lastNull = false;
      repeats = 1;
    }

    void addNull() {
      if (repeats > 0 && lastNull) {
        repeats++;
        return;
      }
      endRun();
      lastNull = true;
      repeats = 1;
    }

    /** The column; empty when it holds nothing but nulls. */
    ColumnOutput finish() {
      endRun();
      flushLiterals();
      return anyValue ? out : new ColumnOutput();
    }

    private void endRun() {
      if (repeats == 0) {
        return;
      }
      if (lastNull) {
        flushLiterals();
        out.signed(0);
        out.unsigned(repeats);
      } else if (repeats == 1) {
        if (literalCount == literals.length) {
          literals = Arrays.copyOf(literals, literalCount * 2);
        }
        literals[literalCount++] = last;
      } else {
        flushLiterals();
        out.signed(repeats);
        value(last);
      }
      repeats = 0;
    }

    private void flushLiterals() {
      if (literalCount > 0) {
        out.signed(-literalCount);
        for (int i = 0; i < literalCount; i++) {
          value(literals[i]);
        }
        literalCount = 0;
      }
    }
  }

  /** Numbers from 0 on. */
  static final class Numbers extends Runs {
    @Override
    void value(long value) {
      out.unsigned(value);
    }
  }

  /** Numbers, each as its difference from the one before. */
  static final class Deltas extends Runs {
    private long before;

    @Override
    void add(long value) {
      super.add(value - before);
      before = value;
    }

    @Override
    void value(long value) {
      out.signed(value);
    }
  }

  /** Ranges of an array of UTF-8. */
  static final class Texts extends Runs {
    private final byte[] bytes;

    Texts(byte[] bytes) {
      this.bytes = bytes;
    }

    /** Adds a range; null when the length is below 0. */
    void add(int from, int length) {
      if (length < 0) {
        addNull();
      } else {
        add((long) from << Integer.SIZE | length);
      }
    }

    @Override
    boolean same(long one, long other) {
      return one == other
          || Arrays.equals(bytes, from(one), end(one), bytes, from(other), end(other));
    }

    @Override
    void value(long range) {
      out.unsigned(end(range) - from(range));
      out.write(bytes, from(range), end(range) - from(range));
    }

    private static int from(long range) {
      return (int) (range >>> Integer.SIZE);
    }

    private static int end(long range) {
      return from(range) + (int) range;
    }
  }

  /** Flags: the lengths of runs of false and true in turn. */
  static final class Flags {
    private final ColumnOutput out = new ColumnOutput();
    private boolean current;
    private boolean anyTrue;
    private long run;

    void add(boolean flag) {
      if (flag != current) {
        out.unsigned(run);
        run = 0;
        current = flag;
        anyTrue = true;
      }
      run++;
    }

    boolean anyTrue() {
      return anyTrue;
    }

    ColumnOutput finish() {
      if (run > 0) {
        out.unsigned(run);
      }
      return out;
    }
  }
}
