package dev.peatmesh.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peatmesh.PeatMesh;
import dev.peatmesh.PeatMeshBuilder;
import dev.peatmesh.PeerStatus;
import dev.peatmesh.discovery.DiscoveryProviders;
import dev.peatmesh.discovery.DiscoverySettings;
import dev.peatmesh.discovery.DiscoveryStrategy;
import dev.peatmesh.sync.Counter;
import dev.peatmesh.sync.DocumentCollection;
import dev.peatmesh.sync.Text;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExamplesIT {
  private static final long PATIENCE_SECONDS = 60;
  private static final Duration INTERVAL = Duration.ofMillis(100);

  @TempDir private Path folder;

  @Test
  void quickStartRunsAndKeepsItsData() {
    QuickStart.run(secret(), folder.resolve("data"));

    try (PeatMesh again = node("kitchen").dataDirectory(folder.resolve("data")).start()) {
      assertThat(again.collection("lists").get("shopping")).contains(Map.of("milk", 2L));
      assertThat(again.collection("lists").list()).containsExactly("pantry", "shopping");
    }
  }

  @Test
  void editsOfTwoNodesMerge() throws Exception {
    try (PeatMesh a = node("a").start();
        PeatMesh b = node("b").staticPeers("a@127.0.0.1:" + port(a)).start()) {
      DocumentCollection here = a.collection("recipes");
      DocumentCollection there = b.collection("recipes");
      CountDownLatch arrived = new CountDownLatch(1);
      there.subscribe(event -> arrived.countDown());
      EditTogether.create(here);
      assertThat(arrived.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();

      EditTogether.edit(here);
      EditTogether.edit(there);
      await(() -> here.get("soup").equals(there.get("soup")) && cooked(here) == 2);

      Map<String, Object> soup = here.get("soup").orElseThrow();
      assertThat(soup.get("steps")).isEqualTo(List.of("wash", "cut", "cut", "boil"));
      assertThat(soup.get("needs")).isEqualTo(Map.of("leek", 2L, "salt", 1L));
      assertThat(((Text) soup.get("notes")).value()).hasSize(2 * "Salt at the end. ".length());
    }
  }

  @Test
  void putTouchesOnlyWhatDiffers() {
    try (PeatMesh mesh = node("a").start()) {
      DocumentCollection recipes = mesh.collection("recipes");
      EditTogether.create(recipes);

      EditTogether.replace(recipes, Map.of("title", "Broth"));

      assertThat(recipes.get("soup")).contains(Map.of("title", "Broth"));
    }
  }

  @Test
  void aStrategyOfOnesOwnFindsPeers() throws Exception {
    try (PeatMesh a = node("a").start()) {
      Path file = Files.writeString(folder.resolve("peers"), "a 127.0.0.1:" + port(a) + "\n");
      try (PeatMesh b = node("b").discovery(new FileDiscovery(file, INTERVAL)).start()) {
        await(() -> b.peers().stream().anyMatch(PeerStatus::isConnected));

        assertThat(AskWhy.isReady(b)).isTrue();
        assertThat(b.peers().get(0).sources()).containsExactly("file");
        assertThat(AskWhy.explain(b)).first().asString().startsWith("b is READY");
      }
    }
  }

  @Test
  void aStrategyOfOnesOwnIsChosenByItsName() {
    DiscoveryStrategy chosen =
        DiscoveryProviders.load().create("file", DiscoverySettings.of("path", "peers"));

    assertThat(chosen).isInstanceOf(FileDiscovery.class);
    assertThatThrownBy(() -> DiscoveryProviders.load().create("file", DiscoverySettings.none()))
        .hasMessage("discovery(\"file\"): no file is named. Set \"path\".");
  }

  @Test
  void saysWhyAPeerIsNotThere() throws Exception {
    try (PeatMesh mesh = node("a").staticPeers("b@127.0.0.1:9").start()) {
      await(() -> mesh.peers().stream().anyMatch(peer -> peer.lastError().isPresent()));

      assertThat(AskWhy.isReady(mesh)).isFalse();
      assertThat(AskWhy.explain(mesh))
          .hasSize(2)
          .last()
          .asString()
          .contains("nothing answered; check address, port and firewall (UDP)");
    }
  }

  private static long cooked(DocumentCollection recipes) {
    return ((Counter) recipes.get("soup").orElseThrow().get("cooked")).value();
  }

  private static PeatMeshBuilder node(String name) {
    return PeatMesh.builder().nodeName(name).formation("home", secret()).bindHost("127.0.0.1");
  }

  private static byte[] secret() {
    byte[] secret = new byte[32];
    Arrays.fill(secret, (byte) 7);
    return secret;
  }

  private static int port(PeatMesh mesh) {
    return mesh.localAddress().getPort();
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    CountDownLatch never = new CountDownLatch(1);
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime() - deadline).as("in time").isNegative();
      assertThat(never.await(20, TimeUnit.MILLISECONDS)).isFalse();
    }
  }
}
