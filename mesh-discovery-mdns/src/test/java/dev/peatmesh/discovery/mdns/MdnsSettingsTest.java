package dev.peatmesh.discovery.mdns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peatmesh.discovery.DiscoveryProviders;
import dev.peatmesh.discovery.DiscoverySettings;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MdnsSettingsTest {
  @Test
  void defaultsUseEveryInterfaceInBothFamilies() {
    assertThat(MdnsSettings.of(DiscoverySettings.none()))
        .isEqualTo(MdnsSettings.defaults())
        .isEqualTo(new MdnsSettings(Set.of(), true, true, Duration.ofSeconds(60), Map.of()));
  }

  @Test
  void readsTexts() {
    Map<String, String> texts =
        Map.of(
            "interfaces", "eth0, [FE80::1%eth1], 10.0.0.1",
            "ipv4", "false",
            "ipv6", "true",
            "expiry", "2m",
            "metadata", "zone=b, rack=7=8");

    assertThat(MdnsSettings.of(new DiscoverySettings(texts)))
        .isEqualTo(
            new MdnsSettings(
                Set.of("eth0", "fe80:0:0:0:0:0:0:1", "10.0.0.1"),
                false,
                true,
                Duration.ofMinutes(2),
                Map.of("zone", "b", "rack", "7=8")));
  }

  @ParameterizedTest
  @CsvSource({"60, 60", "60s, 60", "90S, 90", "1h, 3600", "PT30S, 30"})
  void readsTimes(String text, int seconds) {
    String lower = text.startsWith("PT") ? text : text.toLowerCase(Locale.ROOT);

    assertThat(MdnsSettings.of(DiscoverySettings.of("expiry", lower)).expiry())
        .isEqualTo(Duration.ofSeconds(seconds));
  }

  @Test
  void namesEveryBadTextAtOnce() {
    Map<String, String> texts =
        Map.of("ipv4", "no", "ipv6", "1", "expiry", "soon", "metadata", "zone");

    assertThatThrownBy(() -> MdnsSettings.of(new DiscoverySettings(texts)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "discovery(\"mdns\"): ipv4(\"no\"): must be true or false.\n"
                + "  ipv6(\"1\"): must be true or false.\n"
                + "  expiry(\"soon\"): is no time. Write for example 60s, 2m or PT1M.\n"
                + "  metadata(\"zone\"): must be key=value.");
  }

  @Test
  void namesEveryBadValueAtOnce() {
    assertThatThrownBy(
            () ->
                new MdnsSettings(
                    Set.of("et h0"), false, false, Duration.ofSeconds(9), Map.of("port", "1")))
        .hasMessage(
            "discovery(\"mdns\"): interfaces(\"et h0\"): is neither the name of an interface nor an"
                + " address.\n"
                + "  ipv4(false), ipv6(false): one of them is needed.\n"
                + "  expiry(PT9S): must be 10 seconds to an hour.\n"
                + "  metadata(\"port\"): a key has 1 to 32 letters, digits, '-', '_' and '.', and"
                + " is none of [formation_id, node_id, port, run].");
  }

  @Test
  void refusesKeysItDoesNotKnow() {
    assertThatThrownBy(() -> MdnsSettings.of(DiscoverySettings.of("interface", "eth0")))
        .hasMessageContaining("has no setting [interface]")
        .hasMessageContaining("interfaces");
  }

  @Test
  void isFoundByItsName() {
    assertThat(DiscoveryProviders.load().create("mdns", DiscoverySettings.none()).name())
        .isEqualTo("mdns");
  }
}
