/** Loops, timers and the exceptions every part throws. */
@NullMarked
package dev.peatmesh.runtime;

import org.jspecify.annotations.NullMarked;
