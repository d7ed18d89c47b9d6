package dev.peatmesh.e2e.kubernetes;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Tests that have a namespace each. */
abstract class NamespaceTests {
  private @TempDir Path folder;
  private TestNamespace namespace;

  /** Where the namespaces are made. */
  abstract Cluster cluster();

  TestNamespace namespace() {
    return namespace;
  }

  @BeforeEach
  void makeNamespace() {
    namespace = TestNamespace.create(cluster(), folder);
  }

  @AfterEach
  void deleteNamespace() {
    namespace.close();
  }
}
