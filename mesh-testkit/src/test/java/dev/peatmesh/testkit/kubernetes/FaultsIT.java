package dev.peatmesh.testkit.kubernetes;

import static dev.peatmesh.testkit.kubernetes.ApiClient.IN_MESH;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import dev.peatmesh.testkit.kubernetes.ApiClient.Answer;
import dev.peatmesh.testkit.kubernetes.ApiClient.Watch;
import dev.peatmesh.testkit.kubernetes.internal.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each knob does what it says, for as long as it says. */
class FaultsIT {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** Long enough for anything that would come to have come; only its absence is awaited. */
  private static final Duration A_WHILE = Duration.ofMillis(200);

  private final FakeKubernetesApi api = FakeKubernetesApi.start();
  private final ApiClient client = new ApiClient(api.httpUrl(), api.adminToken());

  @AfterEach
  void stop() {
    api.close();
  }

  @ParameterizedTest
  @CsvSource({
    "401, Unauthorized",
    "403, Forbidden",
    "410, Expired",
    "429, TooManyRequests",
    "500, InternalError",
    "503, ServiceUnavailable",
  })
  void nextRequestsFailAndThenNoMore(int status, String reason) {
    api.faults().failNext(2, status);
    for (int i = 0; i < 2; i++) {
      Answer failed = client.get(IN_MESH);
      assertThat(failed.status()).isEqualTo(status);
      assertThat(failed.reason()).isEqualTo(reason);
    }
    assertThat(client.get(IN_MESH).status()).isEqualTo(200);
  }

  @Test
  void orderedNotFoundIsThatOfAServerWithoutTheGroup() {
    api.faults().failNext(1, 404);
    Answer failed = client.get(IN_MESH);
    assertThat(failed.status()).isEqualTo(404);
    assertThat(failed.body()).isEqualTo("404 page not found\n");
  }

  @Test
  void failureStrikesOneVerbAloneUntilItIsCleared() {
    api.faults().failNext(Integer.MAX_VALUE, 500, Verb.WATCH);
    assertThat(client.get(IN_MESH).status()).isEqualTo(200);
    assertThat(client.get(IN_MESH + "?watch=1").status()).isEqualTo(500);
    assertThat(client.get(IN_MESH + "?watch=1").status()).isEqualTo(500);
    api.faults().clear();
    assertThat(client.get(IN_MESH + "?watch=1&timeoutSeconds=1").status()).isEqualTo(200);
  }

  @Test
  void healthIsSpared() {
    api.faults().failNext(Integer.MAX_VALUE, 503);
    assertThat(client.get("/readyz").status()).isEqualTo(200);
  }

  @Test
  void tooManyRequestsTellsHowLongToWait() {
    api.faults().failNext(1, 429).retryAfter(Duration.ofSeconds(7));
    Answer failed = client.get(IN_MESH);
    assertThat(failed.response().headers().firstValue("Retry-After")).hasValue("7");
    assertThat(failed.json().at("/details/retryAfterSeconds").asInt()).isEqualTo(7);
  }

  @Test
  void silentWatchStandsAndDeliversNothingUntilTheClientLeaves() throws Exception {
    Watch before = client.watch(IN_MESH + "?watch=1");
    api.faults().silenceWatches();
    Watch after = client.watch(IN_MESH + "?watch=1");
    assertThat(after.status()).isEqualTo(200);
    assertThat(api.awaitWatches(2, PATIENCE)).isTrue();
    api.put(slice("a"));
    CompletableFuture<JsonNode> unheard = CompletableFuture.supplyAsync(() -> nextOf(before));
    api.faults().clear();
    try (Watch healthy = client.watch(IN_MESH + "?watch=1")) {
      assertThat(healthy.nextInShort()).isEqualTo("ADDED a");
    }
    assertThat(unheard).isNotDone();
    assertThat(api.awaitWatches(2, PATIENCE)).isTrue();
    api.faults().dropWatches();
    assertThat(api.awaitWatches(0, PATIENCE)).isTrue();
    assertThat(unheard).failsWithin(PATIENCE);
    after.close();
  }

  @Test
  void droppedWatchesEndInAnErrorAfterWholeLines() throws Exception {
    try (Watch watch = client.watch(IN_MESH + "?watch=1")) {
      api.put(slice("a"));
      assertThat(watch.nextInShort()).isEqualTo("ADDED a");
      api.faults().dropWatches();
      assertThatExceptionOfType(IOException.class).isThrownBy(watch::next);
    }
    assertThat(api.awaitWatches(0, PATIENCE)).isTrue();
  }

  @Test
  void tornWatchesEndWithinALine() throws Exception {
    HttpClient http = HttpClient.newHttpClient();
    try (InputStream body =
        http.send(client.request(IN_MESH + "?watch=1").GET().build(), BodyHandlers.ofInputStream())
            .body()) {
      assertThat(api.awaitWatches(1, PATIENCE)).isTrue();
      api.faults().tearWatches();
      StringBuilder half = new StringBuilder();
      assertThatExceptionOfType(IOException.class)
          .isThrownBy(
              () -> {
                for (int b = body.read(); b >= 0; b = body.read()) {
                  half.append((char) b);
                }
              });
      assertThat(half.toString()).startsWith("{\"type\":\"MODIFIED\"").doesNotContain("\n");
    }
  }

  @Test
  void endedWatchesEndProperly() throws Exception {
    try (Watch watch = client.watch(IN_MESH + "?watch=1")) {
      assertThat(api.awaitWatches(1, PATIENCE)).isTrue();
      api.faults().endWatches();
      assertThat(watch.isAtEnd()).isTrue();
    }
  }

