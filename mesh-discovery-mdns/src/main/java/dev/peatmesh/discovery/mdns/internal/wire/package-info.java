/** Multicast DNS messages: bytes to values and back. Pure; trusts no byte. */
@NullMarked
package dev.peatmesh.discovery.mdns.internal.wire;

import org.jspecify.annotations.NullMarked;
