package dev.peatmesh.examples;

import dev.peatmesh.PeatMesh;
import dev.peatmesh.sync.DocumentCollection;
import java.nio.file.Path;
import java.util.Map;

/** The sample of the README: a node in eight lines. */
public final class QuickStart {
  private QuickStart() {}

  static void run(byte[] secret, Path data) {
    // region readme
    try (PeatMesh mesh =
        PeatMesh.builder()
            .nodeName("kitchen") // unique in the formation
            .formation("home", secret) // 32 random bytes that every node of "home" has
            .staticPeers("cellar@cellar.local:11204") // where to look for others
            .dataDirectory(data) // without it: in memory
            .start()) {
      DocumentCollection lists = mesh.collection("lists");
      lists.subscribe(event -> System.out.println(event.key() + " " + event.kind()));
      lists.change("shopping", list -> list.put("milk", 2)); // durable here, sent to all others
      lists.put("pantry", Map.of("flour", Map.of("kg", 3))); // merges with edits of other fields
    }
    // endregion
  }
}
