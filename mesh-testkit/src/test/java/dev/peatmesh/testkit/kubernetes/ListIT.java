package dev.peatmesh.testkit.kubernetes;

import static dev.peatmesh.testkit.kubernetes.ApiClient.ALL;
import static dev.peatmesh.testkit.kubernetes.ApiClient.IN_MESH;
import static dev.peatmesh.testkit.kubernetes.ApiClient.encoded;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.peatmesh.testkit.kubernetes.ApiClient.Answer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Lists: what stands in them, of which version, page by page. */
class ListIT {
  private final FakeKubernetesApi api = FakeKubernetesApi.start();
  private final ApiClient client = new ApiClient(api.httpUrl(), api.adminToken());

  @AfterEach
  void stop() {
    api.close();
  }

  @Test
  void listHasTheVersionOfTheLastWriteAndObjectsWithTheirOwn() {
    api.put(slice("a"));
    api.put(slice("b"));
    JsonNode list = client.get(IN_MESH).json();
    assertThat(list.path("kind").asText()).isEqualTo("EndpointSliceList");
    assertThat(list.path("metadata").path("resourceVersion").asLong())
        .isEqualTo(api.resourceVersion());
    List<Long> versions = new ArrayList<>();
    list.path("items")
        .forEach(i -> versions.add(i.path("metadata").path("resourceVersion").asLong()));
    assertThat(versions).containsExactly(api.resourceVersion() - 1, api.resourceVersion());
  }

  @Test
  void objectsInAListDoNotSayTheirKindAndEmptyListsAreNull() {
    api.put(Slice.named("a").namespace("mesh"));
    JsonNode item = client.get(IN_MESH).json().path("items").path(0);
    assertThat(item.has("kind")).isFalse();
    assertThat(item.has("apiVersion")).isFalse();
    assertThat(item.path("endpoints").isNull()).isTrue();
    assertThat(item.path("ports").isNull()).isTrue();
  }

