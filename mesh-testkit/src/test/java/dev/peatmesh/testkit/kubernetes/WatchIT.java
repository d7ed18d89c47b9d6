package dev.peatmesh.testkit.kubernetes;

import static dev.peatmesh.testkit.kubernetes.ApiClient.ALL;
import static dev.peatmesh.testkit.kubernetes.ApiClient.IN_MESH;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.peatmesh.testkit.kubernetes.ApiClient.Answer;
import dev.peatmesh.testkit.kubernetes.ApiClient.Watch;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Watches, from their first line to their last. */
class WatchIT {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final FakeKubernetesApi api = FakeKubernetesApi.builder().watchList(true).start();
  private final ApiClient client = new ApiClient(api.httpUrl(), api.adminToken());

  @AfterEach
  void stop() {
    api.close();
  }

  @Test
  void listThenWatchSeesEveryLaterChange() throws Exception {
    api.put(slice("a"));
    long version = client.get(IN_MESH).version();
    try (Watch watch = client.watch(IN_MESH + "?watch=true&resourceVersion=" + version)) {
      api.put(slice("b"));
      api.put(slice("a").endpoint("10.0.0.9", "peat-mesh-9"));
      api.delete("mesh", "b");
      assertThat(watch.nextInShort()).isEqualTo("ADDED b");
      assertThat(watch.nextInShort()).isEqualTo("MODIFIED a");
      JsonNode last = watch.next().path("object");
      assertThat(last.path("metadata").path("name").asText()).isEqualTo("b");
      assertThat(last.path("metadata").path("resourceVersion").asLong())
          .as("the version of its end")
          .isEqualTo(api.resourceVersion());
      assertThat(last.path("endpoints").size()).as("its last state").isEqualTo(1);
      assertThat(last.path("kind").asText()).isEqualTo("EndpointSlice");
    }
  }

  @Test
  void watchReplaysWhatCameAfterItsVersion() throws Exception {
    api.put(slice("a"));
    long then = api.resourceVersion();
    api.put(slice("b"));
    api.delete("mesh", "a");
    try (Watch watch = client.watch(IN_MESH + "?watch=1&resourceVersion=" + then)) {
      assertThat(watch.nextInShort()).isEqualTo("ADDED b");
      assertThat(watch.nextInShort()).isEqualTo("DELETED a");
    }
  }

  @Test
  void watchOfNoVersionOrAnyBeginsWithWhatIsThere() throws Exception {
    api.put(slice("a"));
    api.put(slice("b"));
    for (String from : List.of("", "&resourceVersion=0")) {
      try (Watch watch = client.watch(IN_MESH + "?watch=true" + from)) {
        assertThat(watch.nextInShort()).isEqualTo("ADDED a");
        assertThat(watch.nextInShort()).isEqualTo("ADDED b");
        api.put(slice("a").label("n", Long.toString(api.resourceVersion())));
        assertThat(watch.nextInShort()).isEqualTo("MODIFIED a");
      }
    }
  }

  @Test
  void whatLeavesTheSelectionIsDeletedAndWhatEntersIsAdded() throws Exception {
    api.put(slice("a").label("app", "mesh"));
    long version = api.resourceVersion();
    try (Watch watch =
        client.watch(IN_MESH + "?watch=1&labelSelector=app%3Dmesh&resourceVersion=" + version)) {
      api.put(slice("b"));
      api.put(slice("a").label("app", "other"));
      api.put(slice("b").label("app", "mesh"));
      JsonNode left = watch.next();
      assertThat(left.path("type").asText()).isEqualTo("DELETED");
      assertThat(left.at("/object/metadata/labels/app").asText()).as("as it was").isEqualTo("mesh");
      assertThat(watch.nextInShort()).isEqualTo("ADDED b");
    }
  }

  @Test
  void watchOfOneNamespaceHearsNothingOfAnother() throws Exception {
    try (Watch mine = client.watch(IN_MESH + "?watch=1");
        Watch all = client.watch(ALL + "?watch=1")) {
      api.put(slice("x").namespace("other"));
      api.put(slice("a"));
      assertThat(mine.nextInShort()).isEqualTo("ADDED a");
      assertThat(all.nextInShort()).isEqualTo("ADDED x");
      assertThat(all.nextInShort()).isEqualTo("ADDED a");
    }
  }

  @Test
  void writeThatChangesNothingIsNoEvent() throws Exception {
    api.put(slice("a"));
    long version = api.resourceVersion();
    try (Watch watch = client.watch(IN_MESH + "?watch=1&resourceVersion=" + version)) {
      api.put(slice("a"));
      assertThat(api.resourceVersion()).isEqualTo(version);
      api.put(slice("b"));
      assertThat(watch.nextInShort()).isEqualTo("ADDED b");
    }
  }

  @Test
  void oldVersionIsGoneWithinTheStream() throws Exception {
    long old = api.resourceVersion();
    api.put(slice("a"));
    api.faults().compact();
    try (Watch watch = client.watch(IN_MESH + "?watch=1&resourceVersion=" + old)) {
      assertThat(watch.status()).isEqualTo(200);
      JsonNode error = watch.next();
      assertThat(error.path("type").asText()).isEqualTo("ERROR");
      assertThat(error.at("/object/code").asInt()).isEqualTo(410);
      assertThat(error.at("/object/reason").asText()).isEqualTo("Expired");
      assertThat(watch.isAtEnd()).isTrue();
    }
  }

