package dev.peatmesh.discovery.k8s.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peatmesh.discovery.DiscoveryStatus;
import io.kubernetes.client.openapi.models.RbacV1Subject;
import io.kubernetes.client.openapi.models.V1PolicyRule;
import io.kubernetes.client.openapi.models.V1RoleBinding;
import io.kubernetes.client.util.Yaml;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TextsTest {
  private static final String FORBIDDEN =
      "endpointslices.discovery.k8s.io is forbidden: User \"%s\" cannot list resource"
          + " \"endpointslices\" in API group \"discovery.k8s.io\" in the namespace \"peat\"";

  @Test
  void everyProblemSaysWhatIsWrongAndWhatToDo() {
    assertThat(AllTexts.problems())
        .allSatisfy(
            problem -> {
              DiscoveryStatus.Degraded degraded =
                  new DiscoveryStatus.Degraded(problem.cause(), problem.remedy());
              assertThat(degraded.cause()).doesNotEndWith(".").doesNotContain("\n", "null");
              assertThat(degraded.remedy()).hasSizeGreaterThan(30).doesNotContain("null");
              assertThat(problem.key()).isNotBlank();
            });
  }

  @Test
  void everyFindingIsWorded() {
    Set<Class<?>> worded =
        AllTexts.findings().stream().map(Object::getClass).collect(Collectors.toSet());
    assertThat(worded).containsExactlyInAnyOrder(Finding.class.getPermittedSubclasses());
  }

  @Test
  void problemsOfDifferentKindsHaveDifferentKeys() {
    assertThat(AllTexts.problems().stream().map(Problem::key).distinct().count())
        // The port that is missing and the one that is TCP are one problem.
        .isEqualTo(AllTexts.problems().size() - 1);
  }

  // 403

  @Test
  void forbiddenNamesTheAccountOfTheMessage() throws IOException {
    Problem problem = forbidden("system:serviceaccount:peat:mesh.node-1", Optional.empty());
    assertThat(problem.cause())
        .startsWith(
            "the Kubernetes API at https://10.96.0.1:443 forbids to list and watch EndpointSlices"
                + " in namespace \"peat\" (403): ");
    RbacV1Subject subject = binding(problem).getSubjects().get(0);
    assertThat(subject.getKind()).isEqualTo("ServiceAccount");
    assertThat(subject.getName()).isEqualTo("mesh.node-1");
    assertThat(subject.getNamespace()).isEqualTo("peat");
    V1PolicyRule rule = AllTexts.role().getRules().get(0);
    assertThat(rule.getApiGroups()).containsExactly("discovery.k8s.io");
    assertThat(rule.getResources()).containsExactly("endpointslices");
    assertThat(rule.getVerbs()).containsExactly("list", "watch");
  }

  @Test
  void forbiddenNamesTheAccountOfAnotherNamespace() throws IOException {
    Problem problem = forbidden("system:serviceaccount:elsewhere:mesh", Optional.empty());
    assertThat(binding(problem).getMetadata().getNamespace()).isEqualTo("peat");
    assertThat(binding(problem).getSubjects().get(0).getNamespace()).isEqualTo("elsewhere");
  }

  @Test
  void forbiddenNamesAUserThatIsNoServiceAccount() throws IOException {
    RbacV1Subject subject =
        binding(forbidden("jane@example.com", Optional.empty())).getSubjects().get(0);
    assertThat(subject.getKind()).isEqualTo("User");
    assertThat(subject.getName()).isEqualTo("jane@example.com");
    assertThat(subject.getApiGroup()).isEqualTo("rbac.authorization.k8s.io");
  }

  @Test
  void forbiddenFallsBackToTheSubjectOfTheToken() throws IOException {
    Failure mute = Failure.status(403, "", Duration.ZERO);
    Problem problem =
        new FailureTexts(AllTexts.TARGET)
            .of(mute, "", Account.of("system:serviceaccount:peat:mesh"));
    assertThat(binding(problem).getSubjects().get(0).getName()).isEqualTo("mesh");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "system:serviceaccount:peat:x\\n  evil: yes",
        "system:serviceaccount:peat:",
        "a\\\"b",
        "ünïcode"
      })
  void forbiddenSaysThatItDoesNotKnowTheAccount(String user) {
    Problem problem = forbidden(user, Optional.empty());
    assertThat(problem.remedy()).contains("name: <the service account of this pod>");
  }

  // What an operator copies

  @Test
  void missingLabelIsALineToRun() {
    assertThat(remedy(new Finding.NothingMatched()))
        .contains("\n  kubectl -n peat label service <name> app=peat-mesh\n");
  }

  @Test
  void missingLabelOfAnIntricateSelectorIsALineToLook() {
    Target intricate = new Target("peat", "app in (a, b)", "", "iroh-quic", 11204);
    assertThat(new FindingTexts(intricate).of(new Finding.NothingMatched()).remedy())
        .contains("kubectl -n peat get endpointslices --show-labels");
  }

  @Test
  void missingServiceIsALineToLook() {
    Target service = new Target("peat", "app=peat-mesh", "mesh", "iroh-quic", 11204);
    Problem problem = new FindingTexts(service).of(new Finding.NothingMatched());
    assertThat(problem.cause()).contains("app=peat-mesh,kubernetes.io/service-name=mesh");
    assertThat(problem.remedy()).contains("kubectl -n peat get service mesh --show-labels");
  }

  @Test
  void missingPortIsTheLinesToAdd() {
    assertThat(remedy(new Finding.NoPort("s", List.of("broker TCP 8081"), false)))
        .contains("spec.ports")
        .endsWith("\n  - name: iroh-quic\n    port: 11204\n    protocol: UDP");
    assertThat(remedy(new Finding.NoPort("s", List.of("iroh-quic TCP 11204"), true)))
        .contains("TCP is the default")
        .endsWith("protocol: UDP");
  }

  @Test
  void podsThatAreNotReadyAreALineToAdd() {
    assertThat(remedy(new Finding.NoneReady("s", 3)))
        .contains("\n  publishNotReadyAddresses: true\n", "include-not-ready");
  }

  @Test
  void manyPortsAreShownInPart() {
    List<String> ports = Arrays.asList("a b c d e f g h i j".split(" "));
    assertThat(new FindingTexts(AllTexts.TARGET).of(new Finding.NoPort("", ports, false)).cause())
        .endsWith("a, b, c, d, e, f, g, h and 2 more");
  }

  @Test
  void whatTheApiSaysIsKeptShortAndOnOneLine() {
    Failure failure = Failure.status(500, "a\nb\u001b[31m" + "x".repeat(10_000), Duration.ZERO);
    assertThat(failure.text()).startsWith("a b [31mxxx").hasSizeLessThanOrEqualTo(500);
  }

  private static Problem forbidden(String user, Optional<Account> account) {
    return new FailureTexts(AllTexts.TARGET)
        .of(Failure.status(403, FORBIDDEN.formatted(user), Duration.ZERO), AllTexts.API, account);
  }

  private static String remedy(Finding finding) {
    return new FindingTexts(AllTexts.TARGET).of(finding).remedy();
  }

  /** What stands in the remedy is YAML that the API takes. */
  private static V1RoleBinding binding(Problem problem) throws IOException {
    String manifest = problem.remedy().substring(problem.remedy().indexOf("apiVersion:"));
    return Yaml.loadAll(manifest).stream()
        .filter(V1RoleBinding.class::isInstance)
        .map(V1RoleBinding.class::cast)
        .findFirst()
        .orElseThrow();
  }
}
