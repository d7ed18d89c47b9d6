/** A Kubernetes API server for tests, with its faults. Start at {@code FakeKubernetesApi}. */
@NullMarked
package dev.peatmesh.testkit.kubernetes;

import org.jspecify.annotations.NullMarked;
