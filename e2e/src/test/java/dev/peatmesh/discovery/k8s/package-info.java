/** What the tests need to see of Kubernetes discovery that users need not. */
@NullMarked
package dev.peatmesh.discovery.k8s;

import org.jspecify.annotations.NullMarked;
