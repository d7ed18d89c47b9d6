package dev.peatmesh.testkit.kubernetes;

import static dev.peatmesh.testkit.kubernetes.ApiClient.ALL;
import static dev.peatmesh.testkit.kubernetes.ApiClient.IN_MESH;
import static dev.peatmesh.testkit.kubernetes.ApiClient.encoded;
import static org.assertj.core.api.Assertions.assertThat;

import dev.peatmesh.testkit.kubernetes.ApiClient.Answer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is refused, and how. The statuses and reasons are those of kube-apiserver 1.37. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RefusalsIT {
  private final FakeKubernetesApi api = FakeKubernetesApi.start();
  private final ApiClient admin = new ApiClient(api.httpUrl(), api.adminToken());

  @AfterAll
  void stop() {
    api.close();
  }

  @ParameterizedTest
  @CsvSource({
    "PUT, /apis/discovery.k8s.io/v1/namespaces/mesh/endpointslices",
    "PATCH, /apis/discovery.k8s.io/v1/namespaces/mesh/endpointslices",
    "POST, /apis/discovery.k8s.io/v1/namespaces/mesh/endpointslices/a",
    "POST, /apis/discovery.k8s.io/v1/endpointslices",
    "DELETE, /apis/discovery.k8s.io/v1/endpointslices",
    "OPTIONS, /apis/discovery.k8s.io/v1/namespaces/mesh/endpointslices",
    "POST, /version",
    "DELETE, /readyz",
  })
  void methodThatThePathDoesNotTake(String method, String path) {
    assertStatus(admin.send(method, path), 405, "MethodNotAllowed");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/apis/discovery.k8s.io/v1/foos",
        "/apis/discovery.k8s.io/v1/namespaces/mesh/endpointslice",
        "/apis/discovery.k8s.io/v1/endpointslices/a",
      })
  void resourceThatTheGroupDoesNotHave(String path) {
    assertStatus(admin.get(path), 404, "NotFound");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/apis/discovery.k8s.io/v1beta1/endpointslices",
        "/api/v1/endpointslices",
        "/apis/discovery.k8s.io/v1//endpointslices",
        "/apis/discovery.k8s.io/v1/namespaces//endpointslices",
      })
  void pathThatLeadsNowhereHasNoStatus(String path) {
    Answer answer = admin.get(path);
    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.body()).isEqualTo("404 page not found\n");
    assertThat(answer.response().headers().firstValue("Content-Type").orElseThrow())
        .startsWith("text/plain");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "text/html",
        "application/*",
        "application/yaml",
        "application/json;as=Table;g=meta.k8s.io;v=v1",
        "application/vnd.kubernetes.protobuf",
      })
  void clientThatTakesNoJson(String accept) {
    assertStatus(
        admin.send(admin.request(IN_MESH).setHeader("Accept", accept).GET()), 406, "NotAcceptable");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/json",
        "application/json;stream=watch",
        "application/yaml, application/json;q=0.5",
        "*/*",
      })
  void clientThatTakesJsonIsServed(String accept) {
    assertThat(admin.send(admin.request(IN_MESH).setHeader("Accept", accept).GET()).status())
        .isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a in b",
        "a in",
        ",",
        "a,",
        "a,,b",
        "a=b=c",
        "=b",
        "a b",
        "a>b",
        "-a",
        "a=-b",
        "a=b c",
        "!",
        "!a=b",
        "a!",
        "x/y/z",
        "a in (b",
        "(a)",
        "a===b",
        "a IN (b)",
        "a in (b) c",
        "UP/x",
      })
  void labelSelectorThatDoesNotParse(String selector) {
    assertStatus(admin.get(IN_MESH + "?labelSelector=" + encoded(selector)), 400, "BadRequest");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"a", "!a", "a=", "a!=", "a in ()", "a in (,b)", "a=in", "in in (in)", " ", "a>1"})
  void oddLabelSelectorThatParses(String selector) {
    assertThat(admin.get(IN_MESH + "?labelSelector=" + encoded(selector)).status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"spec.x=1", "metadata.name", "=a", "metadata.uid=1"})
  void fieldSelectorThatIsNotKnown(String selector) {
    assertStatus(admin.get(IN_MESH + "?fieldSelector=" + encoded(selector)), 400, "BadRequest");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "limit=abc",
        "watch=1&timeoutSeconds=x",
        "resourceVersion=abc",
        "resourceVersion=-1",
        "continue=abc",
        "continue=e30",
        "continue=eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJydiI6MSwic3RhcnQiOiJhIn0&resourceVersion=5",
      })
  void parameterThatIsNoValue(String query) {
    assertStatus(admin.get(IN_MESH + "?" + query), 400, "BadRequest");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "foo=bar",
        "labelselector=a",
        "limit=1&limit=2",
        "dryRun=All",
        "resourceversion=0"
      })
  void parameterThatARealServerWouldPassOver(String query) {
    assertStatus(admin.get(IN_MESH + "?" + query), 400, "BadRequest");
  }

  @Test
  void watchOfAVersionThatIsNoneIsTheServersOwnFault() {
    assertStatus(admin.get(IN_MESH + "?watch=1&resourceVersion=abc"), 500, "");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "resourceVersionMatch=Exact",
        "resourceVersionMatch=Exact&resourceVersion=0",
        "resourceVersionMatch=Foo&resourceVersion=1",
        "resourceVersionMatch=NotOlderThan&resourceVersion=1&continue=abc",
        "sendInitialEvents=true",
        "watch=1&resourceVersionMatch=Exact&resourceVersion=1",
        "watch=1&sendInitialEvents=true",
        "watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan",
      })
  void optionsThatContradictEachOther(String query) {
    assertStatus(admin.get(IN_MESH + "?" + query), 422, "Invalid");
  }

  @Test
  void refusedInitialEventsAreExplained() {
    Answer answer =
        admin.get(IN_MESH + "?watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan");
    assertThat(answer.message())
        .isEqualTo(
            "ListOptions.meta.k8s.io \"\" is invalid: sendInitialEvents: Forbidden:"
                + " sendInitialEvents is forbidden for watch unless the WatchList feature gate is"
                + " enabled");
    assertThat(answer.json().at("/details/kind").asText()).isEqualTo("ListOptions");
  }

  @Test
  void nobodyIsToldNothingButHealthAndVersion() {
    ApiClient nobody = new ApiClient(api.httpUrl(), "");
    assertStatus(nobody.get(IN_MESH), 401, "Unauthorized");
    assertStatus(nobody.get("/nowhere"), 401, "Unauthorized");
    assertThat(nobody.get("/readyz").body()).isEqualTo("ok");
    assertThat(nobody.get("/version").json().path("gitVersion").asText()).startsWith("v1.");
    assertStatus(new ApiClient(api.httpUrl(), "wrong").get("/readyz"), 401, "Unauthorized");
  }

  @Test
  void accountWithoutARuleIsForbiddenInTheWordsOfARealServer() {
    ApiClient plain = new ApiClient(api.httpUrl(), api.token("ns", "name"));
    Answer list = plain.get("/apis/discovery.k8s.io/v1/namespaces/ns/endpointslices");
    assertStatus(list, 403, "Forbidden");
    assertThat(list.message())
        .isEqualTo(
            "endpointslices.discovery.k8s.io is forbidden: User"
                + " \"system:serviceaccount:ns:name\" cannot list resource \"endpointslices\" in"
                + " API group \"discovery.k8s.io\" in the namespace \"ns\"");
    assertThat(plain.get(ALL).message())
        .endsWith("in API group \"discovery.k8s.io\" at the cluster scope");
    assertThat(plain.get(ALL + "?watch=1").message()).contains("cannot watch resource");
    assertThat(plain.send("DELETE", IN_MESH + "/x").message())
        .startsWith("endpointslices.discovery.k8s.io \"x\" is forbidden")
        .contains("cannot delete resource");
    assertThat(plain.get("/apis/discovery.k8s.io/v1/foos").message())
        .startsWith("foos.discovery.k8s.io is forbidden");
    assertThat(plain.get("/foo").message())
        .isEqualTo("forbidden: User \"system:serviceaccount:ns:name\" cannot get path \"/foo\"");
  }

  @Test
  void ruleAllowsItsVerbsInItsNamespaceUntilItIsRevoked() {
    ApiClient account = new ApiClient(api.httpUrl(), api.token("mesh", "peat-mesh"));
    AccessRule rule = AccessRule.discovery("mesh", "peat-mesh");
    api.allow(rule);
    assertThat(account.get(IN_MESH).status()).isEqualTo(200);
    assertThat(account.get(IN_MESH + "/a").status()).isEqualTo(403);
    assertThat(account.get(IN_MESH.replace("/mesh/", "/other/")).status()).isEqualTo(403);
    assertThat(account.get(ALL).status()).isEqualTo(403);
    assertThat(account.send("DELETE", IN_MESH).status()).isEqualTo(403);
    api.revoke(rule);
    assertThat(account.get(IN_MESH).status()).isEqualTo(403);
  }

  @Test
  void expiredTokenIsUnauthorizedAndItsSuccessorIsNot() {
    api.allow(AccessRule.discovery("mesh", "rotated"));
    String old = api.token("mesh", "rotated");
    String next = api.token("mesh", "rotated");
    assertThat(new ApiClient(api.httpUrl(), old).get(IN_MESH).status()).isEqualTo(200);
    api.expire(old);
    assertStatus(new ApiClient(api.httpUrl(), old).get(IN_MESH), 401, "Unauthorized");
    assertThat(new ApiClient(api.httpUrl(), next).get(IN_MESH).status()).isEqualTo(200);
  }

  @Test
  void everyRequestIsCountedWithWhoAskedAndWhatCame() {
    try (FakeKubernetesApi own = FakeKubernetesApi.start()) {
      new ApiClient(own.httpUrl(), own.adminToken()).get(IN_MESH + "?limit=1");
      new ApiClient(own.httpUrl(), own.token("ns", "name")).get(IN_MESH + "?watch=true");
      new ApiClient(own.httpUrl(), "").get("/version");
      assertThat(own.requests())
          .containsExactly(
              new ApiRequest(Verb.LIST, IN_MESH, "limit=1", "kubernetes-admin", 200),
              new ApiRequest(
                  Verb.WATCH, IN_MESH, "watch=true", "system:serviceaccount:ns:name", 403),
              new ApiRequest(Verb.NONE, "/version", "", "", 200));
      assertThat(own.requests(Verb.WATCH)).isEqualTo(1);
      assertThat(own.requests(Verb.GET)).isZero();
    }
  }

  private static void assertStatus(Answer answer, int code, String reason) {
    assertThat(answer.status()).isEqualTo(code);
    assertThat(answer.json().path("kind").asText()).isEqualTo("Status");
    assertThat(answer.json().path("status").asText()).isEqualTo("Failure");
    assertThat(answer.json().path("code").asInt()).isEqualTo(code);
    assertThat(answer.reason()).isEqualTo(reason);
    assertThat(answer.message()).isNotBlank();
    assertThat(answer.response().headers().firstValue("Content-Type")).hasValue("application/json");
  }
}
