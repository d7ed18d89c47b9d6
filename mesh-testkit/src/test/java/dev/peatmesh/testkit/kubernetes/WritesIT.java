package dev.peatmesh.testkit.kubernetes;

import static dev.peatmesh.testkit.kubernetes.ApiClient.IN_MESH;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import dev.peatmesh.testkit.kubernetes.ApiClient.Answer;
import dev.peatmesh.testkit.kubernetes.internal.Json;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Objects made, changed and taken away, over HTTP and from the test. */
class WritesIT {
  private static final String JSON = "application/json";
  private static final String MERGE = "application/merge-patch+json";

  private final FakeKubernetesApi api = FakeKubernetesApi.start();
  private final ApiClient client = new ApiClient(api.httpUrl(), api.adminToken());

  @AfterEach
  void stop() {
    api.close();
  }

  @Test
  void createdObjectCarriesWhatTheServerAdds() {
    Answer created = client.send("POST", IN_MESH, JSON, slice("a").json());
    assertThat(created.status()).isEqualTo(201);
    JsonNode metadata = created.json().path("metadata");
    assertThat(metadata.path("uid").asText()).hasSize(36);
    assertThat(metadata.path("generation").asInt()).isEqualTo(1);
    assertThat(metadata.path("creationTimestamp").asText()).endsWith("Z");
    assertThat(created.version()).isEqualTo(api.resourceVersion());
    assertThat(client.get(IN_MESH + "/a").json()).isEqualTo(created.json());
    assertThat(client.send("POST", IN_MESH, JSON, slice("a").json()).reason())
        .isEqualTo("AlreadyExists");
  }

  @Test
  void serverFillsInItsDefaults() {
    Answer created =
        client.send(
            "POST",
            IN_MESH,
            JSON,
            """
            {"metadata": {"name": "a"}, "addressType": "IPv4",
             "endpoints": [{"addresses": ["10.0.0.1"], "conditions": {"ready": null}},
                           {"addresses": ["10.0.0.2"]}],
             "ports": [{"port": 11204}]}
            """);
    JsonNode slice = created.json();
    assertThat(slice.path("kind").asText()).isEqualTo("EndpointSlice");
    assertThat(slice.at("/metadata/namespace").asText()).isEqualTo("mesh");
    assertThat(slice.at("/endpoints/0/conditions")).isEqualTo(Json.object());
    assertThat(slice.at("/endpoints/1/conditions")).isEqualTo(Json.object());
    assertThat(slice.path("ports").path(0))
        .isEqualTo(Json.read("{\"name\":\"\",\"protocol\":\"TCP\",\"port\":11204}"));
  }

  @Test
  void updateNeedsTheVersionThatItReplaces() {
    api.put(slice("a"));
    String read = client.get(IN_MESH + "/a").body();
    assertThat(client.send("PUT", IN_MESH + "/a", JSON, read.replace("10.0.0.1", "10.0.0.2")))
        .extracting(Answer::status)
        .isEqualTo(200);
    Answer late = client.send("PUT", IN_MESH + "/a", JSON, read.replace("10.0.0.1", "10.0.0.3"));
    assertThat(late.status()).isEqualTo(409);
    assertThat(late.reason()).isEqualTo("Conflict");
    assertThat(client.get(IN_MESH + "/a").body()).contains("10.0.0.2");
  }

  @Test
  void updateKeepsIdentityAndCountsGenerations() {
    api.put(slice("a"));
    JsonNode first = client.get(IN_MESH + "/a").json().path("metadata");
    Answer annotated =
        client.send("PUT", IN_MESH + "/a", JSON, slice("a").annotation("x", "y").json());
    assertThat(annotated.json().at("/metadata/generation").asInt()).isEqualTo(1);
    Answer labelled = client.send("PUT", IN_MESH + "/a", JSON, slice("a").label("x", "y").json());
    assertThat(labelled.json().at("/metadata/generation").asInt()).isEqualTo(2);
    for (String kept : new String[] {"uid", "creationTimestamp"}) {
      assertThat(labelled.json().path("metadata").path(kept)).isEqualTo(first.path(kept));
    }
  }

