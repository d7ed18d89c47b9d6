package dev.peatmesh.discovery.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peatmesh.discovery.PeerInfo;
import dev.peatmesh.discovery.k8s.internal.AllTexts;
import dev.peatmesh.discovery.k8s.internal.SlicePeers;
import io.kubernetes.client.openapi.models.V1Deployment;
import io.kubernetes.client.openapi.models.V1PodSpec;
import io.kubernetes.client.openapi.models.V1Role;
import io.kubernetes.client.openapi.models.V1RoleBinding;
import io.kubernetes.client.openapi.models.V1Service;
import io.kubernetes.client.openapi.models.V1StatefulSet;
import io.kubernetes.client.util.Yaml;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What docs/discovery/k8s.md says is what the code does. */
class KubernetesDocsTest {
  private static final Pattern SETTING =
      Pattern.compile("^\\| `([a-z-]+)` \\| `?([^|`]+)`? \\| .+ \\|$", Pattern.MULTILINE);
  private static final Pattern ROW = Pattern.compile("^\\| ([^|]+) \\| .+ \\|$", Pattern.MULTILINE);
  private static final Pattern YAML = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL);

  private final String page = read(Path.of("..", "docs", "discovery", "k8s.md"));

  @Test
  void settingsTableIsThatOfTheCode() {
    KubernetesSettings defaults = KubernetesSettings.defaults();
    Map<String, String> expected = new TreeMap<>();
    expected.put(KubernetesDiscoveryProvider.NAMESPACE, "that of the pod");
    expected.put(KubernetesDiscoveryProvider.LABEL_SELECTOR, defaults.labelSelector());
    expected.put(KubernetesDiscoveryProvider.SERVICE, "every Service");
    expected.put(KubernetesDiscoveryProvider.ANNOTATION_PREFIX, defaults.annotationPrefix());
    expected.put(
        KubernetesDiscoveryProvider.RELIST_INTERVAL, defaults.relistInterval().toSeconds() + "s");
    expected.put(KubernetesDiscoveryProvider.PORT_NAME, defaults.portName());
    expected.put(KubernetesDiscoveryProvider.INCLUDE_NOT_READY, "" + defaults.includeNotReady());
    expected.put(KubernetesDiscoveryProvider.KUBECONFIG, "none");
    assertThat(expected.keySet()).isEqualTo(KubernetesDiscoveryProvider.KEYS);
    assertThat(
            SETTING
                .matcher(section("## Settings"))
                .results()
                .collect(Collectors.toMap(row -> row.group(1), row -> row.group(2).strip())))
        .isEqualTo(expected);
  }

  @Test
  void boundsAreThoseOfTheCode() {
    assertThat(section("## Settings")).contains("`1s` to `1h`");
    assertThat(KubernetesSettings.RELIST_INTERVAL_MIN).hasSeconds(1);
    assertThat(KubernetesSettings.RELIST_INTERVAL_MAX).hasHours(1);
    assertThat(section("## Who is a peer"))
        .contains("%,d peers".formatted(SlicePeers.PEERS_MAX))
        .contains(PeerInfo.ADDRESSES_MAX + " addresses for each")
        .contains("%,d slices".formatted(AllTexts.SLICES_MAX));
  }

  @Test
  void everyTextHasItsRowAndEveryRowItsText() {
    List<String> rows =
        ROW.matcher(section("## When something is wrong"))
            .results()
            .map(row -> row.group(1))
            .filter(text -> !text.equals("what it says"))
            .toList();
    List<String> texts = AllTexts.causes();
    assertThat(rows)
        .allSatisfy(
            row -> assertThat(texts).as("what the code says").anyMatch(saying(row)::matches));
    assertThat(texts)
        .allSatisfy(text -> assertThat(rows).as(text).anyMatch(row -> saying(row).matches(text)));
  }

  @Test
  void sampleIsTheOneThatIsCompiled() {
    String source = read(Path.of("src/test/java/dev/peatmesh/discovery/k8s/KubernetesSample.java"));
    String region =
        source.substring(
            source.indexOf("// region sample") + "// region sample".length(),
            source.indexOf("// endregion"));
    assertThat(page).contains("```java\n" + region.stripIndent().strip() + "\n```");
  }

  @Test
  void manifestsFitTheDefaultsAndEachOther() throws IOException {
    List<String> manifests =
        YAML.matcher(page).results().map((MatchResult found) -> found.group(1)).toList();
    assertThat(manifests).hasSize(2);
    List<Object> objects = Yaml.loadAll(manifests.get(0));
    V1Service service = only(objects, V1Service.class);
    assertThat(service.getMetadata().getLabels()).containsEntry("app", "peat-mesh");
    assertThat(KubernetesSettings.LABEL_SELECTOR).isEqualTo("app=peat-mesh");
    assertThat(service.getSpec().getClusterIP()).isEqualTo("None");
    assertThat(service.getSpec().getPublishNotReadyAddresses()).isTrue();
    assertThat(service.getSpec().getPorts())
        .anySatisfy(
            port -> {
              assertThat(port.getName()).isEqualTo(KubernetesSettings.PORT_NAME);
              assertThat(port.getProtocol()).isEqualTo("UDP");
            });
    V1StatefulSet set = only(objects, V1StatefulSet.class);
    assertThat(set.getSpec().getTemplate().getMetadata().getLabels())
        .containsAllEntriesOf(service.getSpec().getSelector());
    V1PodSpec pod = set.getSpec().getTemplate().getSpec();
    V1RoleBinding binding = only(objects, V1RoleBinding.class);
    assertThat(binding.getSubjects().get(0).getName()).isEqualTo(pod.getServiceAccountName());
    V1Role role = only(objects, V1Role.class);
    assertThat(binding.getRoleRef().getName()).isEqualTo(role.getMetadata().getName());
    assertThat(role.getRules()).isEqualTo(AllTexts.role().getRules());
    V1Deployment deployment = only(Yaml.loadAll(manifests.get(1)), V1Deployment.class);
    assertThat(deployment.getSpec().getTemplate()).isEqualTo(set.getSpec().getTemplate());
  }

  /** The text of a row, where {@code ...}, names in quotes and numbers stand for any. */
  private static Said saying(String row) {
    String pattern =
        Arrays.stream(row.split("\\.\\.\\.", -1))
            .map(part -> part.replaceAll("[0-9]+", "0"))
            .map(Pattern::quote)
            .collect(Collectors.joining(".*"));
    return new Said(Pattern.compile(pattern, Pattern.DOTALL));
  }

  private record Said(Pattern pattern) {
    boolean matches(String text) {
      return pattern.matcher(text.replaceAll("[0-9]+", "0")).matches();
    }
  }

  private static <T> T only(List<Object> objects, Class<T> type) {
    List<T> found = objects.stream().filter(type::isInstance).map(type::cast).toList();
    assertThat(found).as(type.getSimpleName()).hasSize(1);
    return found.get(0);
  }

  private String section(String title) {
    int from = page.indexOf(title + "\n");
    assertThat(from).as(title).isNotNegative();
    int to = page.indexOf("\n## ", from + 1);
    return to < 0 ? page.substring(from) : page.substring(from, to);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new AssertionError(file + " cannot be read", e);
    }
  }
}
