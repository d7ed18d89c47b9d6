package dev.peatmesh.e2e.kubernetes;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.ClassOrderer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestClassOrder;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** Discovery in any Kubernetes that serves. */
@Tag("e2e")
@TestInstance(Lifecycle.PER_CLASS)
@TestClassOrder(ClassOrderer.OrderAnnotation.class)
abstract class ClusterContract {
  private Cluster cluster;

  /** The cluster to test in, or an aborted test with the reason. */
  abstract Cluster cluster();

  @BeforeAll
  void start() {
    cluster = cluster();
  }

  @AfterAll
  void stop() {
    if (cluster != null) {
      cluster.close();
    }
  }

  @Nested
  @Order(1)
  class Pods extends PodTests {
    @Override
    Cluster cluster() {
      return cluster;
    }
  }

  @Nested
  @Order(2)
  class Credentials extends CredentialTests {
    @Override
    Cluster cluster() {
      return cluster;
    }
  }

  @Nested
  @Order(2)
  class Pages extends PageTests {
    @Override
    Cluster cluster() {
      return cluster;
    }
  }

  /** Towards the end, when the other classes wait and leave the machine to them. */
  @Nested
  @Order(3)
  class Speed extends SpeedTests {
    @Override
    Cluster cluster() {
      return cluster;
    }
  }

  @Nested
  @Order(4)
  class Mesh extends MeshTests {
    @Override
    Cluster cluster() {
      return cluster;
    }
  }
}
