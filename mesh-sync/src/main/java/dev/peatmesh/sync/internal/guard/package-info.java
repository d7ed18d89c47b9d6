/** Checks remote bytes in Java before native code sees them. */
@NullMarked
package dev.peatmesh.sync.internal.guard;

import org.jspecify.annotations.NullMarked;