  @Test
  void listsOneNamespaceOrAll() {
    api.put(slice("a"));
    api.put(slice("b").namespace("other"));
    assertThat(names(client.get(IN_MESH))).containsExactly("a");
    assertThat(names(client.get(ALL))).containsExactly("a", "b");
    assertThat(names(client.get(IN_MESH + "/"))).containsExactly("a");
    assertThat(names(client.get(IN_MESH.replace("mesh", "nobody")))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "app=mesh                    | a b",
        "app==mesh,tier=front        | a",
        "app = mesh , tier = front   | a",
        "app!=mesh                   | c d",
        "app in (mesh, web)          | a b c",
        "app notin (mesh)            | c d",
        "tier                        | a b",
        "!tier                       | c d",
        "app=mesh,!tier              | ''",
        "weight>5                    | b",
        "weight<5                    | a",
        "example.com/x=              | d",
      })
  void labelSelectorsSelect(String selector, String expected) {
    api.put(slice("a").label("app", "mesh").label("tier", "front").label("weight", "3"));
    api.put(slice("b").label("app", "mesh").label("tier", "back").label("weight", "30"));
    api.put(slice("c").label("app", "web").label("weight", "many"));
    api.put(slice("d").label("example.com/x", ""));
    assertThat(String.join(" ", names(client.get(IN_MESH + "?labelSelector=" + encoded(selector)))))
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "metadata.name=a                          | a",
        "metadata.name!=a                         | b c",
        "metadata.namespace==mesh,metadata.name!=b | a c",
      })
  void fieldSelectorsSelect(String selector, String expected) {
    List.of("a", "b", "c").forEach(name -> api.put(slice(name)));
    assertThat(String.join(" ", names(client.get(ALL + "?fieldSelector=" + encoded(selector)))))
        .isEqualTo(expected);
  }

  @Test
  void pagesShowTheStateOfTheFirstOneWhateverHappensMeanwhile() {
    List.of("a", "b", "c", "d", "e").forEach(name -> api.put(slice(name)));
    Answer first = client.get(IN_MESH + "?limit=2");
    assertThat(names(first)).containsExactly("a", "b");
    assertThat(metadata(first).path("remainingItemCount").asInt()).isEqualTo(3);

    api.delete("mesh", "c");
    api.put(slice("a0"));
    api.put(slice("d").label("new", "yes"));
    Answer second = client.get(IN_MESH + "?limit=2&continue=" + token(first));
    assertThat(names(second)).containsExactly("c", "d");
    assertThat(second.version()).isEqualTo(first.version());
    assertThat(second.body()).doesNotContain("new");
    Answer third = client.get(IN_MESH + "?limit=2&continue=" + token(second));
    assertThat(names(third)).containsExactly("e");
    assertThat(metadata(third).has("continue")).isFalse();
  }

  @Test
  void pagesOfASelectionDoNotCountWhatRemains() {
    List.of("a", "b").forEach(name -> api.put(slice(name).label("app", "mesh")));
    Answer first = client.get(IN_MESH + "?limit=1&labelSelector=app%3Dmesh");
    assertThat(metadata(first).has("continue")).isTrue();
    assertThat(metadata(first).has("remainingItemCount")).isFalse();
  }

  @Test
  void expiredPageIsGoneAndItsTokenGoesOnAtWhatIsThereNow() {
    List.of("a", "b", "c").forEach(name -> api.put(slice(name)));
    Answer first = client.get(IN_MESH + "?limit=1");
    api.put(slice("b2"));
    api.faults().compact();
    Answer gone = client.get(IN_MESH + "?limit=1&continue=" + token(first));
    assertThat(gone.status()).isEqualTo(410);
    assertThat(gone.reason()).isEqualTo("Expired");
    Answer rest = client.get(IN_MESH + "?continue=" + token(gone));
    assertThat(names(rest)).containsExactly("b", "b2", "c");
    assertThat(rest.version()).isEqualTo(api.resourceVersion());
  }

  @Test
  void namedVersionIsShownExactlyOrAtLeast() {
    api.put(slice("a"));
    long then = api.resourceVersion();
    api.put(slice("b"));
    String at = IN_MESH + "?resourceVersion=" + then;
    assertThat(names(client.get(at))).containsExactly("a", "b");
    assertThat(names(client.get(at + "&resourceVersionMatch=NotOlderThan")))
        .containsExactly("a", "b");
    assertThat(names(client.get(at + "&resourceVersionMatch=Exact"))).containsExactly("a");
    assertThat(names(client.get(at + "&limit=5"))).as("a page is exact").containsExactly("a");
    assertThat(names(client.get(IN_MESH + "?resourceVersion=0"))).containsExactly("a", "b");
    assertThat(client.get(at + "&resourceVersionMatch=Exact").version()).isEqualTo(then);
  }

  @Test
  void compactedVersionIsGone() {
    api.put(slice("a"));
    long then = api.resourceVersion();
    api.put(slice("b"));
    api.faults().compact();
    Answer gone = client.get(IN_MESH + "?resourceVersionMatch=Exact&resourceVersion=" + then);
    assertThat(gone.status()).isEqualTo(410);
    assertThat(gone.reason()).isEqualTo("Expired");
    assertThat(client.get(IN_MESH + "?resourceVersion=" + then).status()).isEqualTo(200);
  }

  @Test
  void versionStillToComeTimesOut() {
    Answer early = client.get(IN_MESH + "?resourceVersion=" + (api.resourceVersion() + 1));
    assertThat(early.status()).isEqualTo(504);
    assertThat(early.reason()).isEqualTo("Timeout");
    assertThat(early.json().at("/details/causes/0/reason").asText())
        .isEqualTo("ResourceVersionTooLarge");
    assertThat(early.response().headers().firstValue("Retry-After")).hasValue("1");
  }

  private static Slice slice(String name) {
    return Slice.named(name).namespace("mesh").endpoint("10.0.0.1", "peat-mesh-0");
  }

  private static List<String> names(Answer list) {
    List<String> names = new ArrayList<>();
    list.json().path("items").forEach(i -> names.add(i.path("metadata").path("name").asText()));
    return names;
  }

  private static JsonNode metadata(Answer list) {
    return list.json().path("metadata");
  }

  private static String token(Answer list) {
    return encoded(metadata(list).path("continue").asText());
  }
}
