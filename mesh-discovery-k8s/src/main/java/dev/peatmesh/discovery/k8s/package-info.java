/** Finds peers by the EndpointSlices of a Kubernetes Service. */
@NullMarked
package dev.peatmesh.discovery.k8s;

import org.jspecify.annotations.NullMarked;
