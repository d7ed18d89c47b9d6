package dev.peatmesh.sync.internal.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class Utf8Test {
  @Test
  void agreesWithTheDecoderOfThePlatformOnEveryShortInput() {
    // Every first byte, then those where the rules for the bytes after it change.
    int[] later = {0x00, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xf4, 0xff};
    for (int first = 0; first < 256; first++) {
      agrees(first);
      for (int second : later) {
        agrees(first, second);
        for (int third : first < 0xe0 ? new int[0] : later) {
          agrees(first, second, third);
          for (int fourth : first < 0xf0 ? new int[0] : later) {
            agrees(first, second, third, fourth);
          }
        }
      }
    }
  }

  @Test
  void readsOnlyItsOwnRange() {
    byte[] bytes = Chunks.bytes(0xff, 'a', 0xc3, 0xa9, 0xff);
    assertThat(Utf8.isValid(bytes, 1, 4)).isTrue();
    assertThat(Utf8.isValid(bytes, 1, 3)).isFalse();
    assertThat(Utf8.isValid(bytes, 2, 2)).isTrue();
  }

  private static void agrees(int... values) {
    byte[] bytes = Chunks.bytes(values);
    if (Utf8.isValid(bytes, 0, bytes.length) != decodes(bytes)) {
      fail("disagrees on " + Arrays.toString(values));
    }
  }

  private static boolean decodes(byte[] bytes) {
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    try {
      decoder.decode(ByteBuffer.wrap(bytes));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }
}
