/**
 * What EndpointSlices mean, and how they are followed: pure functions and a state machine. Nothing
 * here does I/O, reads a clock or starts a thread.
 */
@NullMarked
package dev.peatmesh.discovery.k8s.internal;

import org.jspecify.annotations.NullMarked;