  @Test
  void patchMergesAndTakesAway() {
    api.put(slice("a").label("old", "1").label("kept", "2"));
    Answer patched =
        client.send(
            "PATCH",
            IN_MESH + "/a",
            MERGE,
            "{\"metadata\":{\"labels\":{\"old\":null,\"new\":\"3\"}},\"endpoints\":[]}");
    assertThat(patched.status()).isEqualTo(200);
    assertThat(patched.json().at("/metadata/labels"))
        .isEqualTo(Json.read("{\"kept\":\"2\",\"new\":\"3\"}"));
    assertThat(patched.json().path("endpoints").isNull()).isTrue();
    assertThat(
            client.send(
                "PATCH", IN_MESH + "/a", MERGE, "{\"metadata\":{\"resourceVersion\":\"1\"}}"))
        .extracting(Answer::reason)
        .isEqualTo("Conflict");
    assertThat(client.send("PATCH", IN_MESH + "/a", JSON, "{}").status()).isEqualTo(415);
  }

  @Test
  void deleteAnswersWithWhatWasDeleted() {
    api.put(slice("a"));
    String uid = client.get(IN_MESH + "/a").json().at("/metadata/uid").asText();
    Answer deleted = client.send("DELETE", IN_MESH + "/a");
    assertThat(deleted.status()).isEqualTo(200);
    assertThat(deleted.json().path("status").asText()).isEqualTo("Success");
    assertThat(deleted.json().at("/details/uid").asText()).isEqualTo(uid);
    assertThat(client.send("DELETE", IN_MESH + "/a").reason()).isEqualTo("NotFound");
  }

  @Test
  void deleteOfAnotherObjectThanMeantIsAConflict() {
    api.put(slice("a"));
    String meant = "{\"preconditions\":{\"resourceVersion\":\"1\"}}";
    assertThat(client.send("DELETE", IN_MESH + "/a", JSON, meant).reason()).isEqualTo("Conflict");
    assertThat(client.get(IN_MESH + "/a").status()).isEqualTo(200);
  }

