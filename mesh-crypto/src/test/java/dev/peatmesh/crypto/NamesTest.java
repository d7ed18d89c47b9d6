package dev.peatmesh.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class NamesTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "a",
        "peat-mesh-0",
        "default/peat-mesh-0",
        "prod/default/peat-mesh-0",
        "Küche",
        "木",
        "🫖",
        "two words",
        "iroh",
        "x-iroh:y",
        "0123456789abcdef0123456789abcdef",
      })
  void namesThatPeopleGiveAreTaken(String name) {
    assertThat(NodeIdentity.checkName(name)).isEqualTo(name);
  }

  @Test
  void longestNameIsTakenAndOneByteMoreIsNot() {
    assertThat(NodeIdentity.checkName("n".repeat(253))).hasSize(253);
    assertThatThrownBy(() -> NodeIdentity.checkName("n".repeat(254)))
        .hasMessageContaining("is too long. Use 1 to 253 bytes of UTF-8.");
    // 127 characters, 254 bytes.
    assertThatThrownBy(() -> NodeIdentity.checkName("ü".repeat(127)))
        .hasMessageContaining("is too long");
  }

  static Stream<Arguments> badNames() {
    return Stream.of(
        Arguments.of("", "node name(\"\"): is empty. Use 1 to 253 bytes of UTF-8."),
        Arguments.of(
            "a\nb",
            "node name(\"a\uFFFDb\"): holds a control character, a line break or half a surrogate"
                + " pair. Use printable characters."),
        Arguments.of(
            "a\u2028b",
            "node name(\"a\uFFFDb\"): holds a control character, a line break or half a surrogate"
                + " pair. Use printable characters."),
        Arguments.of(
            "a\uD800",
            "node name(\"a\uFFFD\"): holds a control character, a line break or half a surrogate"
                + " pair. Use printable characters."),
        Arguments.of(
            "iroh:kitchen",
            "node name(\"iroh:kitchen\"): starts with \"iroh:\", which marks the transport key of"
                + " a node. Use the name without it."),
        Arguments.of(
            "peat-mesh:authority-keypair",
            "node name(\"peat-mesh:authority-keypair\"): is reserved: another key is derived from"
                + " it. Use another name."),
        Arguments.of(
            "peat-ota-signing-v1",
            "node name(\"peat-ota-signing-v1\"): is reserved: another key is derived from it. Use"
                + " another name."),
        Arguments.of(
            "AB".repeat(32),
            "node name(\""
                + "AB".repeat(32)
                + "\"): is 64 hex digits and would be taken for an"
                + " endpoint id. Use a name that people can read."),
        Arguments.of(
            "a@b",
            "node name(\"a@b\"): holds '@' or ',', which separate name and address in a list of"
                + " static peers. Use '-' or '.' instead."),
        Arguments.of(
            "a,b",
            "node name(\"a,b\"): holds '@' or ',', which separate name and address in a list of"
                + " static peers. Use '-' or '.' instead."),
        Arguments.of(
            " a",
            "node name(\" a\"): starts or ends with white space, which a list of static peers"
                + " drops. Use the name without it."));
  }

  @ParameterizedTest
  @MethodSource("badNames")
  void badNameIsRefusedWithItsReason(String name, String message) {
    assertThatThrownBy(() -> NodeIdentity.checkName(name))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @Test
  void everyWayToAnIdentityChecksTheName() {
    Formation formation = Formation.of("home", new byte[32]);

    assertThatThrownBy(() -> formation.identity("iroh:a")).hasMessageContaining("iroh:");
    assertThatThrownBy(() -> formation.endpointId("iroh:a")).hasMessageContaining("iroh:");
    assertThatThrownBy(() -> formation.devicePublicKey("iroh:a")).hasMessageContaining("iroh:");
  }

  @Test
  void formationIdHas1To255BytesWithoutControlCharacters() {
    assertThat(Formation.checkId("f".repeat(255))).hasSize(255);
    assertThatThrownBy(() -> Formation.of("", new byte[32]))
        .hasMessage("formation id(\"\"): is empty. Use 1 to 255 bytes of UTF-8.");
    assertThatThrownBy(() -> Formation.of("f".repeat(256), new byte[32]))
        .hasMessageContaining("is too long. Use 1 to 255 bytes of UTF-8.");
    assertThatThrownBy(() -> FormationKey.derive("a\u0000", new byte[32]))
        .hasMessageContaining("holds a control character");
  }

  @Test
  void messageShowsOnlyTheStartOfALongValue() {
    assertThatThrownBy(() -> NodeIdentity.checkName("n".repeat(1_000_000)))
        .hasMessage(
            "node name(\"" + "n".repeat(80) + "...\"): is too long. Use 1 to 253 bytes of UTF-8.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "00", "GG", "AB"})
  void idsAreLowercaseHexOfOneLength(String digits) {
    String hex = digits.repeat(16);
    assertThatThrownBy(() -> new EndpointId(hex))
        .hasMessage(
            "endpoint id(\""
                + hex
                + "\"): is not 64 lowercase hex digits. Print it with derive-id.");
    assertThatThrownBy(() -> new DevicePublicKey(hex)).hasMessageContaining("64 lowercase hex");
    assertThatThrownBy(() -> new Nonce(hex)).hasMessageContaining("64 lowercase hex digits");
    assertThatThrownBy(() -> new DeviceId(hex + "0")).hasMessageContaining("32 lowercase hex");
  }

  @Test
  void idsAreMadeOfArraysOfOneLength() {
    assertThatThrownBy(() -> EndpointId.of(new byte[31]))
        .hasMessage("endpoint id(31 bytes): must be 32 bytes long.");
    assertThatThrownBy(() -> DeviceId.of(new byte[33])).hasMessageContaining("32 bytes long");
    assertThatThrownBy(() -> DevicePublicKey.of(new byte[0])).hasMessageContaining("32 bytes");
    assertThatThrownBy(() -> Nonce.of(new byte[16])).hasMessageContaining("32 bytes long");
  }
}
