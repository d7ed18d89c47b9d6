package dev.peatmesh.discovery.k8s.internal.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonParseException;
import dev.peatmesh.discovery.k8s.internal.Failure;
import dev.peatmesh.discovery.k8s.internal.Slice;
import dev.peatmesh.discovery.k8s.internal.client.SliceJson.ListPage;
import dev.peatmesh.discovery.k8s.internal.client.SliceJson.WatchEvent;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SliceJsonTest {
  private static final String SLICE =
      """
      {"kind":"EndpointSlice","apiVersion":"discovery.k8s.io/v1",
       "metadata":{"name":"peat-mesh-abc","namespace":"peat","resourceVersion":"77",
        "creationTimestamp":"2026-01-02T03:04:05Z","generation":3,
        "labels":{"kubernetes.io/service-name":"peat-mesh"},
        "annotations":{"peat.zone":"a"},
        "managedFields":[{"manager":"kube","time":"nonsense","fieldsV1":{"f:x":{}}}]},
       "addressType":"IPv4",
       "endpoints":[{"addresses":["10.0.0.1"],"conditions":{"ready":true},"nodeName":"n",
         "hints":{"forZones":[{"name":"z"}],"forNodes":[{"name":"n"}]},
         "targetRef":{"kind":"Pod","namespace":"peat","name":"peat-mesh-0","uid":"u"},
         "aFieldOfTheFuture":{"deep":[1,2,3]}}],
       "ports":[{"name":"iroh-quic","protocol":"UDP","port":11204,"appProtocol":null}],
       "anotherFieldOfTheFuture":true}""";

  private final SliceJson json = new SliceJson("peat.");

  @Test
  void readsAListWithFieldsThatNobodyKnowsYet() throws IOException {
    ListPage page =
        list(
            "{\"kind\":\"EndpointSliceList\",\"metadata\":{\"resourceVersion\":\"80\","
                + "\"continue\":\"more\",\"remainingItemCount\":4,\"selfLink\":null},\"items\":["
                + SLICE
                + "],\"future\":{}}");
    assertThat(page.resourceVersion()).isEqualTo("80");
    assertThat(page.continueToken()).isEqualTo("more");
    assertThat(page.slices()).hasSize(1);
    Slice slice = page.slices().get(0);
    assertThat(slice.name()).isEqualTo("peat-mesh-abc");
    assertThat(slice.service()).isEqualTo("peat-mesh");
    assertThat(slice.metadata()).isEqualTo(Map.of("zone", "a"));
    assertThat(slice.endpoints()).hasSize(1);
    assertThat(slice.ports()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"{\"items\":null}", "{\"items\":[]}", "{\"items\":[null],\"metadata\":{}}"})
  void emptyListIsAList(String empty) throws IOException {
    assertThat(list(empty)).isEqualTo(new ListPage(List.of(), "", ""));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[]",
        "null",
        "\"text\"",
        "<html>Welcome</html>",
        "{\"items\":{}}",
        "{\"items\":[{\"endpoints\":7}]}",
        "{\"items\":[{\"endpoints\":[{\"addresses\":\"10.0.0.1\"}]}]}",
        "{\"items\":[",
        "{\"items\":[]",
        "{\"metadata\":[],\"items\":[]}",
      })
  void whatIsNoListIsMalformedAndNothingWorse(String text) {
    assertThatThrownBy(() -> list(text))
        .satisfies(
            e ->
                assertThat(Failures.of((Exception) e).kind())
                    .isIn(Failure.Kind.MALFORMED, Failure.Kind.UNREACHABLE));
  }

  @Test
  void deepNestingIsMalformedAndNothingWorse() {
    String deep = "{\"items\":[{\"future\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}]}";
    assertThatThrownBy(() -> list(deep))
        .satisfies(
            e -> assertThat(Failures.of((Exception) e).kind()).isEqualTo(Failure.Kind.MALFORMED));
  }

  @Test
  void streamBeyondItsBoundIsTooLarge() {
    Reader endless =
        new InputStreamReader(
            new BoundedInput(
                new InputStream() {
                  @Override
                  public int read() {
                    return ' ';
                  }
                },
                100_000),
            StandardCharsets.UTF_8);
    assertThatThrownBy(() -> json.list(endless))
        .satisfies(
            e -> assertThat(Failures.of((Exception) e).kind()).isEqualTo(Failure.Kind.TOO_LARGE));
  }

  @Test
  void readsAnEvent() {
    WatchEvent event = json.event("{\"type\":\"MODIFIED\",\"object\":" + SLICE + "}");
    assertThat(event.type()).isEqualTo("MODIFIED");
    assertThat(event.slice().name()).isEqualTo("peat-mesh-abc");
    assertThat(event.resourceVersion()).isEqualTo("77");
  }

  @Test
  void readsABookmarkAndAnError() {
    WatchEvent bookmark =
        json.event(
            "{\"type\":\"BOOKMARK\",\"object\":{\"kind\":\"EndpointSlice\",\"metadata\":"
                + "{\"resourceVersion\":\"99\",\"creationTimestamp\":null},\"endpoints\":null}}");
    assertThat(bookmark.resourceVersion()).isEqualTo("99");
    WatchEvent error =
        json.event(
            "{\"type\":\"ERROR\",\"object\":{\"kind\":\"Status\",\"status\":\"Failure\","
                + "\"message\":\"too old resource version: 1 (2)\",\"code\":410}}");
    assertThat(Failures.of(error.status()).code()).isEqualTo(410);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "{}",
        "{\"type\":\"ADDED\"}",
        "{\"type\":\"ADDED\",\"object\":7}",
        "{\"type\":7,\"object\":{}",
        "garbage"
      })
  void whatIsNoEventIsMalformed(String line) {
    assertThatThrownBy(() -> json.event(line)).isInstanceOf(JsonParseException.class);
  }

  @Test
  void mutatedBytesAreReadOrRefusedAndNothingElse() {
    String event = "{\"type\":\"MODIFIED\",\"object\":" + SLICE + "}";
    int read = 0;
    for (int seed = 1; seed <= 20_000; seed++) {
      Random random = new Random(seed);
      StringBuilder mutated = new StringBuilder(event);
      for (int i = random.nextInt(4); i >= 0; i--) {
        int at = random.nextInt(mutated.length());
        switch (random.nextInt(3)) {
          case 0 -> mutated.setCharAt(at, (char) random.nextInt(256));
          case 1 -> mutated.deleteCharAt(at);
          default -> mutated.insert(at, "{}[]\",:0-null".charAt(random.nextInt(13)));
        }
      }
      try {
        json.event(mutated.toString());
        read++;
      } catch (RuntimeException refused) {
        assertThat(Failures.of(refused).kind())
            .as("seed %d", seed)
            .isEqualTo(Failure.Kind.MALFORMED);
      }
    }
    assertThat(read).isBetween(1000, 19_000);
  }

  private ListPage list(String text) throws IOException {
    return json.list(new StringReader(text));
  }
}
