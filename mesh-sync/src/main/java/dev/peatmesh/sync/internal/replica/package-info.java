/** Documents on their loop: native document, engine, store and subscribers brought together. */
@NullMarked
package dev.peatmesh.sync.internal.replica;

import org.jspecify.annotations.NullMarked;
