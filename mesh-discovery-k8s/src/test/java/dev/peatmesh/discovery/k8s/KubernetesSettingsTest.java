package dev.peatmesh.discovery.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peatmesh.discovery.DiscoveryProviders;
import dev.peatmesh.discovery.DiscoverySettings;
import dev.peatmesh.discovery.DiscoveryStatus;
import dev.peatmesh.discovery.DiscoveryStrategy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KubernetesSettingsTest {
  private final KubernetesDiscoveryProvider provider = new KubernetesDiscoveryProvider();

  @Test
  void defaultsAreThoseOfOtherImplementations() {
    assertThat(KubernetesSettings.defaults())
        .isEqualTo(
            new KubernetesSettings(
                null,
                "app=peat-mesh",
                null,
                "peat.",
                Duration.ofSeconds(30),
                "iroh-quic",
                false,
                null));
  }

  @Test
  void eachSettingCanBeSetAlone() {
    assertThat(
            KubernetesSettings.defaults()
                .withNamespace("peat")
                .withLabelSelector("app in (a, b),!c")
                .withService("mesh")
                .withAnnotationPrefix("example.com/")
                .withRelistInterval(Duration.ofMinutes(2))
                .withPortName("quic")
                .withIncludeNotReady(true)
                .withKubeconfig(Path.of("config")))
        .isEqualTo(
            new KubernetesSettings(
                "peat",
                "app in (a, b),!c",
                "mesh",
                "example.com/",
                Duration.ofMinutes(2),
                "quic",
                true,
                Path.of("config")));
  }

  @Test
  void everyBadSettingIsNamedInOneMessage() {
    assertThatThrownBy(
            () ->
                new KubernetesSettings(
                    "No Name", "a;b", "", "", Duration.ofHours(2), "UPPER", false, null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("discovery(\"k8s\"): ")
        .hasMessageContainingAll(
            "namespace(\"No Name\")",
            "service(\"\")",
            "port-name(\"UPPER\")",
            "label-selector(\"a;b\")",
            "annotation-prefix(\"\")",
            "relist-interval(PT2H): must be from PT1S to PT1H");
  }

  @Test
  void emptySelectorIsRefusedUnlessAServiceIsNamed() {
    assertThatThrownBy(() -> KubernetesSettings.defaults().withLabelSelector(""))
        .hasMessageContaining("would match the slices of every Service");
    assertThat(KubernetesSettings.defaults().withService("mesh").withLabelSelector(""))
        .extracting(KubernetesSettings::labelSelector)
        .isEqualTo("");
  }

  @Test
  void providerIsFoundByItsName() {
    DiscoveryStrategy strategy = DiscoveryProviders.load().create("k8s", DiscoverySettings.none());
    assertThat(strategy).isInstanceOf(KubernetesDiscovery.class);
    assertThat(strategy.name()).isEqualTo("k8s");
    assertThat(strategy.status()).isEqualTo(new DiscoveryStatus.Stopped());
    strategy.stop();
    assertThat(strategy.discoveredPeers()).isEmpty();
  }

  @Test
  void providerTakesEveryKey() {
    DiscoverySettings settings =
        new DiscoverySettings(
            Map.of(
                "namespace", "peat",
                "label-selector", "app=x",
                "service", "mesh",
                "annotation-prefix", "x.",
                "relist-interval", "2m",
                "port-name", "quic",
                "include-not-ready", "true",
                "kubeconfig", "some/config"));
    assertThat(settings.values().keySet()).isEqualTo(KubernetesDiscoveryProvider.KEYS);
    assertThat(KubernetesDiscoveryProvider.read(settings))
        .isEqualTo(
            new KubernetesSettings(
                "peat",
                "app=x",
                "mesh",
                "x.",
                Duration.ofMinutes(2),
                "quic",
                true,
                Path.of("some/config")));
  }

  @ParameterizedTest
  @CsvSource({"30,PT30S", "45s,PT45S", "1500ms,PT1.5S", "2m,PT2M", "1h,PT1H", "PT20S,PT20S"})
  void timesAreReadAsPeopleWriteThem(String text, Duration time) {
    assertThat(
            KubernetesDiscoveryProvider.read(DiscoverySettings.of("relist-interval", text))
                .relistInterval())
        .isEqualTo(time);
  }

  @Test
  void providerNamesEveryBadValue() {
    assertThatThrownBy(
            () ->
                provider.create(
                    new DiscoverySettings(
                        Map.of(
                            "relist-interval", "soon",
                            "include-not-ready", "yes",
                            "namespace", "UPPER"))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll(
            "relist-interval(\"soon\"): is no time",
            "include-not-ready(\"yes\"): is neither true nor false",
            "namespace(\"UPPER\")");
  }

  @Test
  void unknownKeyIsRefused() {
    assertThatThrownBy(() -> provider.create(DiscoverySettings.of("name-space", "peat")))
        .hasMessageContaining("has no setting [name-space]");
  }
}
