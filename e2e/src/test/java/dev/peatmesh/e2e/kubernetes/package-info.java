/** Discovery against a real Kubernetes control plane. */
@NullMarked
package dev.peatmesh.e2e.kubernetes;

import org.jspecify.annotations.NullMarked;
