/** Finds peers by the SRV and address records of the DNS. */
@NullMarked
package dev.peatmesh.discovery.dns;

import org.jspecify.annotations.NullMarked;
