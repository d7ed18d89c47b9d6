package dev.peatmesh.discovery.mdns.internal.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AnnouncementTest {
  @Test
  void nameThatFitsIsTheLabel() {
    assertThat(of("peat-mesh-0", "alpha").instanceLabel()).isEqualTo("peat-mesh-0");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "host.example.org",
        "küche",
        "with blank",
        "0123456789012345678901234567890123456789012345678901234567890123"
      })
  void otherNamesAreDigested(String nodeId) {
    String label = of(nodeId, "alpha").instanceLabel();

    assertThat(label).matches("peat-[0-9a-f]{12}");
    assertThat(of(nodeId, "alpha").instanceLabel()).as("the same at every start").isEqualTo(label);
    assertThat(of(nodeId, "beta").instanceLabel()).isNotEqualTo(label);
  }

  @Test
  void wholeIdStandsInTheText() {
    assertThat(new Announcement("küche.1", "alpha", 11204, "aa", Map.of("zone", "b")).strings())
        .containsExactly("node_id=küche.1", "port=11204", "formation_id=alpha", "run=aa", "zone=b");
  }

  @Test
  void longestNodeIdThatFitsIsTaken() {
    assertThatCode(() -> of("x".repeat(247), "alpha").check()).doesNotThrowAnyException();
    assertThatThrownBy(() -> of("x".repeat(248), "alpha").check())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "discovery(\"mdns\"): node_id= takes 256 bytes; a text in DNS has at most 255 (RFC"
                + " 1035). Make it shorter by 1.");
  }

  @Test
  void moreThanOnePacketIsRefused() {
    Map<String, String> much =
        Map.of(
            "a", "x".repeat(250), "b", "x".repeat(250), "c", "x".repeat(250), "d", "x".repeat(250));

    assertThatThrownBy(() -> new Announcement("a", "b", 1, "c", much).check())
        .hasMessageContaining("1024 are the most");
  }

  @Test
  void labelsAreShortEnoughForANumberBehind() {
    String label = of("x".repeat(51), "alpha").instanceLabel();

    assertThat((label + " (1000)").getBytes(StandardCharsets.UTF_8)).hasSizeLessThan(63);
  }

  private static Announcement of(String nodeId, String formationId) {
    return new Announcement(nodeId, formationId, 11204, "00", Map.of());
  }
}
