/** Finds peers by the multicast DNS, on every usable network interface. */
@NullMarked
package dev.peatmesh.discovery.mdns;

import org.jspecify.annotations.NullMarked;
