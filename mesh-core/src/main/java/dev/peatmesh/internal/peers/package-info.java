/** Who is known, wanted, dialled, admitted and refused. One state machine without I/O. */
@NullMarked
package dev.peatmesh.internal.peers;

import org.jspecify.annotations.NullMarked;
