/** Tests of documents without history. */
@NullMarked
package dev.peatmesh.sync.internal.latest;

import org.jspecify.annotations.NullMarked;
