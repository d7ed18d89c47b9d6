package dev.peatmesh.e2e.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peatmesh.PeatMesh;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whole nodes that find each other by Kubernetes. */
abstract class MeshTests extends NamespaceTests {
  private MeshNodes nodes;

  @BeforeEach
  void makeNodes() {
    namespace().allow();
    nodes = new MeshNodes(namespace());
  }

  @AfterEach
  void closeNodes() {
    nodes.close();
  }

  @Test
  void podsFindAndProveThemselvesAndShareDocuments() {
    PeatMesh one = nodes.seeing("peat-mesh-0", Observer.settings());
    PeatMesh two = nodes.seeing("peat-mesh-1", Observer.settings());
    PeatMesh three = nodes.seeing("peat-mesh-2", Observer.settings());
    List.of(one, two, three).forEach(nodes::announce);

    List.of(one, two, three).forEach(mesh -> MeshNodes.awaitLinks(mesh, 2));
    one.collection("lists").put("shopping", Map.of("milk", 2));
    Await.until(
        "the document",
        () -> three.collection("lists").get("shopping").equals(Optional.of(Map.of("milk", 2L))));
  }

  @Test
  void aStrangerAtTheAddressOfAFormerPeerIsRefusedByTheHandshake() {
    PeatMesh seeing = nodes.seeing("peat-mesh-0", Observer.settings());
    PeatMesh former = nodes.blind("peat-mesh-1", 0);
    nodes.announce(former);
    MeshNodes.awaitLink(seeing, "peat-mesh-1", Await.PATIENCE);

    // The address goes to another pod, and the API has not heard of it yet.
    former.close();
    PeatMesh stranger = nodes.blind("peat-mesh-9", former.localAddress().getPort());
    Await.until(
        "refusal",
        () -> MeshNodes.isTakenForAnother(seeing, "peat-mesh-1"),
        () -> MeshNodes.standing(seeing));
    assertThat(MeshNodes.links(seeing)).isZero();
    assertThat(MeshNodes.links(stranger)).isZero();

    namespace().remove("peat-mesh-1");
    nodes.announce(stranger);
    MeshNodes.awaitLink(seeing, "peat-mesh-9", Await.PATIENCE);
    assertThat(MeshNodes.isLinked(seeing, "peat-mesh-1")).isFalse();
  }
}