  @Test
  void collectionIsDeletedBySelector() {
    api.put(slice("a").label("app", "mesh"));
    api.put(slice("b"));
    assertThat(client.send("DELETE", IN_MESH + "?labelSelector=app").status()).isEqualTo(200);
    assertThat(client.get(IN_MESH + "/a").message())
        .isEqualTo("endpointslices.discovery.k8s.io \"a\" not found");
    assertThat(client.get(IN_MESH + "/b").status()).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a         | 'addressType': 'IPv4'                                            | 201",
        "''        | 'addressType': 'IPv4'                                            | 422",
        "A_b       | 'addressType': 'IPv4'                                            | 422",
        "a         | 'endpoints': []                                                  | 422",
        "a         | 'addressType': 'IP'                                              | 422",
        "a         | 'addressType': 'IPv4', 'endpoints': [{'addresses': []}]          | 422",
        "a         | 'addressType': 'IPv4', 'endpoints': [{'addresses': ['fd00::1']}] | 422",
        "a         | 'addressType': 'IPv6', 'endpoints': [{'addresses': ['fd00::1']}] | 201",
        "a         | 'addressType': 'IPv6', 'endpoints': [{'addresses': ['::1']}]     | 422",
        "a         | 'addressType': 'FQDN', 'endpoints': [{'addresses': ['a.b']}]     | 201",
        "a         | 'addressType': 'IPv4', 'endpoints': [{'addresses': ['127.0.0.1']}] | 422",
        "a         | 'addressType': 'IPv4', 'ports': [{'port': 1}, {'port': 2}]       | 422",
        "a         | 'addressType': 'IPv4', 'ports': [{'name': 'A'}]                  | 422",
        "a         | 'addressType': 'IPv4', 'ports': [{'protocol': 'ICMP'}]           | 422",
        "a         | 'addressType': 'IPv4', 'ports': [{'name': 'x'}]                  | 201",
        "a         | 'addressType': 'IPv4', 'ports': [{'port': 'x'}]                  | 400",
        "a         | 'addressType': 'IPv4', 'ports': {}                               | 400",
        "a         | 'addressType': 'IPv4', 'kind': 'Pod'                             | 400",
        "a         | 'addressType': 'IPv4', 'foo': 1                                  | 400",
      })
  void objectsAreHeldToTheRulesOfTheirKind(String name, String fields, int status) {
    String body = "{'metadata': {'name': '%s'}, %s}".formatted(name, fields).replace('\'', '"');
    assertThat(client.send("POST", IN_MESH, JSON, body).status()).isEqualTo(status);
  }

  @Test
  void conditionThatIsNoBooleanIsNoObjectAtAll() {
    String body =
        slice("a")
            .json()
            .replace("\"conditions\":{\"ready\":true}", "\"conditions\":{\"ready\":1}");
    assertThat(client.send("POST", IN_MESH, JSON, body).reason()).isEqualTo("BadRequest");
  }

  @Test
  void sliceHoldsAThousandEndpointsAndNoMore() {
    Slice full = slice("a");
    for (int i = 1; i < 1000; i++) {
      full = full.endpoint("10.1.%d.%d".formatted(i / 250, i % 250), "p-" + i);
    }
    assertThat(client.send("POST", IN_MESH, JSON, full.json()).status()).isEqualTo(201);
    Answer more =
        client.send("PUT", IN_MESH + "/a", JSON, full.endpoint("10.9.9.9", "one-more").json());
    assertThat(more.status()).isEqualTo(422);
    assertThat(more.message()).contains("endpoints: Too many: 1001");
  }

  @Test
  void addressTypeStays() {
    api.put(slice("a"));
    Answer changed = client.send("PUT", IN_MESH + "/a", JSON, Slice.named("a").ipv6().json());
    assertThat(changed.status()).as("another namespace in the body").isEqualTo(400);
    changed =
        client.send("PUT", IN_MESH + "/a", JSON, Slice.named("a").namespace("mesh").ipv6().json());
    assertThat(changed.reason()).isEqualTo("Invalid");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{nope", "[]", "{} {}", "null"})
  void bodyThatIsNoObject(String body) {
    assertThat(client.send("POST", IN_MESH, JSON, body).reason()).isEqualTo("BadRequest");
  }

  @Test
  void bodyInAnotherFormatOrTooLong() {
    assertThat(client.send("POST", IN_MESH, "text/plain", slice("a").json()).reason())
        .isEqualTo("UnsupportedMediaType");
    Answer long1 = client.send("POST", IN_MESH, JSON, " ".repeat((3 << 20) + 1));
    assertThat(long1.status()).isEqualTo(413);
    assertThat(long1.reason()).isEqualTo("RequestEntityTooLarge");
  }

  @Test
  void otherNamesThanThePathAreRefused() {
    api.put(slice("a"));
    assertThat(client.send("PUT", IN_MESH + "/a", JSON, slice("b").json()).message())
        .isEqualTo("the name of the object (b) does not match the name on the URL (a)");
    assertThat(client.send("PUT", IN_MESH + "/zz", JSON, slice("zz").json()).reason())
        .isEqualTo("NotFound");
  }

  @Test
  void testMayPutLoopbackAddressesButNothingElseThatIsWrong() {
    api.put(slice("a").endpoint("127.0.0.1", "here"));
    assertThat(client.get(IN_MESH + "/a").body()).contains("127.0.0.1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> api.put(Slice.named("Bad_Name")))
        .withMessageContaining("422")
        .withMessageContaining("metadata.name");
    assertThat(api.delete("mesh", "a")).isTrue();
    assertThat(api.delete("mesh", "a")).isFalse();
  }

  private static Slice slice(String name) {
    return Slice.named(name).namespace("mesh").endpoint("10.0.0.1", "peat-mesh-0");
  }
}