  @Test
  void oldVersionIsGoneByHttpOnDemand() {
    long old = api.resourceVersion();
    api.put(slice("a"));
    api.faults().compact().goneByHttp();
    Answer gone = client.get(IN_MESH + "?watch=1&resourceVersion=" + old);
    assertThat(gone.status()).isEqualTo(410);
    assertThat(gone.reason()).isEqualTo("Expired");
  }

  @Test
  void compactionDoesNotHurtAWatchThatStands() throws Exception {
    try (Watch watch = client.watch(IN_MESH + "?watch=1")) {
      api.put(slice("a"));
      api.faults().compact();
      api.put(slice("b"));
      assertThat(watch.nextInShort()).isEqualTo("ADDED a");
      assertThat(watch.nextInShort()).isEqualTo("ADDED b");
    }
  }

  @Test
  void versionStillToComeIsWaitedForInSilence() throws Exception {
    long later = api.resourceVersion() + 1;
    try (Watch watch = client.watch(IN_MESH + "?watch=1&resourceVersion=" + later)) {
      api.put(slice("unheard"));
      api.put(slice("heard"));
      assertThat(watch.nextInShort()).isEqualTo("ADDED heard");
    }
  }

  @Test
  void watchEndsWithItsTimeAfterABookmark() throws Exception {
    api.put(slice("a"));
    long version = api.resourceVersion();
    try (Watch watch =
        client.watch(
            IN_MESH
                + "?watch=1&timeoutSeconds=1&allowWatchBookmarks=true&resourceVersion="
                + version)) {
      assertThat(bookmark(watch.next())).isEqualTo(version);
      assertThat(watch.isAtEnd()).isTrue();
    }
    assertThat(api.openWatches()).isZero();
  }

  @Test
  void bookmarksComeToThoseWhoAskForThem() throws Exception {
    try (FakeKubernetesApi often =
        FakeKubernetesApi.builder().bookmarkInterval(Duration.ofMillis(20)).start()) {
      ApiClient asking = new ApiClient(often.httpUrl(), often.adminToken());
      try (Watch with = asking.watch(IN_MESH + "?watch=1&allowWatchBookmarks=true");
          Watch without = asking.watch(IN_MESH + "?watch=1")) {
        assertThat(bookmark(with.next())).isEqualTo(often.resourceVersion());
        often.put(slice("x").namespace("other"));
        long version = often.resourceVersion();
        long seen = 0;
        while (seen < version) {
          seen = bookmark(with.next());
        }
        assertThat(seen).as("it moves without events").isEqualTo(version);
        often.put(slice("a"));
        assertThat(without.nextInShort()).isEqualTo("ADDED a");
      }
    }
  }

  @Test
  void watchListBeginsWithAllAndTellsWhenThatIsDone() throws Exception {
    api.put(slice("a"));
    try (Watch watch =
        client.watch(
            IN_MESH
                + "?watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan"
                + "&allowWatchBookmarks=true")) {
      assertThat(watch.nextInShort()).isEqualTo("ADDED a");
      JsonNode end = watch.next();
      assertThat(bookmark(end)).isEqualTo(api.resourceVersion());
      assertThat(end.at("/object/metadata/annotations").path("k8s.io/initial-events-end").asText())
          .isEqualTo("true");
    }
  }

  @Test
  void watchWithoutInitialEventsBeginsNow() throws Exception {
    api.put(slice("a"));
    try (Watch watch =
        client.watch(
            IN_MESH + "?watch=1&sendInitialEvents=false&resourceVersionMatch=NotOlderThan")) {
      api.put(slice("b"));
      assertThat(watch.nextInShort()).isEqualTo("ADDED b");
    }
  }

  @Test
  void watchThatTheClientLeavesIsClosed() throws Exception {
    Watch watch = client.watch(IN_MESH + "?watch=1");
    assertThat(api.awaitWatches(1, PATIENCE)).isTrue();
    watch.close();
    assertThat(api.awaitWatches(0, PATIENCE)).isTrue();
  }

  @Test
  void burstOfChangesArrivesWholeAndInOrder() throws Exception {
    int changes = 2000;
    try (Watch watch = client.watch(IN_MESH + "?watch=1")) {
      for (int i = 0; i < changes; i++) {
        api.put(slice("s-" + i % 50).label("n", Integer.toString(i)));
      }
      for (int i = 0; i < changes; i++) {
        assertThat(watch.next().at("/object/metadata/labels/n").asInt()).isEqualTo(i);
      }
    }
  }

  private static long bookmark(JsonNode event) {
    assertThat(event.path("type").asText()).isEqualTo("BOOKMARK");
    assertThat(event.at("/object/endpoints").isNull()).isTrue();
    return event.at("/object/metadata/resourceVersion").asLong();
  }

  private static Slice slice(String name) {
    return Slice.named(name)
        .namespace("mesh")
        .service("peat-mesh")
        .port("iroh-quic", "UDP", 11204)
        .endpoint("10.0.0.1", "peat-mesh-0");
  }
}
