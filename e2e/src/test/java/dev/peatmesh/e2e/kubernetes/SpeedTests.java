package dev.peatmesh.e2e.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peatmesh.PeatMesh;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * How soon discovery tells of what happened, and a node acts on it: from before the API is asked
 * for the change, so that what the API takes is in the figure.
 */
abstract class SpeedTests extends NamespaceTests {
  private static final int EVENTS = 200;
  private static final int PODS = 50;
  private static final int JOINERS = 10;
  private static final Duration PEER_FOUND_P99_MAX = Duration.ofMillis(250);
  private static final Duration LINK_MAX = Duration.ofSeconds(1);

  @Test
  void tellsOfAnEndpointWithinAQuarterOfASecond() {
    Figures figures = figures("slice written to PeerFound");
    namespace().allow();
    try (Observer observer = namespace().observe()) {
      namespace().createSlice("by-hand", "peer-0", "10.9.9.9", TestNamespace.PORT);
      observer.awaitPeers("peer-0");
      for (int i = 1; i <= EVENTS; i++) {
        String peer = "peer-" + i;
        long begin = System.nanoTime();
        namespace().replaceSlice("by-hand", peer, "10.9.9.9", TestNamespace.PORT);
        figures.add(observer.awaitFound(peer) - begin);
      }
      observer.awaitPeers("peer-" + EVENTS);
    }
    figures.print();
    assertThat(figures.percentile(99)).isLessThan(PEER_FOUND_P99_MAX);
  }

  /** No bound: the controller itself pauses for a second whenever its cache is behind. */
  @Test
  void tellsOfAPodThatIsReady() {
    Figures figures = figures("pod ready to PeerFound, with the controller in between");
    namespace().allow();
    try (Observer observer = namespace().observe()) {
      for (int i = 1; i <= PODS; i++) {
        String pod = "pod-" + i;
        String address = "10.244.3." + i;
        namespace().pod(pod, address, TestNamespace.PORT, false);
        long begin = System.nanoTime();
        namespace().status(pod, address, true);
        figures.add(observer.awaitFound(pod) - begin);
      }
      assertThat(observer.peers()).hasSize(PODS);
    }
    figures.print();
  }

  @Test
  void aNodeLinksToANewPeerWithinASecond() {
    Figures figures = figures("slice written to authenticated link");
    namespace().allow();
    try (MeshNodes nodes = new MeshNodes(namespace())) {
      PeatMesh seeing = nodes.seeing("peat-mesh-0", Observer.settings());
      nodes.warmUp(seeing);
      for (int i = 1; i <= JOINERS; i++) {
        PeatMesh joiner = nodes.blind("peat-mesh-" + i, 0);
        String name = joiner.nodeName();
        long begin = System.nanoTime();
        namespace().createSlice(name, name, nodes.address(), joiner.localAddress().getPort());
        MeshNodes.awaitLink(seeing, name, LINK_MAX);
        figures.add(System.nanoTime() - begin);
      }
    }
    figures.print();
  }

  private Figures figures(String what) {
    return new Figures(what + ", " + cluster().label());
  }
}
