/** Tests of the guard, and a builder of well-formed and malformed chunks. */
@NullMarked
package dev.peatmesh.sync.internal.guard;

import org.jspecify.annotations.NullMarked;
