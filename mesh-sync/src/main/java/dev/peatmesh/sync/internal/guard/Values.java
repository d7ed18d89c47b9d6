package dev.peatmesh.sync.internal.guard;

/** The types of values in a change, and what the bytes of each must look like. */
final class Values {
  static final int NULL = 0;
  static final int FALSE = 1;
  static final int TRUE = 2;
  static final int UINT = 3;
  static final int INT = 4;
  static final int FLOAT = 5;
  static final int TEXT = 6;
  static final int BYTES = 7;
  static final int COUNTER = 8;
  static final int TIMESTAMP = 9;

  private Values() {}

  static void check(int type, ByteCursor value) {
    switch (type) {
      case NULL, FALSE, TRUE -> {}
      case UINT -> value.unsignedLeb64();
      case INT, COUNTER, TIMESTAMP -> value.signedLeb();
      case FLOAT -> value.skip(Double.BYTES);
      case TEXT -> value.skipUtf8(value.remaining());
      case BYTES -> value.skip(value.remaining());
      default -> throw new GuardException("unknown value type");
    }
    if (!value.atEnd()) {
      throw new GuardException("value of a wrong length");
    }
  }
}
