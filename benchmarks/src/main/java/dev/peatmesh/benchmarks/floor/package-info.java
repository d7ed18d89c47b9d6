/**
 * What the product is compared with: the same sockets, the same QUIC, the same Automerge and the
 * same disk, with nothing in between.
 */
@NullMarked
package dev.peatmesh.benchmarks.floor;

import org.jspecify.annotations.NullMarked;
