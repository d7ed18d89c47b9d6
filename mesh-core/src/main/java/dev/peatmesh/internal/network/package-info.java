/** Performs what the peering decides: on a transport, a loop, a resolver. */
@NullMarked
package dev.peatmesh.internal.network;

import org.jspecify.annotations.NullMarked;
