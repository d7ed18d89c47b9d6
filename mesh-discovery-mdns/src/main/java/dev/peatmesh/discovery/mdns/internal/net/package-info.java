/** Sockets, threads and interfaces: what stands between the network and the view. */
@NullMarked
package dev.peatmesh.discovery.mdns.internal.net;

import org.jspecify.annotations.NullMarked;
