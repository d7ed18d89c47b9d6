/**
 * Link frames and their bytes: what two nodes say before the sync layer speaks. Every field is
 * bounded.
 */
@NullMarked
package dev.peatmesh.internal.wire;

import org.jspecify.annotations.NullMarked;
