package dev.peatmesh.sync.internal.guard;

import java.util.Arrays;
import java.util.SplittableRandom;

/** Damages bytes without looking at what they mean. */
final class ByteMutations {
  private static final int[] TELLING = {0x00, 0x01, 0x02, 0x3f, 0x40, 0x7e, 0x7f, 0x80, 0x81, 0xff};

  private final SplittableRandom random;

  ByteMutations(SplittableRandom random) {
    this.random = random;
  }

  byte[] mutate(byte[] bytes) {
    if (bytes.length == 0) {
      return new byte[] {(byte) random.nextInt(256)};
    }
    int at = random.nextInt(bytes.length);
    int length = 1 + random.nextInt(Math.min(8, bytes.length - at));
    return switch (random.nextInt(9)) {
      case 0, 1 -> set(bytes, at, bytes[at] ^ 1 << random.nextInt(8));
      case 2 -> set(bytes, at, TELLING[random.nextInt(TELLING.length)]);
      case 3 -> set(bytes, at, bytes[at] + (random.nextBoolean() ? 1 : -1));
      case 4 -> set(bytes, at, random.nextInt(256));
      case 5 -> splice(bytes, at, at + length, new byte[0]);
      case 6 -> splice(bytes, at, at, Arrays.copyOfRange(bytes, at, at + length));
      case 7 -> splice(bytes, at, at + length, leb());
      default -> splice(bytes, at, at, leb());
    };
  }

  /** The front of one and the back of the other. */
  byte[] cross(byte[] front, byte[] back) {
    int cut = random.nextInt(front.length + 1);
    int from = Math.min(cut, back.length);
    return splice(front, cut, front.length, Arrays.copyOfRange(back, from, back.length));
  }

  private byte[] leb() {
    long number = random.nextLong() >> random.nextInt(Long.SIZE);
    ByteSink sink = new ByteSink();
    return (random.nextBoolean() ? sink.signedLeb(number) : sink.unsignedLeb(number)).bytes();
  }

  private static byte[] set(byte[] bytes, int at, int value) {
    byte[] changed = bytes.clone();
    changed[at] = (byte) value;
    return changed;
  }

  private static byte[] splice(byte[] bytes, int from, int to, byte[] between) {
    return new ByteSink()
        .raw(Arrays.copyOf(bytes, from))
        .raw(between)
        .raw(Arrays.copyOfRange(bytes, to, bytes.length))
        .bytes();
  }
}
