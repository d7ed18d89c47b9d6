package dev.peatmesh.discovery.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peatmesh.discovery.DiscoveryStatus;
import dev.peatmesh.discovery.DiscoveryStrategy;
import dev.peatmesh.discovery.PeerInfo;
import dev.peatmesh.testkit.discovery.RecordingContext;
import dev.peatmesh.testkit.kubernetes.AccessRule;
import dev.peatmesh.testkit.kubernetes.ApiFaults;
import dev.peatmesh.testkit.kubernetes.FakeKubernetesApi;
import dev.peatmesh.testkit.kubernetes.Slice;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What docs/testing.md shows runs, and what its table lists is what there is. */
class FakeApiSampleIT {
  private static final Path SELF =
      Path.of("src/test/java/dev/peatmesh/discovery/k8s/FakeApiSampleIT.java");

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Pattern BLOCK = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
  private static final Pattern REGION =
      Pattern.compile("// region sample\n(.*?) *// endregion", Pattern.DOTALL);
  private static final Pattern ROW = Pattern.compile("^\\| (`.+?) \\| ", Pattern.MULTILINE);
  private static final Pattern CALL = Pattern.compile("`(\\w+)\\(");

  private final String page = read(Path.of("..", "docs", "testing.md"));

  @Test
  @Timeout(120)
  void sampleRuns(@TempDir Path folder) throws Exception {
    Path kubeconfig = folder.resolve("kubeconfig");
    RecordingContext context = new RecordingContext("peat-mesh-0", "alpha");
    // region sample
    try (FakeKubernetesApi api = FakeKubernetesApi.start()) {
      api.put(
          Slice.named("peat-mesh-abc")
              .service("peat-mesh")
              .label("app", "peat-mesh")
              .port("iroh-quic", "UDP", 11204)
              .endpoint("10.0.0.1", "peat-mesh-1"));
      String token = api.token("default", "peat-mesh");
      Files.writeString(kubeconfig, api.kubeconfig(token));

      KubernetesDiscovery discovery =
          KubernetesDiscovery.of(KubernetesSettings.defaults().withKubeconfig(kubeconfig));
      discovery.start(context);
      awaitDegraded(discovery, "403"); // the account has no right yet

      api.allow(AccessRule.discovery("default", "peat-mesh"));
      awaitPeers(discovery, "peat-mesh-1");

      api.faults().failNext(3, 500).dropWatches();
      awaitDegraded(discovery, "500"); // and the peer is still known
      awaitPeers(discovery, "peat-mesh-1");

      api.delete("default", "peat-mesh-abc");
      awaitPeers(discovery);
      discovery.stop();
    }
    // endregion
    assertThat(context.faults()).isEmpty();
  }

  @Test
  void pageShowsTheSample() {
    String shown = BLOCK.matcher(page).results().map(r -> r.group(1)).findFirst().orElseThrow();
    String runs =
        REGION.matcher(read(SELF)).results().map(r -> r.group(1)).findFirst().orElseThrow();
    assertThat(shown.strip()).isEqualTo(runs.stripTrailing().stripIndent());
  }

  @Test
  void tableListsEveryFaultAndNoOther() {
    Set<String> listed = new TreeSet<>();
    ROW.matcher(page)
        .results()
        .forEach(
            row -> CALL.matcher(row.group(1)).results().forEach(call -> listed.add(call.group(1))));
    Set<String> ofServer = Set.of("expire", "revoke", "stop", "restart", "restartEmpty");
    Set<String> there = publicMethods(ApiFaults.class);
    there.addAll(ofServer);
    assertThat(listed).isEqualTo(there);
    assertThat(publicMethods(FakeKubernetesApi.class)).containsAll(ofServer);
  }

  private static Set<String> publicMethods(Class<?> type) {
    return Arrays.stream(type.getDeclaredMethods())
        .filter(method -> Modifier.isPublic(method.getModifiers()) && !method.isSynthetic())
        .map(Method::getName)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static void awaitDegraded(DiscoveryStrategy discovery, String cause)
      throws InterruptedException {
    assertThat(
            RecordingContext.await(
                PATIENCE,
                () ->
                    discovery.status() instanceof DiscoveryStatus.Degraded degraded
                        && degraded.cause().contains(cause)))
        .as("degraded because of %s; is %s", cause, discovery.status())
        .isTrue();
  }

  private static void awaitPeers(DiscoveryStrategy discovery, String... names)
      throws InterruptedException {
    List<String> expected = List.of(names);
    assertThat(
            RecordingContext.await(
                PATIENCE,
                () ->
                    discovery.discoveredPeers().stream()
                        .map(PeerInfo::nodeId)
                        .toList()
                        .equals(expected)))
        .as("peers %s; are %s", expected, discovery.discoveredPeers())
        .isTrue();
  }

  private static String read(Path path) {
    try {
      return Files.readString(path);
    } catch (IOException e) {
      throw new AssertionError(path + " is read", e);
    }
  }
}
