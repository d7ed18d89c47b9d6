/** Who has what, and what to send: a state machine without I/O. */
@NullMarked
package dev.peatmesh.sync.internal.engine;

import org.jspecify.annotations.NullMarked;
