package dev.peatmesh.e2e.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.peatmesh.discovery.PeerAddress;
import dev.peatmesh.discovery.PeerInfo;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The manifests of docs/discovery, applied as they stand there. */
abstract class PageTests extends NamespaceTests {
  private static final Pattern MANIFEST =
      Pattern.compile("^```yaml\n(apiVersion: .*?)^```$", Pattern.DOTALL | Pattern.MULTILINE);

  @Test
  void podsOfTheStatefulSetOnThePageFindEachOther() {
    apply(manifests("k8s.md").get(0));
    try (Kubelet kubelet = namespace().kubelet();
        Observer observer = namespace().observe()) {
      observer.awaitPeers("peat-mesh-0", "peat-mesh-1", "peat-mesh-2");

      assertThat(observer.peers()).allSatisfy((name, peer) -> isAt(kubelet.address(name), peer));
      assertThat(namespace().rights())
          .containsExactlyInAnyOrder("list endpointslices", "watch endpointslices");
    }
  }

  @Test
  void podsOfTheDeploymentOnThePageFindEachOther() {
    List<String> manifests = manifests("k8s.md");
    apply(withoutWorkload(manifests.get(0)) + "---\n" + manifests.get(1));
    try (Kubelet kubelet = namespace().kubelet();
        Observer observer = namespace().observe()) {
      Await.until("three peers", () -> observer.peers().size() == 3);

      assertThat(observer.peers()).allSatisfy((name, peer) -> isAt(kubelet.address(name), peer));
    }
  }

  @Test
  void serviceOnThePageOnTheDnsGivesEveryPodANameAndAPort() {
    apply(manifests("dns.md").get(0));
    try (Kubelet kubelet = namespace().kubelet()) {
      Await.until("three endpoints", () -> hostNames().size() == 3);

      // What the DNS of a cluster makes SRV records of.
      assertThat(hostNames())
          .containsExactlyInAnyOrder("peat-mesh-0", "peat-mesh-1", "peat-mesh-2")
          .allSatisfy(name -> assertThat(kubelet.address(name)).isNotNull());
      assertThat(namespace().slices())
          .allSatisfy(slice -> assertThat(ports(slice)).containsExactly("UDP iroh-quic 11204"));
    }
  }

  private static void isAt(String address, PeerInfo peer) {
    assertThat(peer.addresses()).containsExactly(new PeerAddress(address, 11204));
  }

  private void apply(String manifest) {
    namespace().empty().api().applyIn(namespace().name(), manifest);
  }

  private List<String> hostNames() {
    List<String> names = new ArrayList<>();
    for (JsonObject slice : namespace().slices()) {
      for (JsonElement endpoint : items(slice, "endpoints")) {
        names.add(endpoint.getAsJsonObject().get("hostname").getAsString());
      }
    }
    return names;
  }

  private static List<String> ports(JsonObject slice) {
    List<String> ports = new ArrayList<>();
    for (JsonElement element : items(slice, "ports")) {
      JsonObject port = element.getAsJsonObject();
      ports.add(
          port.get("protocol").getAsString()
              + " "
              + port.get("name").getAsString()
              + " "
              + port.get("port").getAsInt());
    }
    return ports;
  }

  private static Iterable<JsonElement> items(JsonObject slice, String field) {
    JsonElement items = slice.get(field);
    return items == null || items.isJsonNull() ? List.of() : items.getAsJsonArray();
  }

  /** All objects but the last, which is the StatefulSet. */
  private static String withoutWorkload(String manifest) {
    return manifest.substring(0, manifest.lastIndexOf("---\n"));
  }

  private static List<String> manifests(String page) {
    Path file = Path.of(System.getProperty("mesh.project"), "docs", "discovery", page);
    try {
      return MANIFEST.matcher(Files.readString(file)).results().map(m -> m.group(1)).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
