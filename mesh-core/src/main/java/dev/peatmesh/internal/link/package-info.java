/** One link per peer: racing dials, handshake, tie-break, back-off. State machines without I/O. */
@NullMarked
package dev.peatmesh.internal.link;

import org.jspecify.annotations.NullMarked;
