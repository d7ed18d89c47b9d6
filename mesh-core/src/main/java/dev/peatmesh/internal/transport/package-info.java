/** Authenticated, ordered connections that carry frames; QUIC and the simulator implement it. */
@NullMarked
package dev.peatmesh.internal.transport;

import org.jspecify.annotations.NullMarked;
