package dev.peatmesh.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class EventLogTest {
  @Test
  void stampsLinesWithVirtualSeconds() {
    EventLog log = EventLog.begin();
    log.add(0, "a");
    log.add(12_000_000_345L, "b");

    assertThat(log.last(10)).containsExactly("0.000000000 a", "12.000000345 b");
  }

  @Test
  void hashesEveryLineAndItsEnd() throws Exception {
    EventLog log = EventLog.begin();
    log.add(0, "a");
    log.add(1, "ü");

    byte[] written = "0.000000000 a\n0.000000001 ü\n".getBytes(StandardCharsets.UTF_8);
    byte[] expected = MessageDigest.getInstance("SHA-256").digest(written);
    assertThat(log.hash()).isEqualTo(HexFormat.of().formatHex(expected));
  }

  @Test
  void goesOnAfterItsHashWasRead() {
    EventLog log = EventLog.begin();
    log.add(0, "a");
    String before = log.hash();
    log.add(0, "b");

    assertThat(log.hash()).isNotEqualTo(before);
  }

  @Test
  void keepsOnlyTheLastLinesButHashesAll() {
    EventLog one = filled("first");
    EventLog other = filled("another first");

    assertThat(one.lines()).isEqualTo(EventLog.LINES_KEPT_MAX + 1);
    assertThat(one.last(Integer.MAX_VALUE))
        .hasSize(EventLog.LINES_KEPT_MAX)
        .isEqualTo(other.last(Integer.MAX_VALUE));
    assertThat(one.hash()).isNotEqualTo(other.hash());
  }

  @Test
  void doesNotDependOnTheLocale() {
    Locale before = Locale.getDefault();
    try {
      String here = filled("x").hash();
      Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
      assertThat(filled("x").hash()).isEqualTo(here);
    } finally {
      Locale.setDefault(before);
    }
  }

  private static EventLog filled(String first) {
    EventLog log = EventLog.begin();
    log.add(0, first);
    for (int i = 0; i < EventLog.LINES_KEPT_MAX; i++) {
      log.add(i * 1_234_567L, "line " + i);
    }
    return log;
  }
}