  @Test
  void lineThatNoServerWritesArrivesAsItIs() throws Exception {
    try (Watch watch = client.watch(IN_MESH + "?watch=1")) {
      assertThat(api.awaitWatches(1, PATIENCE)).isTrue();
      api.faults().sayToWatches("{\"type\":\"SURPRISE\",\"object\":{}}").sayToWatches("{nope");
      assertThat(watch.next().path("type").asText()).isEqualTo("SURPRISE");
      assertThat(watch.lines().readLine()).isEqualTo("{nope");
    }
  }

  @Test
  void trickledAnswerIsWholeInTheEnd() throws Exception {
    api.put(slice("a"));
    String whole = client.get(IN_MESH).body();
    api.faults().trickle(100, Duration.ofMillis(1));
    assertThat(client.get(IN_MESH).body()).isEqualTo(whole);
    api.faults().trickle(1, Duration.ZERO);
    try (Watch watch = client.watch(IN_MESH + "?watch=1")) {
      assertThat(watch.nextInShort()).isEqualTo("ADDED a");
    }
  }

  @Test
  void trickleHoldsUpOneClientAndNotTheOthers() throws Exception {
    api.put(slice("a"));
    api.faults().trickle(1, Duration.ofHours(1));
    CompletableFuture<Answer> slow = CompletableFuture.supplyAsync(() -> client.get(IN_MESH));
    assertThat(api.awaitRequests(Verb.LIST, 1, PATIENCE)).isTrue();
    api.faults().clear();
    assertThat(new ApiClient(api.httpUrl(), api.adminToken()).get(IN_MESH).status()).isEqualTo(200);
    assertThat(slow).isNotDone();
  }

  @Test
  void truncatedListIsAnswerInOrderWithJsonThatIsNot() {
    api.put(slice("a"));
    api.faults().truncateLists(1);
    Answer answer = client.get(IN_MESH);
    assertThat(answer.status()).isEqualTo(200);
    assertThatIllegalArgumentException().isThrownBy(() -> Json.read(answer.body()));
    assertThat(client.get(IN_MESH).json().path("items")).hasSize(1);
  }

  @Test
  void tornListIsNoAnswer() {
    api.faults().tearLists(1);
    assertThatExceptionOfType(UncheckedIOException.class).isThrownBy(() -> client.get(IN_MESH));
    assertThat(client.get(IN_MESH).status()).isEqualTo(200);
  }

  @Test
  void paddedListIsLongAndStillTheSame() {
    api.put(slice("a"));
    JsonNode list = client.get(IN_MESH).json();
    api.faults().padLists(3_000_001);
    Answer padded = client.get(IN_MESH);
    assertThat(padded.body()).hasSizeGreaterThan(3_000_000);
    assertThat(padded.json()).isEqualTo(list);
  }

  @Test
  void delayedVerbWaitsAndOthersDoNot() throws Exception {
    api.faults().delay(Verb.LIST, Duration.ofHours(1));
    CompletableFuture<Answer> list = CompletableFuture.supplyAsync(() -> client.get(IN_MESH));
    assertThat(client.get(IN_MESH + "/a").status()).isEqualTo(404);
    assertThat(api.awaitRequests(Verb.LIST, 1, A_WHILE)).as("it was not answered").isFalse();
    assertThat(list).isNotDone();
    api.faults().delay(Verb.LIST, Duration.ofMillis(1));
    assertThat(client.get(IN_MESH).status()).as("the next one").isEqualTo(200);
  }

  @Test
  void frozenServerAcceptsAndAnswersNothingUntilItThaws() throws Exception {
    try (Watch watch = client.watch(IN_MESH + "?watch=1")) {
      assertThat(api.awaitWatches(1, PATIENCE)).isTrue();
      api.faults().freeze();
      CompletableFuture<Answer> list =
          CompletableFuture.supplyAsync(
              () -> new ApiClient(api.httpUrl(), api.adminToken()).get(IN_MESH));
      CompletableFuture<JsonNode> event = CompletableFuture.supplyAsync(() -> nextOf(watch));
      api.put(slice("a"));
      assertThat(api.awaitRequests(Verb.LIST, 1, A_WHILE)).isFalse();
      assertThat(list).isNotDone();
      assertThat(event).isNotDone();
      api.faults().thaw();
      assertThat(list.get(PATIENCE.toSeconds(), TimeUnit.SECONDS).status()).isEqualTo(200);
      assertThat(event.get(PATIENCE.toSeconds(), TimeUnit.SECONDS).path("type").asText())
          .isEqualTo("ADDED");
    }
  }

  @Test
  void knobsRefuseWhatTheyCannotDo() {
    ApiFaults faults = api.faults();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> faults.failNext(1, 418))
        .withMessage(
            "failNext(1, 418): fails no request, or with no known status."
                + " Use one of [401, 403, 404, 410, 429, 500, 503].");
    assertThatIllegalArgumentException().isThrownBy(() -> faults.failNext(-1, 500));
    assertThatIllegalArgumentException().isThrownBy(() -> faults.trickle(0, Duration.ZERO));
    assertThatIllegalArgumentException().isThrownBy(() -> faults.padLists(-1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> faults.delay(Verb.LIST, Duration.ofDays(1)))
        .withMessage("delay(PT24H): is out of range. Give 0 to PT1H.");
  }

  private static JsonNode nextOf(Watch watch) {
    try {
      return watch.next();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Slice slice(String name) {
    return Slice.named(name).namespace("mesh").endpoint("10.0.0.1", "peat-mesh-0");
  }
}
