package dev.peatmesh.sync.internal.latest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.peatmesh.sync.DeletePolicy;
import dev.peatmesh.sync.Trials;
import dev.peatmesh.sync.internal.guard.ActorId;
import dev.peatmesh.sync.internal.guard.GuardException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class StateCodecTest {
  /** Version, epoch, never deleted, one actor 0a with its third change. */
  private static final String HEADER = "01 00 00 01 01 0a 03 05";

  private static final String ZERO = "0000000000000000";
  private static final String ONE = "0000000000000001";
  private static final String LAST = "0000000000000003";
  private static final String STAMP = "0000000000000005";

  @Test
  void aStateIsReadAsItWasWritten() {
    Trials.run(
        1_000,
        random -> {
          LatestDocument document = randomDocument(random);
          LatestDocument read = LatestDocument.decode(document.encode(), LatestLimits.DEFAULT);
          assertThat(read.value()).isEqualTo(document.value());
          assertThat(read.head()).isEqualTo(document.head());
          assertThat(read.deletedSeconds()).isEqualTo(document.deletedSeconds());
          assertThat(new ArrayList<>(read.value().keySet()))
              .isEqualTo(new ArrayList<>(new TreeMap<>(document.value()).keySet()));
          assertThat(encodedAnew(read)).isEqualTo(document.encode());
        });
  }

  @Test
  void whatIsNotRefusedHasOneSpellingAndMergesWithAnything() {
    int[] taken = {0};
    Trials.run(
        10_000,
        random -> {
          LatestDocument document = randomDocument(random);
          byte[] bytes = mutated(document.encode(), random);
          LatestDocument read;
          try {
            read = LatestDocument.decode(ByteBuffer.wrap(bytes), LatestLimits.DEFAULT);
          } catch (GuardException refused) {
            return;
          }
          taken[0]++;
          assertThat(encodedAnew(read)).isEqualTo(ByteBuffer.wrap(bytes));
          LatestDocument merged = read.merge(document);
          assertThat(merged.value()).isNotNull();
          assertThat(document.merge(read).encode()).isEqualTo(merged.encode());
          LatestDocument later =
              merged
                  .change(root -> root.put("a", 1), author(9))
                  .map(LatestDocument.Written::document)
                  .orElse(merged);
          assertThat(LatestDocument.decode(later.encode(), LatestLimits.DEFAULT).value())
              .containsEntry("a", 1L);
        });
    assertThat(taken[0]).isPositive();
  }

  @Test
  void hostileSizesTakeNoMemory() {
    byte[] huge = {(byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, 0x7f};
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    List<byte[]> states =
        List.of(
            concat("01 00 00", huge, ""),
            concat("01 00 00 01", huge, ""),
            concat(HEADER, huge, ""),
            concat(HEADER + "01", huge, ""),
            concat(HEADER + "01 00", huge, ""),
            concat(HEADER + "01 00 01 00 00 06", huge, ""),
            concat(HEADER + "01 00 01 00 00 0b", huge, ""),
            concat(HEADER + "01 00 01 00 00 0c", huge, ""));
    states.forEach(StateCodecTest::refuse);
    long before = threads.getCurrentThreadAllocatedBytes();
    states.forEach(StateCodecTest::refuse);
    assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(256 << 10);
  }

  @Test
  void aStateTakesMemoryInProportionToItsBytes() {
    int entries = LatestLimits.ENTRIES_MAX;
    StateWriter to = new StateWriter();
    to.raw(hex("01 00 00")).unsigned(4_096);
    for (int i = 0; i < 4_096; i++) {
      to.raw(new byte[] {2, (byte) (i >> 8), (byte) i, 1, 1});
    }
    to.unsigned(4_096);
    for (int field = 0; field < 4_096; field++) {
      to.text(String.format("f%04d", field)).unsigned(4_096);
      for (int i = 0; i < 4_096; i++) {
        to.unsigned(i).raw(hex("00 00"));
      }
      if ((field + 1) * 4_096 > entries) {
        break;
      }
    }
    refuse(to.toByteArray());
  }

  @Test
  void eachRuleOfTheFormatIsKept() {
    accepts(HEADER + "01 0161 01 00 00 01");
    accepts(HEADER + "01 0161 01 00 01" + ONE + ONE + "01");
    accepts(HEADER + "01 0161 01 00 00 08 05 00" + ONE);
    refuses("", "ends too early");
    refuses("02 00 00 00 00", "unknown version");
    refuses("01 00 00 00 00 00", "bytes after the state");
    refuses("01 00 8000 00 00", "longer than needed");
    refuses("01 ffffffffffffff7f 00 00 00", "epoch too large");
    refuses("01 00 ffffffffffff7f 00 00", "too far in the future");
    refuses("01 00 00 01 00 01 01 00", "author of a wrong length");
    refuses("01 00 00 01 01 0a 00 01 00", "author without a change");
    refuses("01 00 00 02 01 0a 01 01 01 0a 01 01 00", "authors not ascending");
    refuses(HEADER + "01 0161 00 00 00 00 00", "field without an entry");
    refuses(HEADER + "01 0161 02 00 00 01 00 00 01", "too many entries");
    refuses(HEADER + "01 0161 01 01 00 01", "no author of that index");
    refuses(HEADER + "01 0161 01 00 02 01", "neither the last change nor an older");
    refuses(HEADER + "01 0161 01 00 01" + ZERO + ONE + "01", "has not made");
    refuses(HEADER + "01 0161 01 00 01" + LAST + STAMP + "01", "stamp out of range");
    refuses(HEADER + "01 0161 01 00 01" + ONE + "8000000000000005 01", "stamp out of range");
    refuses(HEADER + "01 0161 01 00 00 0d", "unknown value type");
    refuses(HEADER + "01 0161 01 00 00 08 05 00" + STAMP, "has not made");
    refuses(HEADER + "01 0161 01 00 00 05 fff8000000000001", "NaN in another spelling");
    refuses(HEADER + "01 0161 01 00 00 06 01 ff", "not UTF-8");
    refuses(HEADER + "02 0162 01 00 00 01 0161 01 00 00 01", "fields not ascending");
    refuses(HEADER + "01 08 2464656c65746564 01 00 00 01", "key that cannot be written");
    refuses(HEADER + "01 08 2465787069726573 01 00 00 01", "expires at no instant");
    refuses(HEADER + "01 0161 01 00 00 0c 02 0162 00 0161 00", "keys not ascending");
    refuses(HEADER + "01 0161 01 00 00 0c 01 04 f09f9880 00", "key that cannot be written");
    refuses(HEADER + "01 0161 01 00 00" + "0b 01".repeat(65) + "00", "nested too deep");
    accepts(HEADER + "01 0161 01 00 00" + "0b 01".repeat(64) + "00");
  }

  @Test
  void aStateLargerThanAllowedIsNotRead() {
    LatestDocument document = randomDocument(new Random(1));
    LatestLimits tight = new LatestLimits(document.sizeBytes() - 1);
    assertThatExceptionOfType(GuardException.class)
        .isThrownBy(() -> LatestDocument.decode(document.encode(), tight))
        .withMessageContaining("state too large");
  }

  /** As it would be written, had it not been read from bytes. */
  private static ByteBuffer encodedAnew(LatestDocument document) {
    byte[] bytes = new byte[document.sizeBytes()];
    document.encode().get(bytes);
    State state = StateCodec.read(bytes);
    return ByteBuffer.wrap(StateCodec.write(state, state.context()));
  }

  private static LatestDocument randomDocument(Random random) {
    LatestDocument one = LatestDocument.empty();
    LatestDocument two = one;
    for (int i = 0; i < 1 + random.nextInt(6); i++) {
      int step = i;
      Author author = author(random.nextInt(3) * 10 + step);
      LatestDocument target = random.nextBoolean() ? one : two;
      LatestDocument next;
      if (random.nextInt(6) == 0) {
        DeletePolicy policy = DeletePolicy.values()[random.nextInt(2)];
        next = target.delete(policy, author).map(LatestDocument.Written::document).orElse(target);
      } else {
        next =
            target
                .change(
                    root -> {
                      root.put("abc".substring(step % 3, step % 3 + 1), RandomState.value(random));
                      root.increment("n" + random.nextInt(2), random.nextInt());
                    },
                    author)
                .orElseThrow()
                .document();
      }
      one = target == one ? next : one;
      two = target == one ? two : next;
      if (random.nextInt(4) == 0) {
        one = one.merge(two);
      }
    }
    return one.merge(two);
  }

  private static Author author(int seed) {
    ActorId actor = ActorId.of(new byte[] {(byte) (seed / 10 + 1)});
    return new Author(actor, 1_000L * seed, 100 + seed);
  }

  private static byte[] mutated(ByteBuffer encoded, Random random) {
    byte[] bytes = new byte[encoded.remaining()];
    encoded.get(bytes);
    for (int i = 0; i <= random.nextInt(3); i++) {
      int at = random.nextInt(bytes.length);
      switch (random.nextInt(5)) {
        case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> bytes[at] = (byte) random.nextInt(16);
        case 2 -> bytes[at] = (byte) random.nextInt(256);
        case 3 -> bytes = Arrays.copyOf(bytes, 1 + random.nextInt(bytes.length + 3));
        default -> System.arraycopy(bytes.clone(), 0, bytes, at, bytes.length - at);
      }
    }
    return bytes;
  }

  private static byte[] concat(String before, byte[] middle, String after) {
    return new StateWriter().raw(hex(before)).raw(middle).raw(hex(after)).toByteArray();
  }

  private static void accepts(String hex) {
    byte[] bytes = hex(hex);
    State state = StateCodec.read(bytes);
    assertThat(StateCodec.write(state, state.context())).isEqualTo(bytes);
  }

  private static void refuses(String hex, String reason) {
    assertThatExceptionOfType(GuardException.class)
        .as(hex)
        .isThrownBy(() -> StateCodec.read(hex(hex)))
        .withMessageContaining(reason);
  }

  private static void refuse(byte[] bytes) {
    assertThatExceptionOfType(GuardException.class).isThrownBy(() -> StateCodec.read(bytes));
  }

  private static byte[] hex(String hex) {
    return HexFormat.of().parseHex(hex.replace(" ", ""));
  }

  /** Values of every kind. */
  private static final class RandomState {
    static @Nullable Object value(Random random) {
      return switch (random.nextInt(13)) {
        case 0 -> null;
        case 1 -> random.nextBoolean();
        case 2 -> random.nextLong();
        case 3 -> random.nextInt(200) - 100;
        case 4 -> random.nextDouble();
        case 5 -> "é\uD83D\uDE00".repeat(random.nextInt(3));
        case 6 -> new byte[random.nextInt(9)];
        case 7 -> java.time.Instant.ofEpochMilli(random.nextLong());
        case 8 -> new dev.peatmesh.sync.Counter(random.nextLong());
        case 9 -> new dev.peatmesh.sync.Text("t".repeat(random.nextInt(4)));
        case 10 -> new dev.peatmesh.sync.Uint64(random.nextLong());
        case 11 -> Arrays.asList(value(random), value(random));
        default -> Map.of("y", 1, "x", List.of("z"), "é", Double.NaN);
      };
    }
  }
}
