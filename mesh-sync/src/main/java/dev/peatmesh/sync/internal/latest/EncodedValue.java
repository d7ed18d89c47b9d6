package dev.peatmesh.sync.internal.latest;

import dev.peatmesh.sync.internal.guard.ByteCursor;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One value as it travels and as it is kept: equal values have equal bytes. Immutable; well formed
 * by construction.
 */
final class EncodedValue implements Comparable<EncodedValue> {
  private final byte[] bytes;

  private EncodedValue(byte[] bytes) {
    this.bytes = bytes;
  }

  /** Of a value made of the types that {@code Values.normal} gives, or a draft of one. */
  static EncodedValue of(@Nullable Object value) {
    StateWriter to = new StateWriter();
    ValueCodec.write(value, to);
    return new EncodedValue(to.toByteArray());
  }

  /** Steps over one value and keeps a copy of it. */
  static EncodedValue read(ByteCursor from) {
    int start = from.position();
    ValueCodec.check(from);
    return new EncodedValue(Arrays.copyOfRange(from.array(), start, from.position()));
  }

  /** A deeply immutable value. */
  @Nullable Object decode() {
    return ValueCodec.read(new ByteCursor(bytes, 0, bytes.length));
  }

  boolean isCounter() {
    return bytes[0] == ValueCodec.COUNTER;
  }

  boolean isInstant() {
    return bytes[0] == ValueCodec.INSTANT;
  }

  void write(StateWriter to) {
    to.raw(bytes);
  }

  /** By bytes. Of no meaning but the same everywhere. */
  @Override
  public int compareTo(EncodedValue other) {
    return Arrays.compareUnsigned(bytes, other.bytes);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof EncodedValue that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /** The size only: contents may be secret. */
  @Override
  public String toString() {
    return "EncodedValue[size=" + bytes.length + "]";
  }
}
