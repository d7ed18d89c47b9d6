/** The rim: calls of the official Kubernetes client, threads, files. */
@NullMarked
package dev.peatmesh.discovery.k8s.internal.client;

import org.jspecify.annotations.NullMarked;
