package dev.peatmesh.internal.quic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peatmesh.RefusalReason;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CloseCodeTest {
  @Test
  void numbersArePartOfTheProtocol() {
    Map<Integer, RefusalReason> table = new HashMap<>();
    for (RefusalReason reason : RefusalReason.values()) {
      RefusalReason heard = CloseCode.reason(CloseCode.of(reason)).orElseThrow();
      assertThat(heard).isEqualTo(reason == RefusalReason.CLOSED ? RefusalReason.LEFT : reason);
      table.put(CloseCode.of(reason), heard);
    }
    assertThat(table)
        .containsExactlyInAnyOrderEntriesOf(
            Map.ofEntries(
                Map.entry(1, RefusalReason.LEFT),
                Map.entry(2, RefusalReason.DUPLICATE_LINK),
                Map.entry(3, RefusalReason.DUPLICATE_IDENTITY),
                Map.entry(4, RefusalReason.SELF),
                Map.entry(5, RefusalReason.WRONG_FORMATION),
                Map.entry(6, RefusalReason.WRONG_SECRET),
                Map.entry(7, RefusalReason.WRONG_KEY),
                Map.entry(8, RefusalReason.NO_CLIENT_CERTIFICATE),
                Map.entry(9, RefusalReason.PROTOCOL_MISMATCH),
                Map.entry(10, RefusalReason.PROTOCOL_VIOLATION),
                Map.entry(11, RefusalReason.OVERLOADED),
                Map.entry(12, RefusalReason.HANDSHAKE_TIMEOUT),
                Map.entry(13, RefusalReason.TIMED_OUT),
                Map.entry(14, RefusalReason.UNREACHABLE),
                Map.entry(15, RefusalReason.UNRESOLVED)));
  }

  @Test
  void otherNumbersMeanNothing() {
    assertThat(CloseCode.reason(0)).isEmpty();
    assertThat(CloseCode.reason(16)).isEmpty();
    assertThat(CloseCode.reason(-1)).isEmpty();
  }

  @Test
  void longTextsAreCutBetweenCharacters() {
    assertThat(CloseCode.encode("a".repeat(512))).hasSize(512);
    assertThat(CloseCode.encode("a".repeat(513))).hasSize(512);
    assertThat(new String(CloseCode.encode("€".repeat(171)), StandardCharsets.UTF_8))
        .isEqualTo("€".repeat(170));
    assertThat(new String(CloseCode.encode("😀".repeat(129)), StandardCharsets.UTF_8))
        .isEqualTo("😀".repeat(128));
  }

  @Test
  void textsOfOthersAreMadeHarmless() {
    byte[] hostile =
        "\u001b[31mred\r\nERROR fake log line\u0000\u202e".getBytes(StandardCharsets.UTF_8);
    assertThat(CloseCode.decode(hostile)).isEqualTo("[31mred  ERROR fake log line");
    assertThat(CloseCode.decode(new byte[] {(byte) 0xff, 'x'})).isEqualTo("\ufffdx");
    assertThat(CloseCode.decode(new byte[2000])).isEmpty();
  }
}
