/**
 * Documents that keep their present state and no history. Pure: no I/O, no clock, no native code.
 */
@NullMarked
package dev.peatmesh.sync.internal.latest;

import org.jspecify.annotations.NullMarked;
