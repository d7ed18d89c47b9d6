package dev.peatmesh.discovery.k8s.internal;

import io.kubernetes.client.openapi.models.V1Role;
import io.kubernetes.client.util.Yaml;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Everything that discovery can say is wrong, once each. */
public final class AllTexts {
  public static final int SLICES_MAX = SliceTable.SLICES_MAX;

  static final String API = "https://10.96.0.1:443";

  static final Target TARGET = new Target("peat", "app=peat-mesh", "", "iroh-quic", 11204);

  private AllTexts() {}

  static List<Failure> failures() {
    List<Failure> failures = new ArrayList<>();
    for (int code : List.of(400, 401, 403, 404, 410, 429, 500, 503)) {
      failures.add(Failure.status(code, "said", Duration.ZERO));
    }
    Arrays.stream(Failure.Kind.values())
        .filter(kind -> kind != Failure.Kind.STATUS)
        .forEach(kind -> failures.add(Failure.of(kind, "said.")));
    return failures;
  }

  static List<Finding> findings() {
    return List.of(
        new Finding.NothingMatched(),
        new Finding.NoEndpoints("peat-mesh"),
        new Finding.NoPort("peat-mesh", List.of("broker TCP 8081"), false),
        new Finding.NoPort("peat-mesh", List.of("iroh-quic TCP 11204"), true),
        new Finding.NoneReady("peat-mesh", 3),
        new Finding.OnlyFqdn("peat-mesh"),
        new Finding.WithoutPod("peat-mesh", 3),
        new Finding.WithoutAddress(3),
        new Finding.TooMany("peers", 4096),
        new Finding.AnnotationsSkipped("peat-mesh-abc", List.of("peat.x")));
  }

  static List<Problem> problems() {
    FailureTexts failures = new FailureTexts(TARGET);
    FindingTexts findings = new FindingTexts(TARGET);
    return Stream.of(
            Stream.of(FailureTexts.notAskedYet()),
            failures().stream().map(failure -> failures.of(failure, API, Optional.empty())),
            findings().stream().map(findings::of))
        .flatMap(problems -> problems)
        .toList();
  }

  public static List<String> causes() {
    return problems().stream().map(Problem::cause).toList();
  }

  /** The Role that a 403 tells to apply. */
  public static V1Role role() throws IOException {
    return Yaml.loadAll(RbacManifest.of("peat", Optional.empty())).stream()
        .filter(V1Role.class::isInstance)
        .map(V1Role.class::cast)
        .findFirst()
        .orElseThrow();
  }
}
